"""`kill -9` of a gateway and of PostgreSQL, amid writes: what was acknowledged is there, the rest can be repeated."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from app import application
from storage.migrations import migrate
from storage.opening import open_database
from tests.api.clients import Clock, Gateway
from tests.api.documents import BOOKINGS
from tests.api.filling import set_up_venue
from tests.api.venue import Venue
from tests.postgres_server import find_binaries, is_allowed
from tests.writes.histories.servers import GatewayProcess, PostgresProcess, postgres
from tests.writes.partners import Client, Holder, Partner

PARTNERS, ENOUGH = 6, 3
PATIENCE = 30
BACK_SECONDS = 5
UNANSWERED = (aiohttp.ClientError, ConnectionError)


class Work:
    """Clients at work all at once, and the codes by which they were refused."""

    def __init__(self, venue: Venue) -> None:
        self.partners = [Partner(venue, number) for number in range(PARTNERS)]
        self.holder = Holder(venue)
        self.refusals: set[str] = set()
        self._clients: list[Client] = [*self.partners, self.holder]
        self._is_over = False
        self._tasks = [asyncio.create_task(self._insist(client)) for client in self._clients]

    async def go_on(self) -> None:
        """Wait until everybody has had some more acknowledged."""
        known = [client.acknowledged + ENOUGH for client in self._clients]
        await until(lambda: self._has_come_to(known))

    async def stop(self) -> None:
        """Wait until what was asked is answered, or cannot be any more."""
        self._is_over = True
        await asyncio.gather(*self._tasks)

    async def is_all_there(self, venue: Venue) -> None:
        """Look for everything that was acknowledged, then repeat what was not, and what was."""
        await self._is_stored(venue, extra=1)
        for client in self._clients:
            client.venue = venue
            assert (await client.ask()).ok
        assert [await partner.outcome() for partner in self.partners] == ["UNCHANGED"] * PARTNERS
        assert await self.holder.repeated() == self.holder.secrets
        await self._is_stored(venue, extra=0)

    def _has_come_to(self, numbers: list[int]) -> bool:
        for task in self._tasks:
            if task.done():
                task.result()  # raises what a client has found wrong
        return all(client.acknowledged >= number for client, number in zip(self._clients, numbers, strict=True))

    async def _is_stored(self, venue: Venue, extra: int) -> None:
        """Each write that was not acknowledged may be there too: one of each client at most."""
        asked = {"first": 100, "filter": {"statuses": ["ACCEPTED", "RESERVED"]}}
        nodes = (await venue.gateway.data(BOOKINGS, venue.admin, **asked))["nodes"]
        versions = {node["externalBookingId"]: node["version"] for node in nodes if node["externalBookingId"]}
        for partner in self.partners:
            assert 0 <= versions.pop(partner.name) - partner.acknowledged <= extra
        assert not versions
        assert 0 <= len(nodes) - PARTNERS - self.holder.acknowledged <= extra

    async def _insist(self, client: Client) -> None:
        with suppress(*UNANSWERED):
            while not self._is_over:
                response = await client.ask()
                if not response.ok:
                    self.refusals.add(await refusal(response))


@pytest.fixture
def server() -> Iterator[PostgresProcess]:
    """A PostgreSQL server of our own, to be killed."""
    if find_binaries() is None or not is_allowed():
        pytest.skip(
            "needs PostgreSQL's own programs: the server of the wheel, or one that was given, is not ours to kill"
        )
    with postgres() as started:
        yield started


async def test_what_a_killed_gateway_acknowledged_is_there_and_the_rest_can_be_repeated(
    database_url: str, tmp_path: Path
) -> None:
    fields = await set_up_venue(database_url)
    process = GatewayProcess(database_url, tmp_path / "log")
    await process.start()
    try:
        async with aiohttp.ClientSession(process.address) as session:
            work = Work(Venue(Gateway(cast("Any", session), cast("Any", None), Clock()), *fields))
            await work.go_on()
            await process.kill()
            await work.stop()
    finally:
        await process.kill()

    async with served(database_url, fields) as venue:
        await work.is_all_there(venue)


async def test_postgresql_is_killed_and_the_gateway_writes_again_when_it_is_back(
    server: PostgresProcess, caplog: pytest.LogCaptureFixture
) -> None:
    await migrate(server.url)
    async with served(server.url, await set_up_venue(server.url)) as venue:
        work = Work(venue)
        await work.go_on()

        await asyncio.to_thread(server.kill)
        assert await refusal(await venue.gateway.send(BOOKINGS, token=venue.desk)) == "store_unavailable"
        assert [await status(venue, path) for path in ("/readyz", "/healthz")] == [503, 200]
        await until(lambda: bool(work.refusals))

        await asyncio.to_thread(server.start)
        back = time.monotonic()
        await work.go_on()
        assert time.monotonic() - back < BACK_SECONDS
        assert await status(venue, "/readyz") == 200

        await work.stop()
        assert work.refusals == {"store_unavailable"}
        await work.is_all_there(venue)
    assert not [record for record in caplog.records if record.name.startswith("bookgate") and record.exc_info]


@asynccontextmanager
async def served(url: str, fields: Sequence[str]) -> AsyncIterator[Venue]:
    """The venue behind a gateway, the program's own, that has just been started."""
    database = await open_database(url)
    async with TestClient(TestServer(application(database, url))) as client:
        yield Venue(Gateway(client, database, Clock()), *fields)


async def refusal(response: aiohttp.ClientResponse) -> str:
    """Return the code of an answer that must say: try again, and when."""
    body = await response.json()
    assert (response.status, response.headers.get("Retry-After")) == (503, "1"), body
    # One error, or of a payload that could not be read one for each of its relations: all say the same.
    ((code,),) = {tuple(error["extensions"].values()) for error in body["errors"]}
    return str(code)


async def status(venue: Venue, path: str) -> int:
    async with venue.gateway.client.get(path) as response:
        return response.status


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - looks at what others do
            await asyncio.sleep(0.01)
