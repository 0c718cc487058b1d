"""What takes the time of resources in a window, and who is behind it."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, select, union_all

from domain.calendar import LARGEST_SMALL_CAPACITY
from domain.calendar_records import CalendarEvent, Customer, Party
from domain.intervals import Interval
from domain.privacy import blocker_as_seen, bookings_as_seen, sees_all_of, sees_names
from domain.records import Blocker, Booking, Resource, Schedule, User
from storage import tables
from storage.access import builder
from storage.booking_reading import MOST, Reading, bookings, reading
from storage.statements import Statement, among
from storage.tables import INSTANT, LONGEST_SHORT, table
from storage.users import users_by_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storage.access import Access

SHOWN = ("resource_id", "status", "title", "seats", "start_date", "end_date", "expires_at")
"""What a calendar looks at of bookings."""
PEOPLE = ("owner_id", "participants")
"""What it looks at besides, if it tells whose they are."""
TELLS = frozenset({"customers", "display_label"})
"""The attributes of an event that tell whose it is."""

blockers = table(tables.Blocker)

_customer, _made_party = builder(Customer), builder(Party)

_start, _end = bindparam("start", type_=INSTANT), bindparam("end", type_=INSTANT)


def overlapping(chosen: Select[Any], *alternatives: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """Select of the active bookings of any of the alternatives that overlap `[start, end)` what is chosen.

    Each by two short index ranges, one for the long ones: never the past, and never by an OR, which no index serves.
    """
    parts = []
    for alternative in alternatives:
        found = chosen.where(alternative, bookings.c.active)
        reaching = found.where(bookings.c.start_date < _end, bookings.c.end_date > _start)
        earliest = bindparam("earliest", type_=INSTANT)
        parts += [reaching.where(~bookings.c.long, bookings.c.start_date >= earliest), reaching.where(bookings.c.long)]
    return union_all(*parts)  # type: ignore[return-value]


BLOCKERS = Statement(
    select(*(blockers.c[name] for name in Blocker._fields)).where(
        among(blockers.c.resource_id, "keys"), blockers.c.start_date < _end, blockers.c.end_date > _start
    )
)


class Agenda(NamedTuple):
    """A resource with what is known of its time in a window, as the viewer may see it."""

    resource: Resource
    schedule: Schedule | None
    bookings: list[Booking]
    blockers: list[Blocker]


async def agendas(access: Access, found: Sequence[tuple[Resource, Schedule | None]], window: Interval) -> list[Agenda]:
    """Read what takes the time of resources in a window. Those without a schedule have no calendar."""
    keys = [resource.id for resource, schedule in found if schedule is not None]
    taken = await bookings_between(access, keys, window)
    shared = [resource.id for resource, _ in found if 1 < resource.capacity <= LARGEST_SMALL_CAPACITY]
    whole = _hull(window, (booking for key in shared for booking in taken[key]))
    if whole != window:  # what overlaps a booking that reaches out of the window counts for its occupancy
        taken |= await bookings_between(access, [key for key in shared if taken[key]], whole)
    blocked: dict[str, list[Blocker]] = defaultdict(list)
    for row in await access.database.fetch(BLOCKERS, keys=keys, start=whole.start, end=whole.end):
        blocker = blocker_as_seen(access.viewer, Blocker(*row))
        blocked[blocker.resource_id].append(blocker)
    return [Agenda(resource, schedule, taken[resource.id], blocked[resource.id]) for resource, schedule in found]


async def bookings_between(access: Access, keys: Sequence[str], window: Interval) -> dict[str, list[Booking]]:
    """Read the active bookings of resources that overlap a window, by resource, masked for the viewer."""
    values = {"start": window.start, "end": window.end, "earliest": window.start - LONGEST_SHORT}
    by_resource: dict[str, list[Booking]] = defaultdict(list)
    asked = reading(access, *SHOWN, *(PEOPLE if tells_people(access) else ()))
    rows = await access.database.fetch(_between(asked), keys=list(keys), **values)
    for booking in bookings_as_seen(access.viewer, list(map(asked.build, rows))):
        by_resource[booking.resource_id].append(booking)
    return by_resource


@lru_cache(MOST)
def _between(asked: Reading) -> Statement:
    return Statement(
        overlapping(select(*asked.columns).select_from(asked.source), among(bookings.c.resource_id, "keys"))
    )


def tells_people(access: Access) -> bool:
    """Whether whose its bookings are is part of the calendar that is asked for, and the viewer may know it."""
    asked = access.reads is None or not TELLS.isdisjoint(access.reads.get(CalendarEvent, ()))
    return asked and access.viewer.may("users:read")


async def parties_of_bookings(access: Access, seen: Sequence[Booking]) -> dict[str, Party]:
    """Read who is behind bookings, of those whose people the viewer may see by name."""
    viewer = access.viewer
    named = seen if sees_all_of(viewer, seen) else [booking for booking in seen if sees_names(viewer, booking)]
    keys = {person.user_id for booking in named for person in booking.participants}
    keys.update([booking.owner_id for booking in named])
    known = [key for key in keys if key]
    users: dict[str | None, User | None] = dict(zip(known, await users_by_id(access, known), strict=True))
    return {booking.id: _party(booking, users) for booking in named}


def _party(booking: Booking, users: Mapping[str | None, User | None]) -> Party:
    customers = []
    for person in booking.participants:
        user = users.get(person.user_id)
        customers.append(_customer((person.id, user.name, user.surname) if user else (person.id, None, None)))
    owner = users.get(booking.owner_id)
    return _made_party((owner and _customer((owner.id, owner.name, owner.surname)), tuple(customers)))


def _hull(window: Interval, within: Iterable[Booking]) -> Interval:
    start, end = window
    for booking in within:
        start, end = min(start, booking.start_date), max(end, booking.end_date)
    return Interval(start, end)
