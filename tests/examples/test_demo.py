"""The demo data: the same for a day, and a full calendar in the current week whenever it is started."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from domain.calendar import events
from domain.calendar_records import CalendarEvent
from domain.enums import CalendarEventType, ResourceType
from domain.intervals import Interval
from domain.records import Booking, Viewer
from examples.demo import fill
from examples.demo.days import Days
from examples.demo.filling import ADMINISTRATOR, SCENES, Demo
from storage.access import Access
from storage.calendar import agendas
from storage.calendar_resources import resources_for_calendar
from storage.directory import NOTHING
from storage.migrations import migrate
from storage.opening import open_database
from storage.tokens import create_token, viewer_of_token

if TYPE_CHECKING:
    from storage.database import Database

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NOWS = [
    datetime(2026, 4, 13, 0, 30, tzinfo=BERLIN),  # a Monday
    datetime(2026, 4, 19, 23, 30, tzinfo=BERLIN),  # a Sunday
    datetime(2026, 4, 15, 12, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN),  # in the hour that DST leaves out
    datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),  # in the hour that comes twice
    datetime(2026, 11, 1, 23, 30, tzinfo=NEW_YORK),
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
]


@pytest.fixture
async def store(sqlite_database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(sqlite_database_url)
    yield opened
    await opened.close()


@pytest.mark.parametrize("now", NOWS, ids=str)
async def test_current_week_has_every_kind_of_event(store: Database, now: datetime) -> None:
    demo = await fill(store, now)

    seen = {event.type for event in await calendar(store, demo, now, week_of(now))}
    assert seen == set(CalendarEventType)


async def test_either_database_takes_it(database: Database) -> None:
    demo = await fill(database, NOWS[2])

    seen = {event.type for event in await calendar(database, demo, NOWS[2], week_of(NOWS[2]))}
    assert seen == set(CalendarEventType)


async def test_weeks_before_and_after_are_booked(store: Database) -> None:
    now = NOWS[2]
    demo = await fill(store, now)

    weeks = [
        await calendar(store, demo, now, Interval(*(edge + timedelta(weeks=offset) for edge in week_of(now))))
        for offset in range(-3, 5)
    ]
    assert demo.bookings > 300
    assert all(sum(event.type is CalendarEventType.BOOKING for event in week) > 60 for week in weeks)


async def test_next_days_have_a_hold(store: Database) -> None:
    """The default window of `calendarEvents` begins now."""
    now = NOWS[1]
    demo = await fill(store, now)

    seen = {event.type for event in await calendar(store, demo, now, Interval(now, now + timedelta(days=31)))}
    assert seen == set(CalendarEventType)


async def test_is_the_same_whenever_it_is_started_on_a_day(sqlite_database_url: str, store: Database) -> None:
    morning, evening = (datetime(2026, 4, 15, hour, tzinfo=BERLIN) for hour in (6, 22))
    await fill(store, morning)
    first = await bookings(store, morning)
    other = await _empty_like(sqlite_database_url)
    try:
        await fill(other, evening)
        assert await bookings(other, evening) == first
    finally:
        await other.close()


async def test_ids_of_resources_hold_from_day_to_day(sqlite_database_url: str, store: Database) -> None:
    demo = await fill(store, NOWS[0])
    other = await _empty_like(sqlite_database_url)
    try:
        assert (await fill(other, NOWS[3])).resources == demo.resources
    finally:
        await other.close()


async def test_nothing_was_written_in_the_future(store: Database) -> None:
    now = datetime(2026, 4, 13, 0, 0, 1, tzinfo=BERLIN)
    await fill(store, now)

    assert all(booking.updated_at <= now for booking in await bookings(store, now))


async def test_grants_make_tokens_of_each_kind(store: Database) -> None:
    now = NOWS[2]
    demo = await fill(store, now)

    viewers = {}
    for name, grant in demo.grants.items():
        viewer = await viewer_of_token(store, NOTHING, await create_token(store, grant, now), now)
        assert viewer is not None
        viewers[name] = viewer
    assert viewers["admin"].organization_ids is None
    assert viewers["partner"].external_service_id is not None
    assert not viewers["lobby"].may("users:read")
    assert {name for name, viewer in viewers.items() if viewer.organization_ids} == set(viewers) - {"admin"}


async def test_resources_are_found_by_type_and_name(store: Database) -> None:
    demo = await fill(store, NOWS[2])

    assert len(demo.of_type(ResourceType.COURT)) == 6
    assert demo.named("Court 1") in demo.of_type(ResourceType.COURT)
    assert {resource.type for resource in demo.resources} == set(ResourceType)


def week_of(now: datetime) -> Interval:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=now.weekday())  # wall clocks: a week in the zone of `now`
    return Interval(monday, monday + timedelta(days=7))


async def calendar(store: Database, demo: Demo, now: datetime, window: Interval) -> list[CalendarEvent]:
    access = Access(store, Viewer(), now)
    found = await resources_for_calendar(access, [resource.id for resource in demo.resources], with_children=False)
    return [
        event
        for agenda in await agendas(access, found, window)
        for event in events(
            agenda.resource, agenda.schedule, agenda.bookings, agenda.blockers, {}, window=window, now=access.now
        )
    ]


async def bookings(store: Database, now: datetime) -> list[Booking]:
    """What stands in the store, but for the holds, which live from the very moment of the start."""
    access = Access(store, ADMINISTRATOR, now)
    window = Interval(now - timedelta(days=90), now + timedelta(days=90))
    keys = [resource.id for make in SCENES for resource in make(Days(now)).resources]
    found = await resources_for_calendar(access, keys, with_children=True)
    held = [booking for agenda in await agendas(access, found, window) for booking in agenda.bookings]
    return sorted((booking for booking in held if booking.expires_at is None), key=lambda booking: booking.id)


async def _empty_like(url: str) -> Database:
    other = url.removesuffix(".db") + "-other.db"
    await migrate(other)
    return await open_database(other)
