"""What the writer of bookings reads under its locks, unmasked, and the rows that it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, delete, select

from domain.enums import BookingStatus
from domain.occupancy import ACTIVE_STATUSES
from storage import tables
from storage.booking_reading import bookings, reading_of
from storage.calendar import overlapping
from storage.payments import payment_document
from storage.resources import resources
from storage.rows import insert_into, saving, write_both
from storage.statements import Statement, among
from storage.tables import ID, LONGEST_SHORT, table
from storage.users import users

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from domain.intervals import Interval
    from domain.records import Booking
    from storage.database import Transaction

changes = table(tables.Change)
participants = table(tables.Participant)
tombstones = table(tables.Tombstone)

_service = bindparam("service", type_=ID)
_external = bindparam("external", type_=Text)
HOMES_OF_USERS = Statement(select(users.c.id, users.c.organization_id).where(among(users.c.id, "keys")))

NO_TOMBSTONE = Statement(
    delete(tombstones).where(
        tombstones.c.external_service_id == _service, tombstones.c.external_booking_id == _external
    )
)
NO_PARTICIPANTS = Statement(delete(participants).where(participants.c.booking_id == bindparam("id", type_=ID)))
TAKING = reading_of(
    "resource_id", "version", "status", "seats", "start_date", "end_date", "staff_id", "expires_at", "updated_at"
)
"""What is read of a booking that may be in the way: it is never shown, but may be marked as expired."""

_in_the_way = select(*TAKING.columns)
SEATED = Statement(overlapping(_in_the_way, bookings.c.resource_id == bindparam("resource_id", type_=ID)))
_stands_for = resources.alias("stands_for")
STAFFED = Statement(
    overlapping(
        _in_the_way,
        among(bookings.c.staff_id, "people"),
        bookings.c.resource_id.in_(select(_stands_for.c.id).where(among(_stands_for.c.user_id, "people"))),
    )
)


async def organizations_of_users(tx: Transaction, user_ids: Collection[str]) -> dict[str, str]:
    """Return the organization of each known user."""
    return {row[0]: row[1] for row in await tx.fetch(HOMES_OF_USERS, keys=list(user_ids))} if user_ids else {}


async def seated(tx: Transaction, resource_id: str, window: Interval) -> list[Booking]:
    """Read the bookings that take seats of a resource in a window; also holds past their expiry, not yet marked."""
    return await _overlapping(tx, SEATED, window, resource_id=resource_id)


async def staffed(tx: Transaction, people: Collection[str], window: Interval) -> list[Booking]:
    """Read what keeps people, who are locked, busy in a window: as staff or through a STAFF resource."""
    return await _overlapping(tx, STAFFED, window, people=sorted(people))


async def _overlapping(tx: Transaction, statement: Statement, window: Interval, **keys: Any) -> list[Booking]:  # noqa: ANN401
    earliest = window.start - LONGEST_SHORT
    rows = await tx.fetch(statement, start=window.start, end=window.end, earliest=earliest, **keys)
    return [TAKING.build(row) for row in rows]


async def save_booking(
    tx: Transaction,
    booking: Booking,
    kind: str | None,
    *,
    before: Booking | None,
    asserted: BookingStatus,
    exclusive: bool,
    reservation: tuple[str, str] | None = None,
) -> None:
    """Write a booking that stood otherwise before, or not at all, and as a change of which kind; None: as none.

    `reservation` of a new hold: the hashes of its token and of what was asked.
    """
    row = booking_row(booking, asserted=asserted, exclusive=exclusive)
    if reservation:
        row["reservation_hash"], row["reservation_request"] = reservation
    await _write(tx, saving(bookings, row, is_new=before is None), row, booking, kind)
    known = before.participants if before else ()
    if known == booking.participants:
        return
    if known:
        await tx.fetch(NO_PARTICIPANTS, id=booking.id)
    if booking.participants:
        await tx.execute_many(insert_into(participants), participant_rows(booking))


def booking_row(booking: Booking, *, asserted: BookingStatus, exclusive: bool) -> dict[str, Any]:
    """Return what a booking's row holds, with the columns that follow from others."""
    row = booking._asdict()
    del row["timezone"], row["item"]
    row["status"] = booking.status.value
    row["asserted_status"] = asserted.value
    row["item_type"] = booking.item and booking.item.type.value
    row["item_id"] = booking.item and booking.item.id
    row["participants"] = [list(person) for person in booking.participants]
    row["payment"] = payment_document(booking.payment)
    row["active"] = _takes_seats(booking)
    row["exclusive"] = exclusive
    row["long"] = booking.end_date - booking.start_date > LONGEST_SHORT
    return row


async def save_status(tx: Transaction, booking: Booking, kind: str, *, exclusive: bool | None = None) -> None:
    """Write a booking's new status and expiry; `exclusive` where it takes seats that it did not take before."""
    row = {
        "id": booking.id,
        "version": booking.version,
        "status": booking.status.value,
        "updated_at": booking.updated_at,
        "expires_at": booking.expires_at,
        "active": _takes_seats(booking),
    }
    if exclusive is not None:
        row["exclusive"] = exclusive
    await _write(tx, saving(bookings, row, is_new=False), row, booking, kind)


def participant_rows(booking: Booking) -> list[dict[str, Any]]:
    """Return the rows by which a booking is found by its participants."""
    return [
        {"booking_id": booking.id, "position": position, **person._asdict()}
        for position, person in enumerate(booking.participants)
    ]


async def _write(
    tx: Transaction, statement: Statement, row: dict[str, Any], booking: Booking, kind: str | None
) -> None:
    if kind is None:
        await tx.fetch(statement, **row)
        return
    await write_both(tx, statement, insert_into(changes), **{**row, **change_row(booking, kind, booking.updated_at)})


def change_row(booking: Booking, kind: str, now: datetime) -> dict[str, Any]:
    """Return the row of what happened to a booking."""
    return {
        "booking_id": booking.id,
        "organization_id": booking.organization_id,
        "resource_id": booking.resource_id,
        "external_service_id": booking.external_service_id,
        "version": booking.version,
        "kind": kind,
        "at": now,
    }


async def drop_tombstone(tx: Transaction, service_id: str, external_id: str) -> None:
    """Forget the delete of an ID never seen, now that it has come."""
    await tx.fetch(NO_TOMBSTONE, service=service_id, external=external_id)


async def save_tombstone(
    tx: Transaction, service_id: str, external_id: str, written: datetime, *, is_new: bool
) -> None:
    """Remember the delete of an ID never seen, or move it forward."""
    if not is_new:
        await drop_tombstone(tx, service_id, external_id)
    row = {"external_service_id": service_id, "external_booking_id": external_id, "external_updated_at": written}
    await tx.fetch(insert_into(tombstones), **row)


def _takes_seats(booking: Booking) -> bool:
    """Whether it does but for the clock: a hold past its expiry counts until it is marked."""
    return booking.deleted_at is None and booking.status in ACTIVE_STATUSES
