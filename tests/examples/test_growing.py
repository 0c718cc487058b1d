"""The grown demo: any number of bookings, as the gateway itself would have written them."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from domain.bookings import UpsertOutcome
from domain.calendar import events
from domain.drafts import BookingDraft, ParticipantDraft, issues_of
from domain.enums import BookingStatus, CalendarEventType, ResourceType
from domain.intervals import Interval
from domain.occupancy import ACTIVE_STATUSES, peak, staff_conflicts
from domain.records import Booking
from domain.refusals import BookingOverlap
from examples.demo import fill, grow
from examples.demo.booked import booked
from examples.demo.crowded import Place, Size, places
from examples.demo.days import Days
from examples.demo.filling import ADMINISTRATOR
from storage.access import Access
from storage.booking_writes import UpsertBookingSuccess, upsert_booking
from storage.calendar import agendas
from storage.calendar_resources import resources_for_calendar
from storage.opening import open_database
from storage.sqlite_files import connect

NOW = datetime(2026, 4, 15, 12, tzinfo=UTC)
SIZES = [1, 999, 16_000, 20_000]
Booked = list[Booking]


@pytest.mark.parametrize("size", SIZES)
def test_a_size_is_a_number_of_bookings(size: int) -> None:
    made = everything(size)

    assert sum(len(bookings) for _, bookings in made) == size
    assert len({booking.id for _, bookings in made for booking in bookings}) == size


def test_there_is_a_thousand_bookings_for_a_resource_and_ten_for_a_person() -> None:
    size = Size.of(200_000)
    made = list(places(Days(NOW), size))

    assert sum(len(place.bookables) for place in made) == size.resources == 200
    assert sum(len(place.people) for place in made) == size.people == 20_000
    assert {len(place.bookables) for place in made} <= {*range(10, 21)}
    assert len({place.organization.id for place in made}) == sum(place.is_first for place in made) == 5
    assert len({place.location.timezone for place in made}) > 4
    assert len({person.email for place in made for person in place.people}) == 20_000


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_double_booked(size: int) -> None:
    for place, bookings in everything(size):
        taken = defaultdict(list)
        busy = defaultdict(list)
        for booking in bookings:
            if booking.status in ACTIVE_STATUSES:
                span = Interval(booking.start_date, booking.end_date)
                taken[booking.resource_id].append((span, booking.seats))
                busy[booking.staff_id].append((span, booking.resource_id))
        for bookable in place.bookables:
            assert peak(taken[bookable.resource.id]) <= bookable.resource.capacity
        for staff in set(busy) - {None}:
            assert {resource for _, resource in busy[staff]} == resources_of(place, staff)
            ordered = sorted(busy[staff])
            assert not any(staff_conflicts(*ordered[at], [ordered[at + 1]]) for at in range(len(ordered) - 1))


def test_every_booking_could_have_been_written_by_a_client() -> None:
    for place, bookings in everything(16_000):
        resources = {bookable.resource.id: bookable.resource for bookable in place.bookables}
        for booking in bookings:
            assert not issues_of(draft_of(booking), resources[booking.resource_id], NOW)


def test_there_is_variety() -> None:
    made = everything(16_000)
    bookings = [booking for _, some in made for booking in some]
    parties = Counter(len(booking.participants) for booking in bookings)
    seats = {bookable.resource.capacity for place, _ in made for bookable in place.bookables}

    assert {booking.status for booking in bookings} == set(BookingStatus) - {
        BookingStatus.RESERVED,
        BookingStatus.EXPIRED,
    }
    assert {bookable.resource.type for place, _ in made for bookable in place.bookables} == set(ResourceType)
    assert parties.most_common(1)[0][0] == 1
    assert set(parties) == {0, 1, 2, 4}
    assert seats == {1, 8, 12, 40, 60}
    assert {booking.end_date - booking.start_date > timedelta(days=1) for booking in bookings} == {True, False}
    assert min(booking.start_date for booking in bookings) < NOW - timedelta(days=363)
    assert max(booking.end_date for booking in bookings) > NOW + timedelta(days=363)
    assert max(booking.updated_at for booking in bookings) < NOW


def test_is_the_same_all_day_long() -> None:
    assert everything(500) == everything(500, NOW.replace(hour=23))


async def test_what_is_loaded_is_what_the_gateway_would_have_written(database_url: str) -> None:
    place, bookings = everything(2000)[0]
    before = await layout(database_url)
    reported: list[int] = []
    await grow(database_url, NOW, 2000, reported.append)
    assert await layout(database_url) == before
    assert sum(reported) == 2000
    assert len(reported) == 4

    database = await open_database(database_url)
    try:
        access = Access(database, ADMINISTRATOR._replace(external_service_id=place.service.id), NOW)
        theirs = [booking for booking in bookings if booking.external_booking_id]
        for booking in theirs[::20]:
            result = await upsert_booking(access, draft_of(booking))
            assert isinstance(result, UpsertBookingSuccess)
            assert result.outcome is UpsertOutcome.UNCHANGED
            assert result.booking == booking
    finally:
        await database.close()


async def test_nothing_fits_on_top_of_it(database_url: str) -> None:
    await grow(database_url, NOW, 500, lambda _: None)
    place, bookings = everything(500)[0]
    single = {bookable.resource.id for bookable in place.bookables if bookable.resource.capacity == 1}
    database = await open_database(database_url)
    try:
        access = Access(database, ADMINISTRATOR, NOW)
        for booking in bookings:
            if booking.resource_id in single and booking.status in ACTIVE_STATUSES:
                again = draft_of(booking)._replace(
                    external_service_id=None, external_booking_id=None, external_updated_at=None
                )
                assert isinstance(await upsert_booking(access, again), BookingOverlap)
    finally:
        await database.close()


async def test_calendars_answer_and_the_demo_fits_beside_it(database_url: str) -> None:
    await grow(database_url, NOW, 16_000, lambda _: None)
    made = everything(16_000)
    database = await open_database(database_url)
    try:
        demo = await fill(database, NOW)
        assert not {resource.organization_id for resource in demo.resources} & {
            place.organization.id for place, _ in made
        }
        access = Access(database, ADMINISTRATOR, NOW)
        keys = [bookable.resource.id for place, _ in made for bookable in place.bookables]
        window = Interval(NOW - timedelta(days=14), NOW + timedelta(days=14))
        found = await agendas(access, await resources_for_calendar(access, keys, with_children=False), window)
        kinds: Counter[CalendarEventType] = Counter()
        for agenda in found:
            assert agenda.schedule
            seen = events(*agenda, {}, window=window, now=NOW)
            kinds.update(event.type for event in seen)
    finally:
        await database.close()
    expected = {
        booking.id
        for _, bookings in made
        for booking in bookings
        if booking.status in ACTIVE_STATUSES and window.overlaps(Interval(booking.start_date, booking.end_date))
    }
    assert len(expected) > 400
    assert {booking.id for agenda in found for booking in agenda.bookings} >= expected
    assert set(kinds) == set(CalendarEventType) - {CalendarEventType.RESERVED_BOOKING}


async def test_loaded_rows_belong_together(sqlite_database_url: str) -> None:
    await grow(sqlite_database_url, NOW, 300, lambda _: None)
    connection = connect(sqlite_database_url.removeprefix("sqlite:///"))
    try:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        counted = connection.execute("SELECT (SELECT count(*) FROM bookings), (SELECT count(*) FROM changes)")
        assert counted.fetchall() == [(300, 300)]
    finally:
        connection.close()


async def test_a_load_that_fails_leaves_nothing_on_postgresql(postgres_database_url: str) -> None:
    before = await layout(postgres_database_url)

    def fail(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await grow(postgres_database_url, NOW, 300, fail)

    assert await layout(postgres_database_url) == before
    connection = await asyncpg.connect(postgres_database_url)
    assert await connection.fetchval("SELECT count(*) FROM organizations") == 0
    await connection.close()


def everything(size: int, now: datetime = NOW) -> list[tuple[Place, Booked]]:
    days = Days(now)
    return [(place, list(booked(days, place))) for place in places(days, Size.of(size))]


def resources_of(place: Place, staff: str | None) -> set[str]:
    return {bookable.resource.id for bookable in place.bookables if bookable.resource.user_id == staff}


def draft_of(booking: Booking) -> BookingDraft:
    given = ("status", "title", "notes", "seats", "owner_id", "owner_membership_id", "staff_id", "item", "payment")
    return BookingDraft(
        booking.resource_id,
        booking.start_date,
        booking.end_date,
        None,
        tuple(ParticipantDraft(person.user_id, person.email, person.membership_id) for person in booking.participants),
        {name: getattr(booking, name) for name in given},
        booking.external_service_id,
        booking.external_booking_id,
        booking.external_updated_at,
    )


async def layout(url: str) -> set[str]:
    """The definitions of all indexes and constraints."""
    if url.startswith("sqlite:///"):
        connection = connect(url.removeprefix("sqlite:///"))
        rows = connection.execute("SELECT coalesce(sql, name) FROM sqlite_master").fetchall()
        connection.close()
        return {row[0] for row in rows}
    server = await asyncpg.connect(url)
    found = await server.fetch(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint UNION ALL SELECT indexdef FROM pg_indexes"
    )
    await server.close()
    return {row[0] for row in found}
