"""The partner's script of the examples: what it repeats, what it resolves, what it reports."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from gql import Client
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError

from examples.partner import push as script
from tests.api.documents import GET_BOOKING, UPSERT
from tests.api.venue import Venue
from tests.programs import free_port

GATEWAY: web.AppKey[TestClient] = web.AppKey("gateway", TestClient)  # type: ignore[type-arg]
T9, T10 = "2026-04-13T06:00:00Z", "2026-04-13T07:00:00Z"


def _line(venue: Venue, booking: str, hour: int = 8, **changes: Any) -> dict[str, Any]:
    return {
        "externalBookingId": booking,
        "externalUpdatedAt": T10,
        "resourceId": venue.court,
        "startDate": f"2026-04-15T{hour:02}:00:00Z",
        "duration": 60,
        "participants": [{"userId": venue.jane}],
        **changes,
    }


def _drop(booking: str, at: str = T10) -> dict[str, Any]:
    return {"externalBookingId": booking, "externalUpdatedAt": at, "deleted": True}


@asynccontextmanager
async def _session(url: str, token: str) -> AsyncIterator[AsyncClientSession]:
    transport = AIOHTTPTransport(url, headers={"Authorization": f"Bearer {token}"})
    async with Client(transport=transport, execute_timeout=30) as session:
        yield session


async def _pushed(venue: Venue, *records: dict[str, Any]) -> list[str]:
    answers: script.Answers = {}
    async with _session(_url(venue), venue.partner) as session:
        await script.push(session, dict(enumerate(records)), answers)
    return [answers[place].get("outcome") or answers[place]["code"] for place in range(len(records))]


def _url(venue: Venue) -> str:
    return str(venue.gateway.client.make_url("/graphql"))


async def _run(folder: Path, url: str, *lines: Any) -> bool:
    """Run the script as from a shell, with a file of these lines; return whether all were written."""
    file = folder / "bookings.jsonl"
    file.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines), "utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["push.py", str(file), "--url", url])
        return await script.main()


async def _stored(venue: Venue, booking: str) -> Any:
    ref = {"external": {"externalBookingId": booking}}
    return await venue.gateway.data(GET_BOOKING, venue.partner, ref=ref)


async def test_a_file_can_be_pushed_again_and_again(venue: Venue) -> None:
    records = [_line(venue, "a", 8), _line(venue, "b", 9), _drop("c")]

    assert await _pushed(venue, *records) == ["CREATED", "CREATED", "UNKNOWN"]
    assert await _pushed(venue, *records) == ["UNCHANGED", "UNCHANGED", "ALREADY_DELETED"]


async def test_more_than_a_batch_is_pushed(venue: Venue) -> None:
    records = [_line(venue, f"n-{n}", startDate=f"2026-05-{1 + n // 20:02}T{n % 20:02}:00:00Z") for n in range(130)]

    assert await _pushed(venue, *records) == ["CREATED"] * 130


async def test_stale_lines_are_skipped(venue: Venue) -> None:
    await _pushed(venue, _line(venue, "a", 8))

    assert await _pushed(venue, _line(venue, "a", 9, externalUpdatedAt=T9), _drop("a", T9)) == ["STALE", "STALE"]
    assert (await _stored(venue, "a"))["startDate"] == "2026-04-15T08:00:00Z"


async def test_the_file_wins_over_other_content_with_the_same_timestamp(venue: Venue) -> None:
    await _pushed(venue, _line(venue, "a", 8))

    assert await _pushed(venue, _line(venue, "a", 9)) == ["REPLACED"]
    stored = await _stored(venue, "a")
    assert (stored["startDate"], stored["externalUpdatedAt"]) == ("2026-04-15T09:00:00Z", "2026-04-13T07:00:00.001000Z")


async def test_what_was_deleted_with_the_same_timestamp_stays_deleted(venue: Venue) -> None:
    await _pushed(venue, _line(venue, "a"))
    await _pushed(venue, _drop("a"))

    assert await _pushed(venue, _line(venue, "a")) == ["DELETED"]


async def test_bookings_that_change_places_in_one_file_are_not_in_each_others_way(venue: Venue) -> None:
    await _pushed(venue, _line(venue, "a", 8, externalUpdatedAt=T9), _line(venue, "b", 9, externalUpdatedAt=T9))

    assert await _pushed(venue, _line(venue, "a", 9), _line(venue, "b", 10)) == ["REPLACED", "REPLACED"]
    assert (await _stored(venue, "a"))["startDate"] == "2026-04-15T09:00:00Z"


@pytest.fixture
def token(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> str:
    """The partner's token, where the script looks for it."""
    monkeypatch.setenv("BOOKGATE_TOKEN", venue.partner)
    return venue.partner


@pytest.mark.usefixtures("token")
async def test_what_others_hold_is_reported_with_its_interval(
    venue: Venue, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = {"externalUpdatedAt": T10, "externalBookingId": "theirs", **_line(venue, "theirs", 8)}
    await venue.gateway.data(UPSERT, venue.rival, input=taken)

    assert not await _run(tmp_path, _url(venue), _line(venue, "a", 8), _line(venue, "b", 12))

    refused, summary = capsys.readouterr().out.splitlines()
    assert refused.startswith("line 1: a: COURT_BOOKING_OVERLAP:")
    assert "2026-04-15T08:00:00Z" in refused
    assert summary == "{'COURT_BOOKING_OVERLAP': 1, 'CREATED': 1}"


@pytest.mark.usefixtures("token")
async def test_a_line_that_cannot_be_read_is_told_and_harms_no_other(
    venue: Venue, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = [_line(venue, "b", startDate="tomorrow"), "P-3, court 1", "[1]", _drop("d", "soon"), _line(venue, "e", x=1)]

    assert not await _run(tmp_path, _url(venue), _line(venue, "a", 8), *wrong, "", _line(venue, "\u2028", 9))

    *refused, summary = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[2].rpartition(": ")[0] for line in _short(refused)] == [
        "2: b: INVALID_SCHEMA", "3: NO_JSON", "4: NO_JSON", "5: d: INVALID_SCHEMA", "6: e: INVALID_SCHEMA",
    ]  # fmt: skip
    assert "startDate" in refused[0]
    assert summary == "{'CREATED': 2, 'INVALID_SCHEMA': 3, 'NO_JSON': 2}"


def _short(lines: list[str]) -> list[str]:
    """Each line up to its message."""
    return [re.sub(r"(?<=[A-Z]: ).*", "", line) for line in lines]


async def test_a_refused_token_is_told_for_every_line(
    venue: Venue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOOKGATE_TOKEN", "bg_nobody")

    assert not await _run(tmp_path, _url(venue), _line(venue, "a"), _drop("b"))

    assert _short(capsys.readouterr().out.splitlines()) == [
        "line 1: a: INVALID_API_TOKEN: ",
        "line 2: b: INVALID_API_TOKEN: ",
        "{'INVALID_API_TOKEN': 2}",
    ]


@pytest.mark.usefixtures("token")
async def test_a_gateway_that_is_away_is_told_for_every_line(
    venue: Venue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "FIRST_WAIT", 0.0001)

    assert not await _run(tmp_path, f"http://127.0.0.1:{free_port()}/graphql", _line(venue, "a"))

    assert _short(capsys.readouterr().out.splitlines()) == ["line 1: a: NO_ANSWER: ", "{'NO_ANSWER': 1}"]


@pytest.mark.usefixtures("token")
async def test_of_a_gateway_that_goes_away_what_was_written_is_told(
    venue: Venue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "FIRST_WAIT", 0.0001)
    monkeypatch.setattr(script, "BATCH", 1)
    async with _failing(venue, _passed, *[_busy] * 20) as (session, _):
        url = session.transport.url
        assert not await _run(tmp_path, url, _line(venue, "a", 8), _line(venue, "b", 9), _line(venue, "c", 10))

    assert capsys.readouterr().out.splitlines()[-1] == "{'CREATED': 1, 'STORE_BUSY': 2}"


@pytest.mark.parametrize(("token", "file"), [("", "bookings.jsonl"), ("bg_x", "missing.jsonl")])
async def test_without_a_token_or_a_file_nothing_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], token: str, file: str
) -> None:
    (tmp_path / "bookings.jsonl").touch()
    monkeypatch.setenv("BOOKGATE_TOKEN", token)
    monkeypatch.setattr(sys, "argv", ["push.py", str(tmp_path / file)])

    with pytest.raises(SystemExit, match="2"):
        await script.main()

    assert ("missing.jsonl" if token else "BOOKGATE_TOKEN") in capsys.readouterr().err.splitlines()[-1]


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def _busy(_request: web.Request) -> web.StreamResponse:
    errors = [{"message": "busy", "extensions": {"code": "store_busy"}}]
    return web.json_response({"errors": errors}, status=503, headers={"Retry-After": "0"})


async def _gone(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _proxy_error(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=502, text="Bad gateway")


async def _passed(request: web.Request) -> web.StreamResponse:
    """Nothing fails."""
    headers = {"Authorization": request.headers["Authorization"]}
    answer = await request.app[GATEWAY].post("/graphql", json=await request.json(), headers=headers)
    return web.json_response(await answer.json(), status=answer.status)


async def _denied(_request: web.Request) -> web.StreamResponse:
    errors = [{"message": "no", "extensions": {"code": "scope_permission_denied"}}]
    return web.json_response({"errors": errors}, status=403)


@asynccontextmanager
async def _failing(venue: Venue, *failures: Handler) -> AsyncIterator[tuple[AsyncClientSession, list[Handler]]]:
    """The gateway behind a server that fails so, request by request, and then passes on; and what is left to fail."""
    left = list(failures)

    async def handle(request: web.Request) -> web.StreamResponse:
        return await (left.pop(0) if left else _passed)(request)

    app = web.Application()
    app[GATEWAY] = venue.gateway.client
    app.router.add_post("/graphql", handle)
    async with TestServer(app) as server, _session(str(server.make_url("/graphql")), venue.partner) as session:
        yield session, left


async def test_what_can_pass_is_repeated(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "FIRST_WAIT", 0.001)
    async with _failing(venue, _busy, _gone, _proxy_error) as (session, left):
        answers: script.Answers = {}
        await script.push(session, {1: _line(venue, "a")}, answers)

    assert answers[1]["outcome"] == "CREATED"
    assert left == []


async def test_what_cannot_pass_is_not_repeated(venue: Venue) -> None:
    async with _failing(venue, _denied, _denied) as (session, left):
        with pytest.raises(TransportQueryError):
            await script.push(session, {1: _line(venue, "a")}, {})

    assert len(left) == 1


async def test_it_gives_up_at_last(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "FIRST_WAIT", 0.0001)
    async with _failing(venue, *[_busy] * 20) as (session, left):
        with pytest.raises(TransportQueryError):
            await script.push(session, {1: _line(venue, "a")}, {})

    assert len(left) == 20 - script.ATTEMPTS
