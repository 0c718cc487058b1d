"""Writes that meet, with the first held up in its transaction until the second waits for it.

On SQLite the second has not begun by then: writers are alone there, so the answers are the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.drafts import BookingDraft
from domain.records import Viewer
from storage.access import Access
from storage.booking_writes import BookingKey, delete_booking, upsert_booking
from storage.database import Database, ExternalName, Row, Transaction
from storage.directory import NOTHING
from storage.statements import Statement
from storage.tokens import viewer_of_token
from tests.api.clients import NOW
from tests.api.venue import Venue

START = datetime.fromisoformat("2026-04-15T08:00:00Z")
PAUSE = 0.2


class Paused:
    """A database whose works wait before they commit, until they are let go."""

    def __init__(self, database: Database) -> None:
        self._database, self.dialect = database, database.dialect
        self.fetch, self.directory = database.fetch, database.directory
        self.written, self.go = asyncio.Event(), asyncio.Event()

    async def write(
        self,
        work: Callable[[Transaction], Awaitable[Any]],
        *,
        names: Iterable[ExternalName] = (),
        dry_run: bool = False,
    ) -> Any:
        async def paused(tx: Transaction) -> Any:
            result = await work(tx)
            self.written.set()
            await self.go.wait()
            return result

        return await self._database.write(paused, names=names, dry_run=dry_run)

    async def fetch_by_key(self, statement: Statement, keys: Iterable[Any]) -> Sequence[Row]:
        return await self._database.fetch_by_key(statement, keys)

    async def close(self) -> None:
        """It is closed by who opened it."""


@pytest.fixture
async def viewer(venue: Venue) -> Viewer:
    found = await viewer_of_token(venue.gateway.database, NOTHING, venue.desk, NOW)
    assert found is not None
    return found


def draft(venue: Venue, **changes: Any) -> BookingDraft:
    end = START + timedelta(hours=1)
    return BookingDraft(venue.room, START, end, None, (), {})._replace(**changes)


async def meeting(
    venue: Venue, viewer: Viewer, first: Callable[[Access], Awaitable[Any]], second: Callable[[Access], Awaitable[Any]]
) -> tuple[Any, Any]:
    """Run the second while the first has written and not committed."""
    database = venue.gateway.database
    paused = Paused(database)
    one = asyncio.ensure_future(first(Access(paused, viewer, NOW)))
    await paused.written.wait()
    other = asyncio.ensure_future(second(Access(database, viewer, NOW)))
    await asyncio.sleep(PAUSE)
    paused.go.set()
    return await one, await other


async def test_a_booking_that_is_being_moved_is_still_found(venue: Venue, viewer: Viewer) -> None:
    """PostgreSQL would leave it out of a join with the resource that it stood on before."""
    booking = (await venue.book())["booking"]

    _, deleted = await meeting(
        venue,
        viewer,
        lambda access: upsert_booking(access, draft(venue, id=booking["id"], resource_id=venue.hall)),
        lambda access: delete_booking(access, BookingKey(id=booking["id"])),
    )

    assert deleted.outcome == "DELETED"


async def test_a_delete_meets_the_create_of_the_same_external_id(venue: Venue, viewer: Viewer) -> None:
    """Each would miss what the other has not committed yet, and a deleted booking would stand."""
    name: dict[str, Any] = {"external_service_id": venue.service, "external_booking_id": "b-1"}
    older, newer = (datetime.fromisoformat(f"2026-04-13T07:0{n}:00Z") for n in (0, 1))

    created, deleted = await meeting(
        venue,
        viewer,
        lambda access: upsert_booking(access, draft(venue, **name, external_updated_at=older)),
        lambda access: delete_booking(access, BookingKey(**name, external_updated_at=newer)),
    )

    assert (created.outcome, deleted.outcome) == ("CREATED", "DELETED")


async def test_a_member_of_staff_wanted_in_two_places_at_once_goes_to_one(venue: Venue, viewer: Viewer) -> None:
    first, second = await meeting(
        venue,
        viewer,
        lambda access: upsert_booking(access, draft(venue, given={"staff_id": venue.john})),
        lambda access: upsert_booking(access, draft(venue, given={"staff_id": venue.john}, resource_id=venue.hall)),
    )

    assert (first.outcome, second.code) == ("CREATED", "COURT_BOOKING_OVERLAP")
