"""`calendarEvents` the plain way: SQLModel objects, the rules of `domain`, and types that are read by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import strawberry
from sqlmodel import SQLModel, and_, col, or_, select

from benchmarks.peers.plain_store import BOOKINGS, Store
from benchmarks.peers.plain_types import Booking, Resource
from domain import records
from domain.calendar import LARGEST_SMALL_CAPACITY, events, in_order
from domain.calendar_records import Customer as CustomerRecord
from domain.calendar_records import Party
from domain.enums import BookingStatus, CalendarEventType, ResourceType
from domain.intervals import Interval
from storage import tables
from storage.resources import build_schedule

DAY = timedelta(days=1)
"""What lasts longer is `long`."""
M = TypeVar("M")
strawberry.enum(CalendarEventType)


@strawberry.type
class Customer:
    """A participant."""

    id: strawberry.ID
    first_name: str | None
    last_name: str | None


@strawberry.type
class ColorMap:
    """Colours."""

    bg: str
    text: str


@strawberry.interface
class CalendarEvent:
    """An event."""

    type: CalendarEventType
    start_date: datetime
    end_date: datetime
    local_start: datetime
    local_end: datetime
    resource: Resource
    resource_name: str
    quota: int
    occupancy: float
    is_available: bool
    is_blocker: bool
    display_label: str
    customers: list[Customer]
    bookings: list[Booking]
    color_map: ColorMap

    @classmethod
    def resolve_type(cls, event: Any, *_: Any) -> str:  # noqa: ANN401
        """Name the type of a record."""
        return NAMES[event.type]


def _kind(name: str, **fields: type) -> type:
    """Declare a kind of event; whether a record is one is known by then, which Strawberry would check by its class."""
    members = {"__annotations__": fields, "is_type_of": staticmethod(lambda _event, _info: True)}
    return strawberry.type(type(name, (CalendarEvent,), members))


EVENTS = [
    _kind("PeriodEvent"),
    _kind("PeriodFragmentEvent"),
    _kind("BookingEvent"),
    _kind("ReservedBookingEvent"),
    _kind("BlockerEvent"),
    _kind("BookingCountEvent", booking_count=int),
]
NAMES = dict(zip(CalendarEventType, (kind.__name__ for kind in EVENTS), strict=True))


@strawberry.type
class CalendarEvents:
    """A calendar."""

    events: list[CalendarEvent]
    resources_with_schedule: list[Resource]


async def calendar_events(store: Store, keys: list[str], window: Interval) -> Any:  # noqa: ANN401 - read by name
    """Read the calendar of resources and their parts."""
    resources = await _tree(store, keys)
    found = [row.id for row in resources]
    in_schedules = col(tables.Schedule.resource_id).in_(found)
    schedules = {row.resource_id: row.rules for row in await store.all(select(tables.Schedule).where(in_schedules))}
    in_places = col(tables.Location.id).in_({row.location_id for row in resources})
    zones = {row.id: row.timezone for row in await store.all(select(tables.Location).where(in_places))}
    planned = [_resource(row, zones) for row in resources if row.id in schedules]
    bookings, blockers = await _taken(store, planned, window)
    parties = await _parties(store, [booking for group in bookings.values() for booking in group])
    made = []
    for resource in planned:
        known = (build_schedule(schedules[resource.id]), bookings[resource.id], blockers[resource.id], parties)
        made += events(resource, *known, window=window, now=datetime.now(UTC))
    return CalendarEvents(events=in_order(made), resources_with_schedule=planned)  # type: ignore[arg-type]


async def _tree(store: Store, keys: list[str]) -> list[tables.Resource]:
    """Read resources and their children to any depth."""
    resource, found, level = tables.Resource, dict[str, tables.Resource](), select(tables.Resource)
    rows = await store.all(level.where(col(resource.id).in_(keys)))
    while new := [row for row in rows if row.id not in found]:
        found |= {row.id: row for row in new}
        rows = await store.all(level.where(col(resource.parent_id).in_([row.id for row in new])))
    return sorted(found.values(), key=lambda row: (row.name, row.id))


async def _taken(
    store: Store, planned: list[records.Resource], window: Interval
) -> tuple[dict[str, list[records.Booking]], dict[str, list[records.Blocker]]]:
    """Read what takes time in the window, and of shared resources also what overlaps a booking that reaches out."""
    keys = [resource.id for resource in planned]
    bookings = await _bookings(store, keys, window)
    shared = [resource.id for resource in planned if 1 < resource.capacity <= LARGEST_SMALL_CAPACITY]
    reaching = [booking for key in shared for booking in bookings[key]]
    start = min([window.start, *(booking.start_date for booking in reaching)])
    end = max([window.end, *(booking.end_date for booking in reaching)])
    whole = Interval(start, end)
    if whole != window:
        bookings |= await _bookings(store, shared, whole)
    blocker = tables.Blocker
    rows = await store.all(
        select(blocker).where(
            col(blocker.resource_id).in_(keys),
            col(blocker.start_date) < store.instant(end),
            col(blocker.end_date) > store.instant(start),
        )
    )
    return bookings, _grouped([_record(records.Blocker, row) for row in rows])


async def _bookings(store: Store, keys: list[str], window: Interval) -> dict[str, list[records.Booking]]:
    booking = tables.Booking
    start, end = col(booking.start_date), col(booking.end_date)
    short = and_(~col(booking.long), start >= store.instant(window.start - DAY))
    overlaps = (start < store.instant(window.end), end > store.instant(window.start), or_(short, col(booking.long)))
    rows = await store.all(BOOKINGS.where(col(booking.resource_id).in_(keys), col(booking.active), *overlaps))
    return _grouped([_booking(row) for row in rows])


async def _parties(store: Store, bookings: list[records.Booking]) -> dict[str, Party]:
    participant, user = tables.Participant, tables.User
    found = select(participant).where(col(participant.booking_id).in_([booking.id for booking in bookings]))
    people = await store.all(found.order_by(col(participant.booking_id), col(participant.position)))
    keys = {person.user_id for person in people} | {booking.owner_id for booking in bookings}
    users = {row.id: row for row in await store.all(select(user).where(col(user.id).in_(keys - {None})))}

    def customer(key: str, user_id: str | None) -> CustomerRecord:
        person = users.get(user_id or "")
        return CustomerRecord(key, person.name, person.surname) if person else CustomerRecord(key, None, None)

    customers: dict[str, list[CustomerRecord]] = defaultdict(list)
    for person in people:
        customers[person.booking_id].append(customer(person.id, person.user_id))
    owners = {booking.id: customer(booking.owner_id, booking.owner_id) for booking in bookings if booking.owner_id}
    return {booking.id: Party(owners.get(booking.id), tuple(customers[booking.id])) for booking in bookings}


def _resource(row: tables.Resource, zones: dict[str, str]) -> records.Resource:
    known = {"has_schedule": True, "timezone": zones[row.location_id], "type": ResourceType(row.type)}
    record: records.Resource = _record(records.Resource, row, **known)
    return record


def _booking(row: tables.Booking) -> records.Booking:
    known = {"status": BookingStatus(row.status), "item": None, "participants": (), "payment": None, "timezone": ""}
    record: records.Booking = _record(records.Booking, row, **known)
    return record


def _record(kind: Any, row: SQLModel, **known: object) -> Any:  # noqa: ANN401 - a record of the kind
    return kind(**{name: known[name] if name in known else getattr(row, name) for name in kind._fields})


def _grouped(rows: Sequence[M]) -> dict[str, list[M]]:
    found: dict[str, list[M]] = defaultdict(list)
    for row in rows:
        found[row.resource_id].append(row)  # type: ignore[attr-defined]
    return found
