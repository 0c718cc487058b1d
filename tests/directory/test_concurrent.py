"""While others write: nobody is answered less than what was acknowledged before they asked."""

from __future__ import annotations

import asyncio

from domain.records import User, Viewer
from storage.database import Database
from storage.directory_writes import save_user
from storage.tokens import SCOPES
from storage.users import users_by_id
from tests.api.venue import Venue
from tests.directory.relations import cached, uncached

ADMINISTRATOR = Viewer("t", "admin", frozenset(SCOPES), None)
ENOUGH, SECONDS = 100, 60


class Counting:
    """A person whose name counts up, as the store has it and as readers find it."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self.acknowledged = self.found = 0
        self.is_over = False

    async def write(self, database: Database) -> None:
        """Count, until it has been read often enough meanwhile: readers may first have to connect."""
        while min(self.acknowledged, self.found) < ENOUGH:
            person = User(self._venue.jane, self._venue.club, str(self.acknowledged + 1))
            assert await save_user(uncached(database, ADMINISTRATOR), person) == person
            self.acknowledged += 1
        self.is_over = True

    async def read(self, database: Database) -> None:
        """Ask again and again, by requests like those that are compiled."""
        while not self.is_over:
            least = self.acknowledged
            (person,) = await users_by_id(await cached(database, ADMINISTRATOR), [self._venue.jane])
            assert person is not None
            assert least <= int(person.name or 0) <= self.acknowledged + 1
            self.found += 1
            await asyncio.sleep(0)


async def test_no_reader_is_behind_what_was_acknowledged(venue: Venue, other: Database) -> None:
    here, counting = venue.gateway.database, Counting(venue)
    await save_user(uncached(here, ADMINISTRATOR), User(venue.jane, venue.club, "0"))

    async with asyncio.timeout(SECONDS):
        await asyncio.gather(counting.write(here), *(counting.read(database) for database in (here, other) * 3))
