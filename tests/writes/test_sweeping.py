"""The sweeper, at work while the gateway serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from math import inf
from typing import Any

import pytest

from storage.database import DatabaseUnavailableError
from storage.sweeper import keep_swept, sweep, until_next
from tests.api.clients import Clock
from tests.api.venue import Venue
from tests.writes.changes import kinds
from tests.writes.documents import Holds

SECONDS = 10


@pytest.fixture
async def sweeping(venue: Venue, clock: Clock) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_swept(venue.gateway.database, clock, pause=0.01))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture
async def awake(venue: Venue, clock: Clock) -> AsyncIterator[asyncio.Event]:
    """Set when a sweeper that would rest for an hour has rested once, beside a hold that expires in 10 ms."""
    await Holds(venue).reserved(ttlSeconds=1)
    clock.advance(seconds=0.99)
    rested, asked = asyncio.Event(), 0

    def noted() -> datetime:
        nonlocal asked
        asked += 1  # twice in a round
        if asked > 2:
            rested.set()
        return clock()

    task = asyncio.create_task(keep_swept(venue.gateway.database, noted, pause=3600))
    yield rested
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def expired(venue: Venue, number: int) -> None:
    async with asyncio.timeout(SECONDS):
        while (await kinds(venue.gateway.database)).count("EXPIRED") < number:  # noqa: ASYNC110 - asks the store
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("sweeping")
async def test_holds_expire_without_anybody_s_doing(venue: Venue, clock: Clock) -> None:
    await Holds(venue).reserved(ttlSeconds=1)
    clock.advance(seconds=1)

    await expired(venue, 1)


@pytest.mark.decision(9)
async def test_a_hold_is_marked_when_it_expires_however_long_the_sweeper_would_rest(
    venue: Venue, clock: Clock, awake: asyncio.Event
) -> None:
    await asyncio.wait_for(awake.wait(), SECONDS)
    assert await kinds(venue.gateway.database) == ["RESERVED"], "by the clock it stands"

    clock.advance(seconds=0.01)

    await expired(venue, 1)


@pytest.mark.decision(9)
async def test_the_sweeper_rests_until_the_next_hold_expires(venue: Venue, clock: Clock) -> None:
    """A hold that was confirmed, released or deleted expires no more, and one that is marked already has."""
    holds, database = Holds(venue), venue.gateway.database
    assert await until_next(database, clock.now) == inf
    await holds.confirm(await holds.reserved(ttlSeconds=1))
    await holds.release(await holds.reserved(ttlSeconds=2))
    for ttl in (30, 20):
        await holds.reserved(ttlSeconds=ttl)

    assert await until_next(database, clock.now) == 20
    clock.advance(seconds=20.5)
    assert await until_next(database, clock.now) == 0
    await sweep(database, clock.now)
    assert await until_next(database, clock.now) == 9.5


@pytest.mark.usefixtures("sweeping")
@pytest.mark.parametrize("error", [DatabaseUnavailableError("away"), KeyError("a bug")])
async def test_the_sweeper_goes_on_after_a_failure(
    venue: Venue, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    await Holds(venue).reserved(ttlSeconds=1)
    failed = asyncio.Event()

    async def fails(*_: Any, **__: Any) -> None:
        failed.set()
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(venue.gateway.database, "fetch", fails)
        await asyncio.wait_for(failed.wait(), SECONDS)
    clock.advance(seconds=1)

    await expired(venue, 1)


async def test_what_has_been_swept_is_gone_also_for_a_write_that_was_decided_by_an_earlier_time(
    venue: Venue, clock: Clock
) -> None:
    """It waited long for its locks. The histories' model has to know: nothing is booked twice, but out of turn."""
    await Holds(venue).reserved(resourceId=venue.court, ttlSeconds=10)
    now, later = clock.now + timedelta(seconds=5), clock.now + timedelta(seconds=10)
    assert (await venue.upsert())["__typename"] == "BookingOverlap"

    await sweep(venue.gateway.database, later)
    clock.now = now

    assert (await venue.upsert())["outcome"] == "CREATED"


async def test_sweepers_of_several_processes_record_each_expiry_once(venue: Venue, clock: Clock) -> None:
    holds = Holds(venue)
    await asyncio.gather(*(holds.reserved(resourceId=venue.hall, ttlSeconds=1) for _ in range(30)))
    clock.advance(seconds=1)

    swept = await asyncio.gather(*(sweep(venue.gateway.database, clock.now) for _ in range(4)))

    assert sum(swept) == 30
    assert (await kinds(venue.gateway.database)).count("EXPIRED") == 30


async def test_more_holds_than_are_marked_together_are_all_marked(
    venue: Venue, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sweeper.TOGETHER", 2)
    for _ in range(5):
        await Holds(venue).reserved(resourceId=venue.hall, ttlSeconds=1)
    clock.advance(seconds=1)

    assert await sweep(venue.gateway.database, clock.now) == 5
