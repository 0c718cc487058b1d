"""Which moves between statuses `updateBookingStatus` may make, and what a booking is after one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.bookings import changed, other_version
from domain.drafts import schema
from domain.enums import BookingStatus
from domain.refusals import InvalidInput, VersionConflict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.records import Booking

_S = BookingStatus
_ASKED = frozenset({_S.ACCEPTED, _S.REJECTED, _S.CANCELED})
_BACK = frozenset({_S.REQUESTED, _S.ACCEPTED})

MOVES: Mapping[BookingStatus, frozenset[BookingStatus]] = {
    _S.REQUESTED: _ASKED,
    _S.INVITED: _ASKED,
    _S.ACCEPTED: frozenset({_S.COMPLETED, _S.NO_SHOW, _S.CANCELED}),
    _S.COMPLETED: frozenset({_S.NO_SHOW}),
    _S.NO_SHOW: frozenset({_S.COMPLETED}),
    _S.CANCELED: _BACK,
    _S.REJECTED: _BACK,
    _S.EXPIRED: _BACK,
    _S.RESERVED: frozenset(),
}
"""From each status to which. A move back to one that takes seats is admitted like a new booking."""


def decide_status(
    booking: Booking, status: BookingStatus, *, expected_version: int | None, now: datetime
) -> Booking | InvalidInput | VersionConflict:
    """Return the booking in its new status, itself if it has it already; seats and staff are still to be admitted.

    A hold past its expiry comes as EXPIRED.
    """
    if expected_version not in (None, booking.version):
        return other_version(booking)
    if status is booking.status:
        return booking
    if booking.status is _S.RESERVED:
        return InvalidInput((schema("A hold is changed by its reservationToken alone.", "ref"),))
    if status not in MOVES[booking.status]:
        legal = " or ".join(sorted(MOVES[booking.status]))
        return InvalidInput((schema(f"A booking that is {booking.status} can only become {legal}.", "status"),))
    return changed(booking, now, status=status, expires_at=None)
