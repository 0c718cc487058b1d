"""The answer that nearly every request gets: 200 with a body that is known whole, written in one piece.

aiohttp keeps the headers of a response one by one, completes them and writes them anew each time, which is a quarter of
the work of a short request (16 of 60 µs). Ours are always the same but for the date and the length.
"""

from __future__ import annotations

from email.utils import formatdate
from functools import lru_cache
from time import time
from typing import TYPE_CHECKING, Literal

from aiohttp import HttpVersion11, web
from aiohttp.http import SERVER_SOFTWARE

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After, WWW-Authenticate",
    "Vary": "Accept",
}
HEADERS = {
    **CORS,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer of the endpoint carries."""


def written(request: web.Request, body: bytes, media_type: str) -> web.StreamResponse:
    """Return the response to a request that is answered 200 with this body."""
    if request.version != HttpVersion11 or not request.keep_alive:  # whose heads say what becomes of the connection
        return web.Response(body=body, headers={"Content-Type": _with_charset(media_type), **HEADERS})
    return _Written(body, media_type)


class _Written(web.StreamResponse):
    """A response that keeps nothing of its head. The connection stays open after it."""

    def __init__(self, body: bytes, media_type: str) -> None:
        super().__init__()
        self._whole, self._media_type = body, media_type

    @property
    def keep_alive(self) -> Literal[True]:
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Write all of it."""
        head = _head(self._media_type, int(time()))
        writer = request.writer
        await writer.write(b"%b%d\r\n\r\n%b" % (head, len(self._whole), self._whole))
        await writer.drain()  # wait for a client that sends, but does not read
        return writer

    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing: it has been written."""


@lru_cache(maxsize=4)
def _head(media_type: str, second: int) -> bytes:
    """Return the head of every answer in this second, but for the length that ends it."""
    headers = {
        "Content-Type": _with_charset(media_type),
        **HEADERS,
        "Date": formatdate(second, usegmt=True),
        "Server": SERVER_SOFTWARE,
    }
    return "\r\n".join(["HTTP/1.1 200 OK", *map(": ".join, headers.items()), "Content-Length: "]).encode()


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8"
