"""Bookings and their participants, by key."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select

from domain.enums import BookedItemType, BookingStatus
from domain.privacy import booking_as_seen, sees_booking, sees_people
from domain.records import BookedItem, Booking, Participant, Payment, PaymentTax
from storage import tables
from storage.access import builder
from storage.statements import Statement, among
from storage.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement

    from domain.records import BookingPeople, Viewer
    from storage.access import Access
    from storage.database import Row

bookings = table(tables.Booking)
participants = table(tables.Participant)
resources = table(tables.Resource)
locations = table(tables.Location)

LONGEST_SHORT = timedelta(days=1)
"""What lasts longer is marked `long` in its row."""

STATUSES = {member.value: member for member in BookingStatus}
ITEMS = {member.value: member for member in BookedItemType}

_plain = [name for name in Booking._fields if name not in ("item", "payment", "timezone")]
booking_columns = (
    *(bookings.c[name] for name in _plain[:13]),
    bookings.c.item_type,
    bookings.c.item_id,
    bookings.c.payment,
    *(bookings.c[name] for name in _plain[13:]),
    locations.c.timezone,
)
BRIEF = (
    "id", "organization_id", "resource_id", "version", "status", "title", "seats", "start_date", "end_date",
    "owner_id", "staff_id", "external_service_id", "expires_at", "deleted_at",
)  # fmt: skip
"""What calendars show of bookings, and what deciding about them needs: less than half of the columns, and no join."""

UNREAD: Any = type("Unread", (), {"__repr__": lambda _self: "UNREAD"})()
"""Stands in a record for what was not asked for; nothing can write it."""

# Outer joins, though none is ever missing: so SQLite always begins with the bookings, and their indexes order a list.
booking_source = bookings.outerjoin(resources, resources.c.id == bookings.c.resource_id).outerjoin(
    locations, locations.c.id == resources.c.location_id
)
participant_columns = tuple(participants.c[name] for name in Participant._fields)

_select = select(*booking_columns).select_from(booking_source)
BOOKINGS = Statement(_select.where(among(bookings.c.id, "keys")))
BOOKING_BY_EXTERNAL_ID = Statement(
    _select.where(
        bookings.c.external_service_id == bindparam("service"), bookings.c.external_booking_id == bindparam("external")
    )
)
PARTICIPANTS = Statement(
    select(*participant_columns)
    .where(among(participants.c.booking_id, "keys"))
    .order_by(participants.c.booking_id, participants.c.position)
)


_booking, _participant = builder(Booking), builder(Participant)


def build_booking(row: Row) -> Booking:
    """Build a record of the columns in `booking_columns`."""
    item = BookedItem(ITEMS[row[13]], row[14]) if row[13] else None
    payment = build_payment(row[15]) if row[15] else None
    return _booking((*row[:4], STATUSES[row[4]], *row[5:13], item, payment, *row[16:]))


class Reading(NamedTuple):
    """How much of bookings is read: columns, and what builds a record of them."""

    columns: tuple[ColumnElement[Any], ...]
    build: Callable[[Row], Booking]


def build_brief(row: Row) -> Booking:
    """Build a record of the columns in BRIEF."""
    key, organization, resource, version, status, title, seats, start, end, owner, staff, service, expires, deleted = (
        row
    )
    return _booking((
        key, organization, resource, version, STATUSES[status], title, UNREAD, seats, start, end, owner, UNREAD, staff,
        UNREAD, UNREAD, service, UNREAD, UNREAD, expires, UNREAD, UNREAD, deleted, UNREAD,
    ))  # fmt: skip


WHOLE_READING = Reading(booking_columns, build_booking)
BRIEF_READING = Reading(tuple(bookings.c[name] for name in BRIEF), build_brief)
_BRIEF = frozenset({*BRIEF, "duration", "people"})


def is_brief(access: Access) -> bool:
    """Whether the caller reads of bookings no more than BRIEF, and what follows from it."""
    return access.reads_only(Booking, _BRIEF)


def build_payment(document: dict[str, Any]) -> Payment:
    """Build a payment of its stored document; decimals are texts there."""
    amount, tax = document["amount"], document["tax"]
    return Payment(
        None if amount is None else Decimal(amount),
        document["currency_code"],
        None if tax is None else PaymentTax(tax["inclusive"], Decimal(tax["rate"])),
        document["invoice_item_ref"],
        document["transaction_ref"],
    )


def payment_document(payment: Payment | None) -> dict[str, Any] | None:
    """Return the document that stores a payment."""
    if payment is None:
        return None
    tax = payment.tax and {"inclusive": payment.tax.inclusive, "rate": str(payment.tax.rate)}
    amount = None if payment.amount is None else str(payment.amount)
    return {**payment._asdict(), "amount": amount, "tax": tax}


def see_booking(viewer: Viewer, booking: Booking) -> Booking | None:
    """Return a booking as one sees it who may see it in full, apart from its people; else None."""
    return booking_as_seen(viewer, booking) if sees_booking(viewer, booking) else None


async def bookings_by_id(access: Access, keys: Sequence[str]) -> list[Booking | None]:
    """Read bookings by ID, deleted ones too."""
    return await access.by_key(BOOKINGS, keys, build_booking, see_booking)


async def booking_by_external_id(access: Access, service_id: str, external_id: str) -> Booking | None:
    """Read a partner's booking by its external ID, also when it is deleted."""
    rows = await access.database.fetch(BOOKING_BY_EXTERNAL_ID, service=service_id, external=external_id)
    return see_booking(access.viewer, build_booking(rows[0])) if rows else None


async def participants_of_bookings(access: Access, keys: Sequence[BookingPeople]) -> list[list[Participant]]:
    """Read the participants of bookings, in the order given; none where the viewer may not see people."""
    found: dict[str, list[Participant]] = {key.booking_id: list(access.written.get(key.booking_id, ())) for key in keys}
    unread = [
        key.booking_id for key in keys if key.booking_id not in access.written and sees_people(access.viewer, key)
    ]
    for row in await access.database.fetch(PARTICIPANTS, keys=unread) if unread else ():
        found[row[1]].append(_participant(row))
    return [found[key.booking_id] for key in keys]


def note_written(access: Access, booking: Booking, people: Sequence[Participant]) -> None:
    """Answer the participants of a booking that this request has written as they were given."""
    access.written[booking.id] = people if sees_people(access.viewer, booking) else ()
