"""Writes and reads through two gateways' databases in any order: what is kept never makes an answer older."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import time
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domain.enums import Weekday
from domain.records import ExternalService, Organization, Schedule, User, Viewer, WeeklyPeriod
from storage.access import Access
from storage.database import Database
from storage.directory_writes import save_organization, save_service, save_user
from storage.resource_writes import save_resource, save_schedule
from storage.resources import resources_by_id
from storage.tokens import SCOPES
from tests.api.venue import Venue
from tests.directory.relations import answers, cached, uncached, viewers_of

ADMINISTRATOR = Viewer("t", "admin", frozenset(SCOPES), None)
WRITES = ("user", "organization", "service", "resource", "schedule")
gateways, names = st.integers(0, 1), st.text("abc", min_size=1, max_size=2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), gateways, st.sampled_from(WRITES), names),
        st.tuples(st.just("ask"), gateways, st.integers(0, 6)),
        st.tuples(st.just("begin"), gateways, st.integers(0, 6)),
        st.tuples(st.just("go_on"), st.integers(0, 3)),
    ),
    min_size=4,
    max_size=16,
)


async def test_answers_of_what_is_kept_are_those_of_the_store(venue: Venue, other: Database) -> None:
    play = Play(venue, [venue.gateway.database, other], await viewers_of(venue))
    loop = asyncio.get_running_loop()

    @settings(max_examples=60, database=None, phases=[Phase.generate, Phase.shrink])
    @given(steps=STEPS)
    def agree(steps: list[tuple[Any, ...]]) -> None:
        asyncio.run_coroutine_threadsafe(play.all(steps), loop).result()

    await asyncio.to_thread(agree)  # Hypothesis is not asynchronous
    assert play.compared > 60


class Play:
    """Two databases over one store, and requests that have begun."""

    def __init__(self, venue: Venue, databases: Sequence[Database], viewers: Sequence[Viewer]) -> None:
        self._venue, self._databases, self._viewers = venue, databases, viewers
        self._begun: list[Access] = []
        self.compared = 0

    async def all(self, steps: list[tuple[Any, ...]]) -> None:
        """Take steps, one after the other."""
        self._begun.clear()
        for kind, *details in steps:
            step: Callable[..., Awaitable[None]] = getattr(self, f"_{kind}")
            await step(*details)

    async def _ask(self, gateway: int, viewer: int) -> None:
        database = self._databases[gateway]
        for _ in range(2):
            found = await answers(self._venue, await cached(database, self._viewers[viewer]))
            assert found == await answers(self._venue, uncached(database, self._viewers[viewer]))
        self.compared += 1

    async def _begin(self, gateway: int, viewer: int) -> None:
        self._begun.append(await cached(self._databases[gateway], self._viewers[viewer]))

    async def _go_on(self, which: int) -> None:
        """Let a request read that has begun before others wrote."""
        for access in self._begun[which : which + 1]:
            await answers(self._venue, access)

    async def _write(self, gateway: int, what: str, name: str) -> None:
        access, venue = uncached(self._databases[gateway], ADMINISTRATOR), self._venue
        if what == "user":
            await save_user(access, User(venue.jane, venue.club, name))
        elif what == "organization":
            await save_organization(access, Organization(venue.club, name))
        elif what == "service":
            await save_service(access, ExternalService(venue.service, venue.club, name))
        elif what == "schedule":
            day = Weekday.MONDAY if "a" in name else Weekday.SUNDAY
            weekly = () if "c" in name else (WeeklyPeriod(day, time(8), time(9)),)
            await save_schedule(access, venue.room, Schedule(weekly))
        else:
            (room,) = await resources_by_id(access, [venue.room])
            assert room is not None
            await save_resource(access, room._replace(name=name, public_calendar="a" in name))
