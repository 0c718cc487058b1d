"""HTTP as it is on the wire: what becomes of heads, bodies in pieces, and connections."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp.test_utils import TestClient

from execution.documents import Documents
from gateway.answers import GRAPHQL, JSON
from gateway.server import LARGEST_BODY
from resolvers.api import graphql_schema
from storage.database import Database
from tests.api.clients import Clock, Gateway, Server
from tests.api.wire import ANSWER, BODY, HEAD, answered, connected, sent, with_length


async def test_an_answer_has_the_same_headers_however_it_is_written(gateway: Gateway) -> None:
    """One in one piece, one whose head says that the connection ends, one that is no answer to a document."""
    whole = await sent(gateway, with_length(BODY))
    last = await sent(gateway, with_length(BODY, b"Connection: close"))
    refused = await sent(gateway, with_length(b"[]"))

    assert whole[0] == last[0] == b"HTTP/1.1 200 OK"
    assert whole[2] == last[2] == ANSWER
    assert last[1].pop("Connection") == "close"
    for headers in (whole[1], last[1], refused[1]):
        assert headers.pop("Date").endswith(" GMT")
        assert headers.pop("Content-Length")
    assert whole[1] == last[1] == refused[1]
    assert whole[1]["Content-Type"] == "application/json; charset=utf-8"
    assert whole[1]["Cache-Control"] == "no-store"


async def test_the_answer_is_of_the_media_type_that_was_asked_for(gateway: Gateway) -> None:
    for media_type in ("application/json", "application/graphql-response+json"):
        _, headers, _ = await sent(gateway, with_length(BODY, b"Accept: " + media_type.encode()))

        assert headers["Content-Type"] == f"{media_type}; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ([], JSON),
        (["*/*"], JSON),
        (["application/*;q=0.8"], JSON),
        (["APPLICATION/JSON"], JSON),
        (["application/json;charset=utf-8"], JSON),
        (["Application/GraphQL-Response+JSON"], GRAPHQL),
        (["application/graphql-response+json, application/json;q=0.9"], GRAPHQL),
        (["text/html", "application/json"], JSON),
        (["application/json", "application/graphql-response+json"], GRAPHQL),
        (["application/graphql-response+json;q=0, application/json"], JSON),
        (["application/graphql-response+json ; Q=0.000 , */*"], JSON),
        (["application/json;q=0, */*"], GRAPHQL),
        (["application/json;q=0.001"], JSON),
        (["application/json;q=0"], None),
        (["*/*;q=0"], None),
        (["application/*;q=0, */*"], None),
        (["text/html"], None),
        (["application/jsonp, text/x-application/json"], None),
    ],
)
async def test_accept_is_read_as_http_says(gateway: Gateway, accept: list[str], media_type: str | None) -> None:
    lines = [b"Accept: " + line.encode() for line in accept]

    status, headers, _ = await sent(gateway, with_length(BODY, *lines))

    assert status == (b"HTTP/1.1 200 OK" if media_type else b"HTTP/1.1 406 Not Acceptable")
    assert headers["Content-Type"] == f"{media_type or JSON}; charset=utf-8"


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (with_length(BODY), True),
        (with_length(BODY, b"Connection: close"), False),
        (with_length(BODY, head=HEAD.replace(b"1.1", b"1.0")), False),
        (with_length(BODY, b"Connection: keep-alive", head=HEAD.replace(b"1.1", b"1.0")), True),
    ],
)
async def test_a_connection_is_kept_as_the_client_asked(gateway: Gateway, asked: bytes, kept: bool) -> None:  # noqa: FBT001
    async with connected(gateway.client) as (reader, writer), asyncio.timeout(10):
        writer.write(asked)
        assert (await answered(reader))[2] == ANSWER
        if not kept:
            assert await reader.read() == b""
            return
        writer.write(asked)
        assert (await answered(reader))[2] == ANSWER


@pytest.mark.parametrize(
    "pieces",
    [
        (with_length(BODY)[:-5], BODY[-5:]),
        (HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY), BODY),
        (
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + BODY[:5],
            b"\r\n%x\r\n" % len(BODY[5:]) + BODY[5:],
            b"\r\n0\r\n\r\n",
        ),
        (with_length(BODY, b"Expect: 100-continue"),),
    ],
    ids=["cut", "after its head", "chunked", "expecting"],
)
async def test_a_body_may_come_in_pieces(gateway: Gateway, pieces: tuple[bytes, ...]) -> None:
    async with connected(gateway.client) as (reader, writer), asyncio.timeout(10):
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.02)
        if b"Expect" in pieces[0]:
            assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        status, _, body = await answered(reader)

    assert (status, body) == (b"HTTP/1.1 200 OK", ANSWER)


@pytest.mark.parametrize(
    "spelling",
    [
        "application/json",
        "application/json; charset=UTF-8",
        "Application/JSON",
        'application/json ;x=1; Charset="utf8"',
    ],
)
async def test_json_is_json_in_every_spelling(gateway: Gateway, spelling: str) -> None:
    head = HEAD.replace(b"application/json", spelling.encode())

    assert (await sent(gateway, with_length(BODY, head=head)))[2] == ANSWER


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize(
    ("size", "status"), [(LARGEST_BODY, b"200 OK"), (LARGEST_BODY + 1, b"413 Request Entity Too Large")]
)
async def test_a_body_has_a_largest_size(gateway: Gateway, size: int, status: bytes, is_told: bool) -> None:  # noqa: FBT001
    body = BODY[:-1] + b" " * (size - len(BODY)) + b"}"
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size + body + b"\r\n0\r\n\r\n"

    answer = await sent(gateway, with_length(body) if is_told else chunked)

    assert answer[0] == b"HTTP/1.1 " + status


async def test_requests_that_come_together_are_answered_in_turn(gateway: Gateway) -> None:
    aliases = [f"a{number}" for number in range(100)]
    asked = [with_length(BODY.replace(b"__typename", alias.encode() + b": __typename")) for alias in aliases]

    async with connected(gateway.client) as (reader, writer), asyncio.timeout(10):
        writer.write(b"".join(asked))
        answers = [(await answered(reader))[2] for _ in asked]

    assert answers == [ANSWER.replace(b"__typename", alias.encode()) for alias in aliases]


async def test_a_client_that_sends_and_does_not_read_is_waited_for(database: Database, clock: Clock) -> None:
    """Its answers, each smaller than what one write may hold back, do not pile up in memory."""
    number = 3000
    asked = with_length(b'{"query": "{ __type(name: \\"Booking\\") { fields { name description } } }"}')
    documents = Documents(graphql_schema())
    app = Gateway.application(database, clock, documents)

    async with TestClient(Server(app)) as client, connected(client) as (reader, writer), asyncio.timeout(60):
        writer.write(asked * number)
        first = (await answered(reader))[2]
        done = 0
        while documents.counts["introspection"] > done:
            done = documents.counts["introspection"]
            await asyncio.sleep(0.3)
        assert done < number
        rest = {(await answered(reader))[2] for _ in range(number - 1)}

    assert rest == {first}
