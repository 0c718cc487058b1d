"""Running the application: its connections, the signals that stop it, and how long it takes to stop."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.connections import Connection
from gateway.failures import told_as_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

IDLE_SECONDS = 75
STOPPING_SECONDS = 15


def run(start: Callable[[], Awaitable[web.Application]], host: str, port: int, welcome: str) -> None:
    """Serve until SIGTERM or SIGINT; then finish what is in flight."""
    with asyncio.Runner(loop_factory=_event_loop) as runner, suppress(KeyboardInterrupt):
        runner.run(_serve(start, host, port, welcome))


def _event_loop() -> asyncio.AbstractEventLoop:
    """Return the faster loop where the platform has it."""
    try:
        import uvloop  # noqa: PLC0415 - there is none for Windows
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def _serve(start: Callable[[], Awaitable[web.Application]], host: str, port: int, welcome: str) -> None:
    """Serve; the welcome is printed once there is an answer at the address."""
    runner = Runner(await start())
    try:
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        stopped = _signalled()
        print(welcome, flush=True)  # noqa: T201 - whoever reads through a pipe waits for it
        await stopped.wait()
    finally:
        await runner.cleanup()


def _signalled() -> asyncio.Event:
    """Return what is set when the program is told to stop. Told again, it ends at once."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()

    def stop() -> None:
        if stopped.is_set():
            raise web.GracefulExit
        stopped.set()

    with suppress(NotImplementedError):  # on Windows, where SIGINT cancels instead
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, stop)
    return stopped


class Runner(web.AppRunner):
    """Makes the server of an application: with connections of ours, and every error told as JSON."""

    def __init__(self, app: web.Application) -> None:
        # aiohttp waits so long twice: first for requests to end, then for those whose bodies it has cut off.
        super().__init__(app, shutdown_timeout=STOPPING_SECONDS / 2)

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(
            partial(told_as_json, handler=made.request_handler),
            request_factory=made.request_factory,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=IDLE_SECONDS,
        )


class _Server(web.Server):
    def __call__(self) -> web.RequestHandler:
        return Connection(self, loop=self._loop, **self._kwargs)
