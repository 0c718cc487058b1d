"""What a calendar is made of: resources with their schedules, and all that takes their time in a window."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, select, union_all

from domain.calendar import LARGEST_SMALL_CAPACITY
from domain.calendar_records import Customer, Party
from domain.intervals import Interval
from domain.privacy import blocker_as_seen, booking_as_seen, inside_of, sees_names
from domain.records import Blocker, Booking, Resource, Schedule
from storage import tables
from storage.booking_reading import MOST, Reading, bookings, reading
from storage.resources import (
    build_resource,
    build_schedule,
    is_visible,
    resource_columns,
    resource_source,
    resources,
    schedules,
    see_resource,
)
from storage.statements import Statement, among
from storage.tables import INSTANT, LONGEST_SHORT, table
from storage.users import users

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storage.access import Access

MAX_RESOURCES = 200
SHOWN = ("resource_id", "status", "title", "seats", "start_date", "end_date", "expires_at")
"""What a calendar looks at of bookings."""

blockers = table(tables.Blocker)
participants = table(tables.Participant)

_with_schedule = select(*resource_columns, schedules.c.rules).select_from(resource_source)
_tree = select(resources.c.id).where(among(resources.c.id, "keys")).cte("tree", recursive=True)
_tree = _tree.union(select(resources.c.id).join(_tree, resources.c.parent_id == _tree.c.id))

ASKED = Statement(_with_schedule.where(among(resources.c.id, "keys")))
# Hidden parts are left out before they are counted: they use up nobody's number and tell of themselves by no refusal.
_with_children = _with_schedule.where(resources.c.id.in_(select(_tree.c.id))).limit(MAX_RESOURCES + 1)
WITH_ALL_CHILDREN = Statement(_with_children)
WITH_VISIBLE_CHILDREN = Statement(_with_children.where(is_visible))

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
CUSTOMERS = Statement(
    select(participants.c.booking_id, participants.c.id, users.c.name, users.c.surname)
    .select_from(participants.outerjoin(users, users.c.id == participants.c.user_id))
    .where(among(participants.c.booking_id, "keys"))
    .order_by(participants.c.booking_id, participants.c.position)
)
OWNERS = Statement(
    select(bookings.c.id, users.c.id, users.c.name, users.c.surname)
    .select_from(bookings.join(users, users.c.id == bookings.c.owner_id))
    .where(among(bookings.c.id, "keys"))
)


class Agenda(NamedTuple):
    """A resource with what is known of its time in a window, as the viewer may see it."""

    resource: Resource
    schedule: Schedule | None
    bookings: list[Booking]
    blockers: list[Blocker]


async def resources_for_calendar(
    access: Access, keys: Sequence[str], *, with_children: bool
) -> list[tuple[Resource, Schedule | None]]:
    """Read the asked resources that the viewer sees, with their children to any depth: at most MAX_RESOURCES + 1.

    By name, then ID.
    """
    inside = inside_of(access.viewer)
    statement = ASKED
    if with_children:
        statement = WITH_ALL_CHILDREN if inside is None else WITH_VISIBLE_CHILDREN
    found = []
    for row in await access.database.fetch(statement, keys=list(dict.fromkeys(keys)), inside=sorted(inside or ())):
        resource = see_resource(access.viewer, build_resource(row[:-1]))
        if resource is not None:
            found.append((resource, build_schedule(row[-1]) if row[-1] else None))
    found.sort(key=lambda pair: (pair[0].name, pair[0].id))
    return found


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
    asked = reading(access, *SHOWN)
    for row in await access.database.fetch(_between(asked), keys=list(keys), **values):
        booking = booking_as_seen(access.viewer, asked.build(row))
        by_resource[booking.resource_id].append(booking)
    return by_resource


@lru_cache(MOST)
def _between(asked: Reading) -> Statement:
    return Statement(
        overlapping(select(*asked.columns).select_from(asked.source), among(bookings.c.resource_id, "keys"))
    )


async def parties_of_bookings(access: Access, seen: Iterable[Booking]) -> dict[str, Party]:
    """Read who is behind bookings, of those whose people the viewer may see by name."""
    keys = [booking.id for booking in seen if sees_names(access.viewer, booking)]
    if not keys:
        return {}
    customers: dict[str, list[Customer]] = defaultdict(list)
    for booking_id, *customer in await access.database.fetch(CUSTOMERS, keys=keys):
        customers[booking_id].append(Customer(*customer))
    rows = await access.database.fetch(OWNERS, keys=keys)
    owners = {booking_id: Customer(*owner) for booking_id, *owner in rows}
    return {key: Party(owners.get(key), tuple(customers[key])) for key in keys}


def _hull(window: Interval, within: Iterable[Booking]) -> Interval:
    start, end = window
    for booking in within:
        start, end = min(start, booking.start_date), max(end, booking.end_date)
    return Interval(start, end)
