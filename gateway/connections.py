"""Connections, below any request: clients that take nothing of what is written for them, and what is no HTTP."""

from __future__ import annotations

import logging
import struct
import sys
from typing import TYPE_CHECKING, cast

from aiohttp import EMPTY_PAYLOAD, web
from aiohttp.http import RawRequestMessage

from gateway.failures import no_http

if TYPE_CHECKING:
    import asyncio

    from aiohttp import StreamReader

LOG = logging.getLogger("bookgate")

PATIENCE = 30
"""Seconds in which a client has to take or to send something, if it is to be waited for."""
BAD_REQUEST = 400


class Connection(web.RequestHandler):
    """A connection as aiohttp serves it, but for clients that stall, and for how it tells what it cannot read."""

    __slots__ = ("_arriving", "_look")

    _arriving: StreamReader
    _look: asyncio.TimerHandle | None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let writing pause as soon as anything has to wait: so all that waits is watched, and nothing else is."""
        self._arriving, self._look = EMPTY_PAYLOAD, None
        cast("asyncio.Transport", transport).set_write_buffer_limits(0)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Watch no more."""
        self._stop_watching()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Watch whether the client takes what it could not take at once."""
        super().pause_writing()
        transport = cast("asyncio.Transport", self.transport)
        self._watch(transport, untaken(transport))

    def resume_writing(self) -> None:
        """Watch no more: nothing waits."""
        self._stop_watching()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Tell who waits for the rest of a body that no rest can be made out: aiohttp leaves them waiting."""
        super().data_received(data)
        if not self._messages:
            return
        message, body = self._messages[-1]
        if isinstance(message, RawRequestMessage):
            self._arriving = body
        elif not self._arriving.is_eof():
            self._arriving.feed_eof()
            self._arriving.set_exception(web.RequestPayloadError())

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP; nothing of its text, nor of the parser's, is repeated."""
        if status == BAD_REQUEST:
            return no_http(request, exc)
        return super().handle_error(request, status, exc, message)

    def _watch(self, transport: asyncio.Transport, left: int) -> None:
        self._look = self._loop.call_later(PATIENCE, self._end_if_stalled, transport, left)

    def _stop_watching(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None

    def _end_if_stalled(self, transport: asyncio.Transport, before: int) -> None:
        left = untaken(transport)
        if left < before:
            self._watch(transport, left)
            return
        LOG.info("a client takes nothing of its answer: %s", transport.get_extra_info("peername"))
        transport.abort()  # to close it would wait for the client


def untaken(transport: asyncio.Transport) -> int:
    """Return how many bytes the client's machine has not confirmed yet, as nearly as ours can tell.

    Of the kernel's own buffer, which holds megabytes, nobody hears before a good part of it is free again: a client
    that reads slowly would seem to stand.
    """
    in_process = transport.get_write_buffer_size()
    if sys.platform != "linux":
        return in_process
    from fcntl import ioctl  # noqa: PLC0415 - there is none for Windows
    from termios import TIOCOUTQ  # noqa: PLC0415

    (in_kernel,) = struct.unpack("i", ioctl(transport.get_extra_info("socket").fileno(), TIOCOUTQ, bytes(4)))
    return in_process + int(in_kernel)
