"""Admitting a booking, under the locks: the one way by which seats and staff are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.drafts import too_many_seats
from domain.intervals import Interval
from domain.occupancy import admit, is_active, staff_conflicts
from domain.records import Blocker
from domain.refusals import BookingOverlap, BusyInterval, InvalidInput
from storage.booking_rows import seated, staffed
from storage.calendar import BLOCKERS
from storage.expiry import still_active

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.records import Booking, Resource
    from storage.database import Transaction


async def refuse_overlap(
    tx: Transaction, booking: Booking, resource: Resource, now: datetime
) -> BookingOverlap | InvalidInput | None:
    """Return all that stands in the way of a booking of a locked resource, or None: its seats and its staff are free.

    More seats than the resource has at all are no overlap: nothing stands in the way of them.
    """
    if not is_active(booking, now):
        return None
    if booking.seats > resource.capacity:
        return InvalidInput((too_many_seats(resource),))
    return together(await _refuse_seats(tx, booking, resource, now), await _refuse_staff(tx, booking, resource, now))


async def refuse_hold(
    tx: Transaction, hold: Booking, resource: Resource, now: datetime
) -> BookingOverlap | InvalidInput | None:
    """Return the same of a hold, which gives way to blockers too."""
    refusal = await refuse_overlap(tx, hold, resource, now)
    return refusal if isinstance(refusal, InvalidInput) else together(await _refuse_blocked(tx, hold), refusal)


async def _refuse_seats(tx: Transaction, booking: Booking, resource: Resource, now: datetime) -> BookingOverlap | None:
    wanted = span_of(booking)
    others = await still_active(tx, await seated(tx, resource.id, wanted), now)
    taken = ((span_of(other), other.seats) for other in others if other.id != booking.id)
    in_the_way = admit(resource.capacity, booking.seats, wanted, taken)
    return overlap(in_the_way, "resourceId", "The resource is booked at that time.")


async def _refuse_staff(tx: Transaction, booking: Booking, resource: Resource, now: datetime) -> BookingOverlap | None:
    people = [person for person in {booking.staff_id, resource.user_id} if person]
    if not people:
        return None
    wanted = span_of(booking)
    busy = await staffed(tx, people, wanted)
    spans = ((span_of(b), b.resource_id) for b in busy if b.id != booking.id and is_active(b, now))
    in_the_way = staff_conflicts(wanted, resource.id, spans)
    return overlap(in_the_way, "staffId", "The member of staff is elsewhere at that time.")


async def _refuse_blocked(tx: Transaction, hold: Booking) -> BookingOverlap | None:
    span = span_of(hold)
    rows = await tx.fetch(BLOCKERS, keys=[hold.resource_id], start=span.start, end=span.end)
    blocked = {Interval(blocker.start_date, blocker.end_date) for blocker in (Blocker(*row) for row in rows)}
    return overlap(sorted(blocked), "resourceId", "The resource is blocked at that time.")


def overlap(spans: Sequence[Interval], field: str, message: str) -> BookingOverlap | None:
    """Return the refusal that names what stands in the way, or None: nothing does."""
    return BookingOverlap(tuple(BusyInterval(*span) for span in spans), ("input", field), message) if spans else None


def together(*refusals: BookingOverlap | None) -> BookingOverlap | None:
    """Return one refusal for several: the first that there is, with the conflicts of all."""
    found = [refusal for refusal in refusals if refusal is not None]
    if not found:
        return None
    return found[0]._replace(conflicts=tuple(sorted({span for refusal in found for span in refusal.conflicts})))


def span_of(booking: Booking) -> Interval:
    """Return the time that a booking takes."""
    return Interval(booking.start_date, booking.end_date)
