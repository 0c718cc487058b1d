"""Clients at work against gateways, cell after cell, while processes are killed; and what is to be said of it all."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

import aiohttp

from tests.writes.histories.clients import Clients, Story


class Size(NamedTuple):
    """How much there is to do: requests in all, clients, requests in a cell, cells at a time (in turn)."""

    requests: int
    clients: int = 24
    of_cell: int = 150
    at_a_time: Sequence[int] = (2, 4, 8)


class Work:
    """Hands out cells to clients, and judges those that are done."""

    def __init__(self, clients: Clients, size: Size, seed: int) -> None:
        self._clients, self._size, self._random = clients, size, random.Random(seed)
        self._open: list[Story] = []
        self._at_work: dict[int, int] = {}
        self._left, self.done, self._cells = size.requests, 0, 0
        self._finished: list[asyncio.Task[Story]] = []
        self._opening = asyncio.Lock()

    async def run(self) -> list[Story]:
        """Let every client work until all is asked; return what they have seen."""
        await asyncio.gather(*(self._client(n) for n in range(self._size.clients)))
        for story in list(self._open):
            self._close(story)
        return list(await asyncio.gather(*self._finished))

    async def _client(self, client: int) -> None:
        while self._left > 0:
            self._left -= 1
            story = await self._story()
            self._at_work[id(story)] = self._at_work.get(id(story), 0) + 1
            await self._clients.ask(story, client)
            self._at_work[id(story)] -= 1
            self.done += 1
            if story.started >= self._size.of_cell and story in self._open:
                self._close(story)

    async def _story(self) -> Story:
        async with self._opening:
            wanted = self._size.at_a_time[self._cells // 10 % len(self._size.at_a_time)]
            while len(self._open) < wanted:
                self._open.append(await self._clients.new_story())
                self._cells += 1
        return self._random.choice(self._open[-wanted:])

    def _close(self, story: Story) -> None:
        self._open.remove(story)
        self._finished.append(asyncio.create_task(self._finish(story)))

    async def _finish(self, story: Story) -> Story:
        while self._at_work.get(id(story)):  # noqa: ASYNC110 - rare, and then short
            await asyncio.sleep(0.05)
        await self._clients.finish(story)
        return story


@asynccontextmanager
async def playing(addresses: Sequence[str], token: str, size: Size, seed: int) -> AsyncIterator[Work]:
    """Have clients ready to work."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield Work(Clients(session, addresses, token, seed), size, seed)


async def killing(work: Work, size: Size, times: int, kill: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Kill, each in its turn, `times` over the whole of the work."""
    for n in range(times * len(kill)):
        while work.done < size.requests * (n + 0.5) / (times * len(kill)):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)
        await kill[n % len(kill)]()
