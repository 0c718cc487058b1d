"""A resource on one day, its bookings, holds and blockers by the hour, and what the calendar shows of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from domain.calendar import events, in_order
from domain.calendar_records import CalendarEvent, Customer, Party
from domain.enums import BookingStatus, CalendarEventType, ResourceType
from domain.intervals import Interval
from domain.records import (
    Blocker,
    Booking,
    LocalPeriod,
    Resource,
    Schedule,
    ScheduleException,
)

DAY = datetime(2026, 4, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHOLE_DAY = Interval(DAY, DAY + 24 * HOUR)
NOW = DAY
NINE_TO_FIVE = Schedule(exceptions=(ScheduleException(date(2026, 4, 15), (LocalPeriod(time(9), time(17)),)),))
JANE = Customer("p1", "Jane", "Doe")
PERIOD, FRAGMENT, BOOKING, HOLD, BLOCKER, COUNT = CalendarEventType

Span = tuple[float, float]


def make_resource(capacity: int = 1, *, name: str = "Meeting Room A", color: str | None = None) -> Resource:
    return Resource(
        id=str(UUID(int=1)), organization_id="o", location_id="l", parent_id=None, user_id=None, name=name,
        type=ResourceType.ROOM, capacity=capacity, color=color, booking_step_minutes=None, min_duration_minutes=None,
        max_duration_minutes=None, preparation_minutes=0, notice_minutes=None, horizon_days=None, public_calendar=True,
        has_schedule=True, timezone="UTC",
    )  # fmt: skip


def make_booking(
    hours: Span,
    seats: int = 1,
    *,
    number: int = 100,
    status: BookingStatus = BookingStatus.ACCEPTED,
    title: str | None = None,
) -> Booking:
    return Booking(
        id=str(UUID(int=number)), organization_id="o", resource_id=str(UUID(int=1)), version=1, status=status,
        title=title, notes=None, seats=seats, start_date=DAY + hours[0] * HOUR, end_date=DAY + hours[1] * HOUR,
        owner_id=None, owner_membership_id=None, staff_id=None, item=None, participants=(), payment=None,
        external_service_id=None, external_booking_id=None, external_updated_at=None, expires_at=None, created_at=DAY,
        updated_at=DAY, deleted_at=None, timezone="UTC",
    )  # fmt: skip


def make_hold(hours: Span, seats: int = 1, *, title: str | None = None, number: int = 200) -> Booking:
    held = make_booking(hours, seats, number=number, status=BookingStatus.RESERVED, title=title)
    return held._replace(expires_at=NOW + HOUR)


def make_blocker(hours: Span, title: str | None = None, *, number: int = 300) -> Blocker:
    blocked = (DAY + hours[0] * HOUR, DAY + hours[1] * HOUR)
    return Blocker(str(UUID(int=number)), "o", str(UUID(int=1)), *blocked, title)


class Given(NamedTuple):
    """A resource and what is known of it."""

    capacity: int = 1
    bookings: Iterable[Booking] = ()
    blockers: tuple[Blocker, ...] = ()
    parties: Mapping[str, Party] = {}
    schedule: Schedule | None = NINE_TO_FIVE


def show(case: Given, *types: CalendarEventType, window: Interval = WHOLE_DAY) -> list[CalendarEvent]:
    found = events(
        make_resource(case.capacity),
        case.schedule,
        case.bookings,
        case.blockers,
        case.parties,
        window=window,
        now=NOW,
        types=types or None,
    )
    return in_order(found)


def only(found: list[CalendarEvent]) -> CalendarEvent:
    (event,) = found
    return event


def span(event: CalendarEvent) -> Interval:
    return Interval(event.start_date, event.end_date)


def hours(event: CalendarEvent) -> Span:
    return (event.start_date - DAY) / HOUR, (event.end_date - DAY) / HOUR
