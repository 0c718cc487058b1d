"""Admitting a booking, under the locks: the one way by which seats and staff are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.enums import BookingStatus
from domain.intervals import Interval
from domain.occupancy import admit, is_active, staff_conflicts
from domain.refusals import BookingOverlap, BusyInterval
from storage.booking_rows import record_change, save_booking, seated, staffed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from domain.records import Booking, Resource
    from storage.database import Transaction


async def refuse_overlap(tx: Transaction, booking: Booking, resource: Resource, now: datetime) -> BookingOverlap | None:
    """Return what stands in the way of a booking of a locked resource, or None: its seats and its staff are free."""
    if not is_active(booking, now):
        return None
    wanted = Interval(booking.start_date, booking.end_date)
    others = await _still_active(tx, await seated(tx, resource.id, wanted), resource, now)
    taken = ((_span(other), other.seats) for other in others if other.id != booking.id)
    if in_the_way := admit(resource.capacity, booking.seats, wanted, taken):
        return _overlap(in_the_way, "resourceId", "The resource is booked at that time.")
    people = {booking.staff_id, resource.user_id} - {None}
    if not people:
        return None
    busy = await staffed(tx, [person for person in people if person], wanted)
    spans = ((_span(b), b.resource_id) for b in busy if b.id != booking.id and is_active(b, now))
    if in_the_way := staff_conflicts(wanted, resource.id, spans):
        return _overlap(in_the_way, "staffId", "The member of staff is elsewhere at that time.")
    return None


async def _still_active(tx: Transaction, others: Iterable[Booking], resource: Resource, now: datetime) -> list[Booking]:
    """Mark holds past their expiry, which the database's own constraint would still see; return the rest."""
    active = []
    for other in others:
        if is_active(other, now):
            active.append(other)
            continue
        expired = other._replace(status=BookingStatus.EXPIRED, version=other.version + 1, updated_at=now)
        await save_booking(tx, expired, asserted=BookingStatus.EXPIRED, exclusive=resource.capacity == 1, is_new=False)
        await record_change(tx, expired, "EXPIRED", now)
    return active


def _span(booking: Booking) -> Interval:
    return Interval(booking.start_date, booking.end_date)


def _overlap(spans: Sequence[Interval], field: str, message: str) -> BookingOverlap:
    return BookingOverlap(tuple(BusyInterval(*span) for span in spans), ("input", field), message)
