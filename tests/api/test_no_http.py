"""What is no HTTP, or stops being it: answered as JSON like every other error, and no cause for alarm."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest

from tests.api.clients import Gateway
from tests.api.wire import BODY, HEAD, answered, connected, connections, until, with_length


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\n"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + BODY[:5], b"\r\nzz\r\n", b"zz\r\n"),
        (HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",),
        (b"GET /graphql?query=" + b"a" * 8200 + b" HTTP/1.1\r\nHost: x\r\n\r\n",),
        (HEAD + b"X: " + b"a" * 8200 + b"\r\n\r\n",),
        (HEAD + b"X: a\r\n" * 200 + b"\r\n",),
        (b"GET /graphql HTTP/1.1\r\n\r\n",),
        (b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n",),
        (b"\x16\x03\x01\x02\x00\x01\x00",),
        (b"nonsense\r\n\r\n",),
    ],
)
async def test_what_is_no_http_is_answered_once_and_told_in_one_line(
    gateway: Gateway, pieces: tuple[bytes, ...], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with connected(gateway.client) as (reader, writer), asyncio.timeout(10):
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.02)
        status, headers, body = await answered(reader)
        assert await reader.read() == b""

    assert status.split(b" ", 1)[1] == b"400 Bad Request"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    error = json.loads(body)["errors"][0]
    assert (error["extensions"]["code"], "'" in error["message"]) == ("invalid_schema", False)
    lines = [record for record in caplog.records if record.name != "asyncio"]
    assert [(line.levelname, line.exc_info, "\n" in line.getMessage()) for line in lines] == [("INFO", None, False)]


@pytest.mark.parametrize("head", [HEAD, HEAD.replace(b"json", b"xml")])
async def test_a_client_that_goes_amid_its_body_is_no_bug(
    gateway: Gateway, head: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(gateway.client) as (_, writer), asyncio.timeout(10):
        writer.write(with_length(BODY, head=head)[:-5])
        await until(lambda: len(connections(gateway.client)) == 1)
        writer.close()
        await until(lambda: not connections(gateway.client))

    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
