"""How much of bookings is read: the columns of what is asked for, and the record that is built of them.

A column more costs a page of a hundred bookings some 5 µs on SQLite, its decoding apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from domain.enums import BookedItemType, BookingStatus
from domain.records import BookedItem, Booking, Participant
from storage import tables
from storage.access import builder
from storage.payments import build_payment
from storage.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement, FromClause

    from domain.records import Payment
    from storage.access import Access
    from storage.database import Row

bookings = table(tables.Booking)
resources = table(tables.Resource)
locations = table(tables.Location)

# Outer joins, though none is ever missing: so SQLite always begins with the bookings, and their indexes order a list.
booking_source = bookings.outerjoin(resources, resources.c.id == bookings.c.resource_id).outerjoin(
    locations, locations.c.id == resources.c.location_id
)

ALWAYS = ("id", "organization_id", "external_service_id", "deleted_at")
"""What decides who sees a booking."""

FOLLOWS = {
    "duration": ("start_date", "end_date"),
    "local_date": ("start_date", "timezone"),
    "local_start_time": ("start_date", "timezone"),
    "local_end_time": ("end_date", "timezone"),
}
"""What is computed, and of what."""

MOST = 200
"""Sets of attributes that are kept prepared; clients ask for a few, again and again."""

UNREAD: Any = type("Unread", (), {"__repr__": lambda _self: "UNREAD"})()
"""Stands in a record for what was not asked for; nothing can write it."""

STATUSES = {member.value: member for member in BookingStatus}
ITEMS = {member.value: member for member in BookedItemType}


@dataclass(frozen=True, eq=False, slots=True)
class Reading:
    """What is selected of bookings, where from, and what builds a record of a row."""

    columns: tuple[ColumnElement[Any], ...]
    source: FromClause
    build: Callable[[Row], Booking]


def reading(access: Access, *needed: str) -> Reading:
    """Return how bookings are read for a caller: what its operation reads of them, and what is needed besides."""
    if access.reads is None:
        return WHOLE
    return _reading(access.reads.get(Booking, frozenset()), needed)


def reading_of(*names: str) -> Reading:
    """Return how these attributes of bookings are read."""
    return _reading(frozenset(names), ())


@lru_cache(MOST)
def _reading(named: frozenset[str], needed: tuple[str, ...]) -> Reading:
    wanted = {part for name in (*ALWAYS, *named, *needed) for part in FOLLOWS.get(name, (name,))}
    fields = [name for name in Booking._fields if name in wanted]
    columns = [_columns(name) for name in fields]
    source = booking_source if "timezone" in wanted else bookings
    return Reading(tuple(column for some in columns for column in some), source, _builder(fields))


def _columns(field: str) -> tuple[ColumnElement[Any], ...]:
    if field == "item":
        return bookings.c.item_type, bookings.c.item_id
    return (locations.c.timezone if field == "timezone" else bookings.c[field],)


def _builder(fields: Sequence[str]) -> Callable[[Row], Booking]:
    """Return what builds a record of a row: a lambda that is written out for these fields, UNREAD for the others."""
    values, place = {}, 0
    for field in fields:
        values[field] = DECODED.get(field, "row[{0}]").format(place, place + 1)
        place += len(_columns(field))
    in_order = ", ".join(values.get(field, "UNREAD") for field in Booking._fields)
    build: Callable[[Row], Booking] = eval(f"lambda row: booking(({in_order}))", NAMES)  # noqa: S307 - our own source
    return build


def _item(kind: str | None, key: str) -> BookedItem | None:
    return BookedItem(ITEMS[kind], key) if kind else None


def _payment(document: dict[str, Any] | None) -> Payment | None:
    return build_payment(document) if document else None


def _participants(document: list[list[str | None]]) -> tuple[Participant, ...]:
    return tuple(map(_participant, document))


_booking, _participant = builder(Booking), builder(Participant)
DECODED = {
    "status": "STATUSES[row[{0}]]",
    "item": "item(row[{0}], row[{1}])",
    "participants": "participants(row[{0}])",
    "payment": "payment(row[{0}])",
}
"""What becomes of columns that are not put into the record as they are."""

NAMES = {
    "UNREAD": UNREAD,
    "STATUSES": STATUSES,
    "booking": _booking,
    "item": _item,
    "participants": _participants,
    "payment": _payment,
}
WHOLE = reading_of(*Booking._fields)
