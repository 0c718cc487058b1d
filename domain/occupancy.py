"""Seats taken over time, and who stands in the way of a booking. Every question is one sweep over sorted endpoints."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from domain.enums import BookingStatus
from domain.intervals import CALENDARS, Interval, clip, merge, overlaps_any, sure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
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


_level = cast("Callable[[tuple[datetime, datetime, int, int]], Level]", partial(tuple.__new__, Level))
Stretch = tuple["datetime", "datetime", int]
"""A span `[start, end)` with the seats taken all through it."""


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

    There are no more of them than there are at all, `seats <= capacity`: nothing would stand in the way of those.
    `occupied` are the active bookings of the resource, (interval, seats), without the booking that is being replaced.
    In the way are the bookings' whole intervals, distinct and sorted, that hold a seat at an instant of `wanted` at
    which the capacity would be exceeded.
    """
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


def levels(occupied: Iterable[tuple[tuple[datetime, datetime], int]]) -> list[Level]:
    """Return the maximal spans of constant seats and number of bookings, sorted; where there is none, no level.

    `occupied` are (interval, seats) in any order. Of two back-to-back bookings of equal seats comes one level.
    """
    changes: list[tuple[datetime, int, int]] = []
    for (start, end), seats in occupied:
        changes += ((start, seats, 1), (end, -seats, -1))
    changes.sort()
    found: list[Level] = []
    since, taken, bookings = CALENDARS.start, 0, 0
    for instant, more, count in changes:
        if bookings and since < instant:
            lengthens = bool(found) and found[-1][1:] == (since, taken, bookings)
            begin = found.pop()[0] if lengthens else since
            found.append(_level((begin, instant, taken, bookings)))
        since, taken, bookings = instant, taken + more, bookings + count
    return found


def peak(occupied: Iterable[tuple[Interval, int]]) -> int:
    """Return the most seats taken at any instant, 0 when there is no booking."""
    return max((level.seats for level in levels(occupied)), default=0)


def stretches_of(occupied: Sequence[tuple[Interval, int]]) -> list[Stretch]:
    """Return the maximal spans of constant seats, sorted; where none is taken, no stretch."""
    found: list[Stretch] = []
    until = CALENDARS.start
    for (start, end), seats in sorted(occupied):
        if start < until:  # two at a time
            return _joined(levels(occupied))
        lengthens = start == until and bool(found) and found[-1][2] == seats
        found.append((found.pop()[0] if lengthens else start, end, seats))
        until = end
    return found


def _joined(steps: Iterable[Level]) -> list[Stretch]:
    found: list[Stretch] = []
    for start, end, seats, _ in steps:
        lengthens = bool(found) and found[-1][1:] == (start, seats)
        found.append((found.pop()[0] if lengthens else start, end, seats))
    return found


def profiles(spans: Iterable[Interval], taken: Sequence[Stretch]) -> Iterator[tuple[Interval, list[Stretch]]]:
    """Iterate over the spans with all of each in maximal stretches of constant seats taken, 0 where none is.

    The spans are sorted and do not overlap; `taken` is as from `stretches_of`.
    """
    place = 0
    for span in spans:
        cursor, finish = span
        inside: list[Stretch] = []
        while place < len(taken) and taken[place][1] <= cursor:
            place += 1
        for at in range(place, len(taken)):
            start, end, seats = taken[at]
            if start >= finish:
                break
            if cursor < start:
                inside.append((cursor, start, 0))
            inside.append((max(cursor, start), min(end, finish), seats))
            cursor = end
        if cursor < finish:
            inside.append((cursor, finish, 0))
        yield span, inside


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
    crowded = clip(merge(sure(level[:2]) for level in levels(near) if level.seats > room), window)
    return tuple(sorted({interval for interval, _ in near if overlaps_any(interval, crowded)}))
