"""Seats taken over time, and who stands in the way of a booking. Every question is one sweep over sorted endpoints."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from domain.enums import BookingStatus
from domain.intervals import Interval, clip, merge, overlaps_any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from domain.records import Booking

ACTIVE_STATUSES = frozenset(
    {
        BookingStatus.RESERVED,
        BookingStatus.REQUESTED,
        BookingStatus.ACCEPTED,
        BookingStatus.INVITED,
        BookingStatus.COMPLETED,
        BookingStatus.NO_SHOW,
    },
)
"""The statuses that take seats; RESERVED only until it expires."""


class Level(NamedTuple):
    """A maximal span `[start, end)` in which neither the seats taken nor the number of bookings changes, both > 0."""

    start: datetime
    end: datetime
    seats: int
    bookings: int


def is_active(booking: Booking, now: datetime) -> bool:
    """Whether the booking takes seats: not deleted, of an active status, and if it is a hold, `now < expires_at`."""
    if booking.deleted_at is not None or booking.status not in ACTIVE_STATUSES:
        return False
    if booking.status is not BookingStatus.RESERVED:
        return True
    return booking.expires_at is not None and now < booking.expires_at


def admit(
    capacity: int,
    seats: int,
    wanted: Interval,
    occupied: Iterable[tuple[Interval, int]],
) -> tuple[Interval, ...]:
    """Return () when `seats` fit beside the occupied ones all through `wanted`, else what stands in the way.

    `occupied` are the active bookings of the resource, (interval, seats), without the booking that is being replaced.
    In the way are the bookings' whole intervals, distinct and sorted, that hold a seat at an instant of `wanted` at
    which the capacity would be exceeded. More seats than there are at all stand in their own way: `(wanted,)`.
    """
    if seats > capacity:
        return (wanted,)
    return _in_the_way(capacity - seats, wanted.start, wanted.end, occupied)


def capacity_conflicts(
    capacity: int,
    now: datetime,
    occupied: Iterable[tuple[Interval, int]],
) -> tuple[Interval, ...]:
    """Return () when what is booked from `now` on fits the new capacity, else what is in the way, as `admit` does."""
    return _in_the_way(capacity, now, None, occupied)


def staff_conflicts(
    wanted: Interval,
    resource_id: str,
    others: Iterable[tuple[Interval, str]],
) -> tuple[Interval, ...]:
    """Return () when a staff member is free for `wanted` on the resource, else the intervals in the way, sorted.

    `others` are the member's other active bookings, (interval, resource ID). Those of the same resource for the
    identical interval are the same session (a class), so they are no conflict.
    """
    session = (wanted, resource_id)
    return tuple(sorted({other[0] for other in others if other[0].overlaps(wanted) and other != session}))


def levels(occupied: Iterable[tuple[Interval, int]]) -> list[Level]:
    """Return the maximal spans of constant seats and number of bookings, sorted; where there is none, no level.

    `occupied` are (interval, seats) in any order. Of two back-to-back bookings of equal seats comes one level.
    """
    changes: dict[datetime, tuple[int, int]] = {}
    for (start, end), seats in occupied:
        for instant, more, count in ((start, seats, 1), (end, -seats, -1)):
            seats_before, count_before = changes.get(instant, (0, 0))
            changes[instant] = (seats_before + more, count_before + count)
    found: list[Level] = []
    taken = bookings = 0
    for start, end in pairwise([*sorted(instant for instant, change in changes.items() if change != (0, 0))]):
        taken += changes[start][0]
        bookings += changes[start][1]
        if bookings:
            found.append(Level(start, end, taken, bookings))
    return found


def peak(occupied: Iterable[tuple[Interval, int]]) -> int:
    """Return the most seats taken at any instant, 0 when there is no booking."""
    return max((level.seats for level in levels(occupied)), default=0)


def profile(span: Interval, steps: Sequence[Level]) -> list[tuple[Interval, int]]:
    """Return all of `span` in maximal stretches of constant seats taken, 0 where none is; `steps` as from `levels`."""
    found: list[tuple[Interval, int]] = []
    cursor = span.start
    for place in range(bisect_right(steps, cursor, key=lambda level: level.end), len(steps)):
        start, end, seats, _ = steps[place]
        if start >= span.end:
            break
        if cursor < start:
            _append(found, cursor, start, 0)
            cursor = start
        _append(found, cursor, min(end, span.end), seats)
        cursor = end
    if cursor < span.end:
        _append(found, cursor, span.end, 0)
    return found


def _append(found: list[tuple[Interval, int]], start: datetime, end: datetime, seats: int) -> None:
    """Add a stretch that follows on the last one, or lengthen that when the seats are the same."""
    if found and found[-1][1] == seats:
        found[-1] = (Interval(found[-1][0].start, end), seats)
    else:
        found.append((Interval(start, end), seats))


def _in_the_way(
    room: int,
    start: datetime,
    end: datetime | None,
    occupied: Iterable[tuple[Interval, int]],
) -> tuple[Interval, ...]:
    """Return the intervals that hold a seat at an instant of `[start, end)` (None: for ever) with over `room` taken."""
    near = [entry for entry in occupied if start < entry[0].end and (end is None or entry[0].start < end)]
    if not near:
        return ()
    window = Interval(start, end or max(interval.end for interval, _ in near))
    crowded = clip(merge(Interval(*level[:2]) for level in levels(near) if level.seats > room), window)
    return tuple(sorted({interval for interval, _ in near if overlaps_any(interval, crowded)}))
