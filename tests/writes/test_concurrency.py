"""Writes that meet, with the first held up in its transaction until the second waits for it.

On SQLite the second has not begun by then: writers are alone there, so the answers are the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.drafts import BookingDraft
from domain.enums import BookingStatus
from domain.records import User, Viewer
from storage.access import Access
from storage.booking_writes import BookingKey, UpsertBookingSuccess, delete_booking, upsert_booking
from storage.bulk_writes import upsert_bookings
from storage.database import Database, ExternalName, Row, Transaction
from storage.directory import NOTHING
from storage.directory_writes import save_user
from storage.postgres_pool import may_repeat
from storage.statements import Statement
from storage.status_writes import StatusChange, update_status
from storage.tokens import viewer_of_token
from tests.api.clients import NOW
from tests.api.venue import Venue

PLACE = """
mutation ($input: UpsertResourceInput!) {
  upsertResource(input: $input) { __typename ... on UpsertResourceSuccess { resource { id } } }
}"""
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


@pytest.fixture
def collisions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What PostgreSQL ended and the gateway ran again: deadlocks, each of them after a second."""
    seen: list[str] = []

    def noted(error: BaseException) -> bool:
        seen.append(type(error).__name__)
        return may_repeat(error)

    monkeypatch.setattr("storage.postgres.may_repeat", noted)
    return seen


async def test_bulks_that_swap_bookings_between_two_resources_do_not_hinder_each_other(
    venue: Venue, viewer: Viewer, collisions: list[str]
) -> None:
    """By `id`: what they move has no external name by which it was locked before."""
    access = Access(venue.gateway.database, viewer, NOW)
    places = [venue.hall, venue.room]
    drafts = [
        [draft(venue, resource_id=place)._replace(start_date=START + timedelta(hours=n), end_date=None, duration=60)
         for n in range(20)]
        for place in places
    ]  # fmt: skip
    for n, group in enumerate(drafts):
        created = await upsert_bookings(access, group)
        ids = [answer.booking.id for answer in created if isinstance(answer, UpsertBookingSuccess)]
        drafts[n] = [each._replace(id=key) for each, key in zip(group, ids, strict=True)]

    for turn in range(4):
        moved = [
            [each._replace(resource_id=places[(n + turn + 1) % 2]) for each in group] for n, group in enumerate(drafts)
        ]
        answers = await asyncio.gather(*(upsert_bookings(access, group) for group in moved))
        assert {getattr(answer, "outcome", answer) for answered in answers for answer in answered} == {"REPLACED"}

    assert collisions == []


async def test_who_finds_a_booking_moved_waits_for_its_new_place_without_the_old_one(
    venue: Venue, viewer: Viewer
) -> None:
    """Holding it, two that move bookings to and fro would wait for each other."""
    database = venue.gateway.database
    access = Access(database, viewer, NOW)
    booking = (await venue.book())["booking"]
    mover, holder = Paused(database), Paused(database)
    moved = draft(venue, id=booking["id"], resource_id=venue.hall)
    works: list[asyncio.Future[Any]] = [asyncio.ensure_future(upsert_booking(Access(mover, viewer, NOW), moved))]
    await mover.written.wait()
    works.append(asyncio.ensure_future(delete_booking(access, BookingKey(id=booking["id"]))))  # waits for the room
    await asyncio.sleep(PAUSE)
    if database.dialect == "postgresql":  # on SQLite writers are alone anyway
        late = START + timedelta(hours=5)
        elsewhere = draft(venue, resource_id=venue.hall, start_date=late, end_date=late + timedelta(hours=1))
        works.append(asyncio.ensure_future(upsert_booking(Access(holder, viewer, NOW), elsewhere)))
        await asyncio.sleep(PAUSE)  # in the queue for the hall, before the delete
    mover.go.set()
    await asyncio.sleep(PAUSE)

    async with asyncio.timeout(2):
        late = START + timedelta(hours=8)
        here = draft(venue, start_date=late, end_date=late + timedelta(hours=1))
        assert isinstance(await upsert_booking(access, here), UpsertBookingSuccess)

    holder.go.set()
    assert [getattr(each, "outcome", each) for each in await asyncio.gather(*works)][:2] == ["REPLACED", "DELETED"]


async def test_the_same_person_set_up_twice_at_once_is_set_up(venue: Venue, viewer: Viewer) -> None:
    record = User(str(uuid4()), venue.club, "A")

    async def save(access: Access) -> Any:
        return await save_user(access, record)

    assert await meeting(venue, viewer, save, save) == (record, record)


async def test_a_status_waits_for_the_move_of_the_booking_that_a_partner_names(
    venue: Venue, viewer: Viewer, collisions: list[str]
) -> None:
    """By the name: waiting for the old resource it would begin anew after every move, and never get its turn."""
    name: dict[str, Any] = {"external_service_id": venue.service, "external_booking_id": "b-1"}
    older, newer = (datetime.fromisoformat(f"2026-04-13T07:0{n}:00Z") for n in (0, 1))
    access = Access(venue.gateway.database, viewer, NOW)
    await upsert_booking(access, draft(venue, **name, external_updated_at=older))
    moved = draft(venue, **name, external_updated_at=newer, resource_id=venue.hall)
    canceled = StatusChange(BookingStatus.CANCELED, None, external=(venue.service, "b-1"))

    _, changed = await meeting(
        venue,
        viewer,
        lambda access: upsert_booking(access, moved),
        lambda access: update_status(access, canceled),
    )

    assert (changed.booking.status, changed.booking.resource_id) == ("CANCELED", venue.hall)
    assert collisions == []


async def test_of_two_resources_that_would_each_come_below_the_other_one_is_refused(
    venue: Venue, collisions: list[str]
) -> None:
    async def place(parent: str | None = None, key: str | None = None) -> Any:
        given = {"id": key, "locationId": venue.location, "name": "x", "type": "ROOM", "parentId": parent}
        return await venue.gateway.data(PLACE, venue.desk, input=given)

    for _ in range(5):
        a, b, c, d = [(await place())["resource"]["id"] for _ in range(4)]
        await place(c, b)
        await place(a, d)
        far = await asyncio.gather(place(b, a), place(d, c))
        e, f = [(await place())["resource"]["id"] for _ in range(2)]
        near = await asyncio.gather(place(f, e), place(e, f))
        for answers in (far, near):
            assert sorted(answer["__typename"] for answer in answers) == ["NotFound", "UpsertResourceSuccess"]

    assert collisions == []
