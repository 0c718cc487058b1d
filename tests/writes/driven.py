"""A gateway in this process, driven from a test that is not asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any, TypeVar

import aiohttp
from aiohttp.test_utils import TestServer

from gateway.clock import SteadyClock
from storage.opening import open_database
from storage.sweeper import sweep
from storage.tokens import Grant, create_token
from tests.api.clients import NOW, Clock, Gateway
from tests.writes.histories.clients import Clients, Story
from tests.writes.histories.parties import told_in_two_ways

T = TypeVar("T")


class Driven:
    """The gateway, and the machine's clock, which only the test moves."""

    def __init__(self, url: str) -> None:
        self.wall = Clock()
        self._clock = SteadyClock(lambda: self.wall().timestamp(), elapsed=lambda: 0.0)
        self._runner, self._stack = asyncio.Runner(), AsyncExitStack()
        self._run(self._start(url))

    @property
    def now(self) -> datetime:
        """The time by which the gateway decides."""
        return self._clock()

    def send(self, query: str, variables: dict[str, Any]) -> Any:
        """POST an operation; return what is answered."""
        return self._run(self._send({"query": query, "variables": variables}))

    def new_story(self) -> Story:
        """Set up a cell."""
        return self._run(Clients(self._session, [self._address], self._token, seed=1).new_story())

    def sweep(self) -> None:
        """Let the sweeper make its round."""
        self._run(sweep(self._database, self.now))

    def told_in_two_ways(self) -> list[str]:
        """Look for bookings of whose people the store tells in two ways."""
        return self._run(told_in_two_ways(self._database))

    def close(self) -> None:
        """End it."""
        self._run(self._close())
        self._runner.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _start(self, url: str) -> None:
        self._database = await open_database(url)
        self._token = await create_token(self._database, Grant("test"), NOW)
        app = Gateway.application(self._database, self._clock)
        server = await self._stack.enter_async_context(TestServer(app))
        self._address = str(server.make_url("")).rstrip("/")
        self._session = await self._stack.enter_async_context(aiohttp.ClientSession())

    async def _send(self, body: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        async with self._session.post(f"{self._address}/graphql", json=body, headers=headers) as response:
            return await response.json()

    async def _close(self) -> None:
        await self._stack.aclose()
        await self._database.close()
