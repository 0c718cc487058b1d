"""Admitting a booking, under the locks: the one way by which seats and staff are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.intervals import Interval
from domain.occupancy import admit, is_active, staff_conflicts
from domain.records import Blocker
from domain.refusals import BookingOverlap, BusyInterval
from storage.booking_rows import seated, staffed
from storage.calendar import BLOCKERS
from storage.expiry import still_active

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.records import Booking, Resource
    from storage.database import Transaction


async def refuse_overlap(tx: Transaction, booking: Booking, resource: Resource, now: datetime) -> BookingOverlap | None:
    """Return what stands in the way of a booking of a locked resource, or None: its seats and its staff are free."""
    if not is_active(booking, now):
        return None
    wanted = Interval(booking.start_date, booking.end_date)
    others = await still_active(tx, await seated(tx, resource.id, wanted), now)
    taken = ((span_of(other), other.seats) for other in others if other.id != booking.id)
    if in_the_way := admit(resource.capacity, booking.seats, wanted, taken):
        return overlap(in_the_way, "resourceId", "The resource is booked at that time.")
    people = {booking.staff_id, resource.user_id} - {None}
    if not people:
        return None
    busy = await staffed(tx, [person for person in people if person], wanted)
    spans = ((span_of(b), b.resource_id) for b in busy if b.id != booking.id and is_active(b, now))
    if in_the_way := staff_conflicts(wanted, resource.id, spans):
        return overlap(in_the_way, "staffId", "The member of staff is elsewhere at that time.")
    return None


async def refuse_blocked(tx: Transaction, booking: Booking) -> BookingOverlap | None:
    """Return the blockers in the way of a hold of a locked resource, or None."""
    span = span_of(booking)
    rows = await tx.fetch(BLOCKERS, keys=[booking.resource_id], start=span.start, end=span.end)
    blocked = {Interval(blocker.start_date, blocker.end_date) for blocker in (Blocker(*row) for row in rows)}
    return overlap(sorted(blocked), "resourceId", "The resource is blocked at that time.") if blocked else None


def overlap(spans: Sequence[Interval], field: str, message: str) -> BookingOverlap:
    """Return the refusal that names what stands in the way."""
    return BookingOverlap(tuple(BusyInterval(*span) for span in spans), ("input", field), message)


def span_of(booking: Booking) -> Interval:
    """Return the time that a booking takes."""
    return Interval(booking.start_date, booking.end_date)
