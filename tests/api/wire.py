"""Talking to a gateway under test byte by byte: as clients do that no library speaks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from tests.api.clients import Gateway

BODY = b'{"query": "{ __typename }"}'
ANSWER = b'{"data":{"__typename":"Query"}}'
HEAD = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@asynccontextmanager
async def connected(client: TestClient[Any, Any]) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the server of a client."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def answered(reader: asyncio.StreamReader) -> tuple[bytes, dict[str, str], bytes]:
    """Read one answer: its status line, its headers, its body."""
    status, *lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].split(b"\r\n")
    headers = dict(line.decode().split(": ", 1) for line in lines)
    return status, headers, await reader.readexactly(int(headers["Content-Length"]))


async def sent(gateway: Gateway, *pieces: bytes) -> tuple[bytes, dict[str, str], bytes]:
    """Send a request in pieces that arrive one after the other; return the answer."""
    async with connected(gateway.client) as (reader, writer), asyncio.timeout(10):
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.02)
        return await answered(reader)


def with_length(body: bytes, *headers: bytes, head: bytes = HEAD) -> bytes:
    """A request with a body of a length that is told."""
    return head + b"".join(header + b"\r\n" for header in headers) + b"Content-Length: %d\r\n\r\n" % len(body) + body


def connections(client: TestClient[Any, Any]) -> list[web.RequestHandler]:
    """The connections that the server of a client has."""
    runner = client.server.runner
    assert runner is not None
    assert runner.server is not None
    return runner.server.connections


async def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so; whoever calls bounds the time."""
    while not is_so():  # noqa: ASYNC110 - what it waits for tells nobody
        await asyncio.sleep(0.01)
