"""Clients that stall, sending or reading: waited for as long as they go on, then let go."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from gateway.connections import untaken
from tests.api.clients import Gateway, Server
from tests.api.wire import ANSWER, BODY, HEAD, answered, connected, connections, until, with_length

ASKED = [b"GET / HTTP/1.1", b"Host: x"]
LARGE = 20_000_000
SMALL = 50_000
SMALLEST_BUFFER = 4096
SOON = 0.1


def answering(size: int) -> web.Application:
    """An application that answers with so many bytes."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=bytes(size))

    app = web.Application()
    app.add_routes([web.get("/", answer)])
    return app


def holding_little(host: str, port: int, _family: socket.AddressFamily) -> socket.socket:
    """A socket whose connections hold next to nothing back: what the client does not read stays in the process."""
    listening = socket.create_server((host, port))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALLEST_BUFFER)
    return listening


@contextmanager
def asking(client: TestClient[Any, Any], *headers: bytes) -> Iterator[socket.socket]:
    """A connection that has asked, and reads nothing by itself."""
    with socket.socket() as asker:
        asker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST_BUFFER)
        asker.connect((client.host, client.port))
        asker.setblocking(False)  # noqa: FBT003 - as it is called
        asker.sendall(b"\r\n".join([*ASKED, *headers, b"", b""]))
        yield asker


@pytest.mark.parametrize("begun", [with_length(BODY)[:-5], HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{"])
async def test_a_body_that_does_not_go_on_is_not_waited_for(
    gateway: Gateway, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.asked.PATIENCE", SOON)

    async with connected(gateway.client) as (reader, writer), asyncio.timeout(10):
        writer.write(begun)
        status, headers, body = await answered(reader)

    assert (status, headers["Connection"]) == (b"HTTP/1.1 408 Request Timeout", "close")
    assert json.loads(body)["errors"][0]["extensions"]["code"] == "invalid_schema"


async def test_a_body_that_goes_on_slowly_is_waited_for(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.asked.PATIENCE", SOON)
    monkeypatch.setattr("gateway.asked.SLOWEST", 1)  # a byte a second: those that are there are worth 22 seconds

    async with connected(gateway.client) as (reader, writer), asyncio.timeout(20):
        writer.write(with_length(BODY)[:-5])
        await asyncio.sleep(3 * SOON)
        writer.write(BODY[-5:])

        assert (await answered(reader))[2] == ANSWER


@pytest.mark.parametrize("headers", [(), (b"Connection: close",)])
@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_an_answer_that_is_not_read_is_not_kept(
    size: int, headers: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one that is small enough to wait in the connection when the request is done with."""
    monkeypatch.setattr("gateway.connections.PATIENCE", SOON)

    server = Server(answering(size), socket_factory=holding_little)
    async with TestClient(server) as client, asyncio.timeout(10):
        with asking(client, *headers):
            await until(lambda: connections(client))
            await until(lambda: not connections(client))


async def test_a_client_that_reads_slowly_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    left = count(LARGE, -1)

    def sinking(_transport: asyncio.Transport) -> int:
        looks.append(next(left))
        return looks[-1]

    monkeypatch.setattr("gateway.connections.PATIENCE", 0.01)
    monkeypatch.setattr("gateway.connections.untaken", sinking)

    async with TestClient(Server(answering(LARGE))) as client, connected(client) as (reader, writer):
        async with asyncio.timeout(30):
            writer.write(b"\r\n".join([*ASKED, b"", b""]))
            await until(lambda: len(looks) > 5)

            assert len((await answered(reader))[2]) == LARGE


async def test_progress_is_seen_however_much_the_kernel_holds_back() -> None:
    """Else a client whose answer waits there would seem to stand until a good part of that is read."""
    async with TestClient(Server(answering(LARGE))) as client, asyncio.timeout(30):
        with asking(client) as asker:
            await until(lambda: connections(client) and connections(client)[0].writing_paused)
            transport = connections(client)[0].transport
            assert transport is not None
            in_process, before = transport.get_write_buffer_size(), untaken(transport)

            for _ in range(20):
                await asyncio.get_running_loop().sock_recv(asker, SMALLEST_BUFFER)

            await until(lambda: untaken(transport) < before)
            assert transport.get_write_buffer_size() == in_process


async def test_stopping_does_not_wait_as_long_as_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.runner.STOPPING_SECONDS", SOON)
    server = Server(answering(LARGE))

    async with TestClient(server) as client, asyncio.timeout(10):
        with asking(client):
            await until(lambda: any(connection.writing_paused for connection in connections(client)))

            await server.close()
