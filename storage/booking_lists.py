"""Bookings in pages: every filter and order of the four sources."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, literal, or_, select, tuple_

from domain.intervals import CALENDARS
from domain.privacy import bookings_as_seen
from storage import tables
from storage.booking_reading import (
    MOST,
    Reading,
    booking_source,
    bookings,
    locations,
    reading,
    reading_of,
    resources,
)
from storage.listings import Listing, Part, Way
from storage.locations import locations_by_id
from storage.organizations import services_by_id
from storage.pages import Order, Page, Query
from storage.statements import among, beside
from storage.tables import ID, INSTANT, LONGEST_SHORT, table
from storage.windows import Window

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from domain.records import Booking
    from storage.access import Access

    Agenda = Sequence[tuple[str, datetime, datetime]]
    """For each time zone the instants `[from, to)` of the asked local dates."""

participants = table(tables.Participant)

LEAST_ID = str(UUID(int=0))
ORDERS = {name: bookings.c[name] for name in ("start_date", "end_date", "created_at", "updated_at", "id")}


def _instant(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=INSTANT)


def _of_participant(column: str) -> ColumnElement[bool]:
    value = bindparam(f"participant_{column}", type_=participants.c[column].type)
    return bookings.c.id.in_(select(participants.c.booking_id).where(participants.c[column] == value))


CONDITIONS: dict[str, ColumnElement[bool]] = {
    "organization": bookings.c.organization_id == bindparam("organization", type_=ID),
    "organizations": among(bookings.c.organization_id, "organizations"),
    "own_service": bookings.c.external_service_id == bindparam("own_service", type_=ID),
    "external_service_id": bookings.c.external_service_id == bindparam("external_service_id", type_=ID),
    "external_booking_id": bookings.c.external_booking_id == bindparam("external_booking_id"),
    "resource_id": bookings.c.resource_id == bindparam("resource_id", type_=ID),
    "resource_ids": among(bookings.c.resource_id, "resource_ids"),
    "location_id": resources.c.location_id == bindparam("location_id", type_=ID),
    "resource_types": among(resources.c.type, "resource_types"),
    "owner_id": bookings.c.owner_id == bindparam("owner_id", type_=ID),
    "owner_membership_id": bookings.c.owner_membership_id == bindparam("owner_membership_id", type_=ID),
    "staff_id": bookings.c.staff_id == bindparam("staff_id", type_=ID),
    "participant_user_id": _of_participant("user_id"),
    "participant_email": _of_participant("email"),
    "statuses": among(bookings.c.status, "statuses"),
    # Not `not_in`: its expanding parameter wants the values of all the others when the statement is compiled.
    "no_holds": and_(bookings.c.status != "RESERVED", bookings.c.status != "EXPIRED"),
    "not_deleted": bookings.c.deleted_at.is_(None),
    "from": bookings.c.end_date > _instant("from"),
    "to": bookings.c.start_date < _instant("to"),
    # The same for a window longer than BRIEF, said of rows: an index serves it, but PostgreSQL does not take it and a
    # lower bound together for a short range, as it does in a plan for any values.
    "to, late": tuple_(bookings.c.start_date, bookings.c.id) < tuple_(_instant("to"), literal(LEAST_ID, ID)),
    "short": and_(~bookings.c.long, bookings.c.start_date >= _instant("earliest")),
    "long": bookings.c.long,
    "updated_from": bookings.c.updated_at >= _instant("updated_from"),
    "updated_to": bookings.c.updated_at < _instant("updated_to"),
    "start_gte": bookings.c.start_date >= _instant("start_gte"),
    "start_lte": bookings.c.start_date <= _instant("start_lte"),
    "end_gte": bookings.c.end_date >= _instant("end_gte"),
    "end_lte": bookings.c.end_date <= _instant("end_lte"),
    "organization, beside": beside(bookings.c.organization_id) == bindparam("organization", type_=ID),
    "organizations, beside": among(beside(bookings.c.organization_id), "organizations"),
    "location_id, beside": beside(resources.c.location_id) == bindparam("location_id", type_=ID),
    "to, beside": beside(bookings.c.start_date) < _instant("to"),
    "own_service, beside": beside(bookings.c.external_service_id) == bindparam("own_service", type_=ID),
}
SINGLE = {"organizations": "organization", "resource_ids": "resource_id"}
"""What a list of one key is asked by: an index can then give the order too."""

NARROW = {"resource_id", "resource_ids", "owner_id", "staff_id", "participant_user_id", "participant_email"}
"""What finds fewer bookings than all that the viewer may see, though their index would give them in order."""

WIDE = {"organization", "organizations", "location_id", "own_service"}
"""What is looked at besides, where something narrow is asked for."""

ONES = tuple(f"organization_{number}" for number in range(8))
"""Organizations that are looked up each by itself: an index gives the order of one, and parts in order are merged."""

EACH = {f"each of {count} organizations": ONES[:count] for count in range(2, len(ONES) + 1)}
"""What several organizations are asked by, and what each of them is."""

CONDITIONS |= {one: bookings.c.organization_id == bindparam(one, type_=ID) for one in ONES}
CONDITIONS |= {each: or_(*map(CONDITIONS.__getitem__, ones)) for each, ones in EACH.items()}

HOMES: dict[str, Callable[[Access, Sequence[str]], Awaitable[list[Any]]]] = {
    "external_service_id": services_by_id,
    "location_id": locations_by_id,
}
"""What is of one organization: of the others nothing needs to be looked up."""

BRIEF = timedelta(days=42)
"""A window that holds few bookings: the six weeks that a month's calendar shows, and less."""

FLAGS = ("no_holds", "not_deleted")

PLACED = ("location_id", "resource_types", "agenda")
"""How conditions begin that look at the resource or its location."""

COUNTED = reading_of()


def _condition(name: str) -> ColumnElement[bool]:
    if name.startswith("agenda:"):
        return _agenda(int(name.removeprefix("agenda:")))
    return CONDITIONS[name]


def _agenda(zones: int) -> ColumnElement[bool]:
    spans = [
        and_(
            locations.c.timezone == bindparam(f"zone_{n}"),
            bookings.c.start_date >= _instant(f"day_from_{n}"),
            bookings.c.start_date < _instant(f"day_to_{n}"),
        )
        for n in range(zones)
    ]
    whole = (bookings.c.start_date >= _instant("agenda_from"), bookings.c.start_date < _instant("agenda_to"))
    return and_(*whole, or_(False, *spans))  # noqa: FBT003 - no zone, no booking


def _split(conditions: tuple[str, ...], order: Order) -> list[Part]:
    """Tell the parts of a list apart: each of several organizations, and of each what lasts long."""
    each = next((name for name in conditions if name in EACH), None)
    if each is None:
        return _by_length(conditions, order)
    rest = tuple(name for name in conditions if name != each)
    return [part for one in EACH[each] for part in _by_length((one, *rest), order)]


def _by_length(conditions: tuple[str, ...], order: Order) -> list[Part]:
    """What overlaps from an instant on is, but for the long ones, what starts from the day before on.

    The long ones are looked up by their end: the past of a store grows, its future hardly does. They are few; and of
    several resources no index gives an order. A brief window is found by its starts, and sorted by what else is asked
    for: an index by that would be gone through from one end to the other for the last of few bookings.
    """
    if "from" not in conditions:
        return [Part(conditions)]
    is_of_one = not {"organization", *ONES}.isdisjoint(conditions)
    aside = {"to": "to, beside", "to, late": "to, beside"}
    if is_of_one:
        aside["location_id"] = "location_id, beside"
    by_end = tuple(aside.get(name, name) for name in conditions)
    way = Way.SORTED if "to" in conditions and order.field != "start_date" else Way.WALKED
    return [
        Part((*conditions, "short"), Way.WHOLE if "resource_ids" in conditions else way),
        Part((*by_end, "long"), Way.WHOLE),
    ]


def _listing(asked: Reading, conditions: Sequence[str]) -> Listing[Booking]:
    """Return the list of bookings read in a way; their places are joined only where a condition looks at them."""
    is_joined = any(name.startswith(PLACED) for name in conditions)
    return _made_listing(asked, booking_source if is_joined else asked.source)


@lru_cache(MOST)
def _made_listing(asked: Reading, source: FromClause) -> Listing[Booking]:
    return Listing(asked.columns, source, ORDERS, _condition, asked.build, bookings_as_seen, _split)


async def booking_page(
    access: Access, filters: dict[str, Any], order: Order, window: Window, *, agenda: Agenda | None = None
) -> Page:
    """Read a page of the bookings that the viewer sees in full; `filters` are names of CONDITIONS."""
    values = dict(_single(*item) for item in {**filters, **await _held(access, filters)}.items())
    aside = set() if NARROW.isdisjoint(values) else WIDE
    conditions = sorted(f"{name}, beside" if name in aside else name for name in values)
    is_mergeable = "organizations" in conditions and "own_service" not in conditions
    if is_mergeable and 1 < len(values["organizations"]) <= len(ONES):
        keys = values.pop("organizations")
        conditions[conditions.index("organizations")] = f"each of {len(keys)} organizations"
        values |= zip(ONES, keys, strict=False)
    if "from" in values:
        values["earliest"] = max(values["from"], CALENDARS.start) - LONGEST_SHORT
        if "to" in values and values["to"] - values["from"] > BRIEF:
            conditions[conditions.index("to")] = "to, late"
    if agenda is not None:
        conditions.append(f"agenda:{len(agenda)}")
        values["agenda_from"] = min((start for _, start, _ in agenda), default=CALENDARS.start)
        values["agenda_to"] = max((end for _, _, end in agenda), default=CALENDARS.start)
        for n, (zone, start, end) in enumerate(agenda):
            values.update({f"zone_{n}": zone, f"day_from_{n}": start, f"day_to_{n}": end})
    values = {name: value for name, value in values.items() if name not in FLAGS}
    query = Query(tuple(conditions), tuple(sorted(values.items(), key=_name)), order)
    return await _listing(reading(access, order.field), conditions).page(access, query, window)


async def booking_counts(access: Access, queries: Sequence[Query]) -> list[int]:
    """Count the bookings of each query."""
    return [(await _listing(COUNTED, query.conditions).counts(access, [query]))[0] for query in queries]


async def _held(access: Access, filters: dict[str, Any]) -> dict[str, Any]:
    """Return the conditions that hold the viewer to what it may see. The caller has checked `bookings:read`."""
    organizations = access.viewer.organization_ids
    for name, find in HOMES.items():
        if name in filters and (organizations is None or len(organizations) > 1):
            (found,) = await find(access, [filters[name]])
            home = frozenset({found.organization_id} if found else ())
            organizations = home if organizations is None else organizations & home
    held: dict[str, Any] = {}
    if organizations is not None:
        held["organizations"] = tuple(sorted(organizations))
    if access.viewer.external_service_id is not None:
        held["own_service"] = access.viewer.external_service_id
    return held


def _single(name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401
    return (SINGLE[name], value[0]) if name in SINGLE and len(value) == 1 else (name, value)


def _name(item: tuple[str, Any]) -> str:
    return item[0]
