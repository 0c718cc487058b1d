"""Half-open spans of time, `[start, end)`: back-to-back spans touch and do not overlap."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import timedelta


_END = attrgetter("end")


class _Span(NamedTuple):
    start: datetime
    end: datetime


class Interval(_Span):
    """A span of time, `[start, end)`, of aware datetimes, told in UTC; ValueError for a naive, empty or reversed one.

    In UTC, because Python compares two datetimes of one zone by their wall clocks, and so wrongly in a DST fold.
    """

    __slots__ = ()

    def __new__(cls, start: datetime, end: datetime) -> Self:
        """Build `[start, end)`."""
        start, end = _utc(start), _utc(end)
        if start >= end:
            message = f"an interval starts before it ends, not {start} to {end}"
            raise ValueError(message)
        return super().__new__(cls, start, end)

    @classmethod
    def _make(cls, iterable: Iterable[datetime]) -> Self:  # type: ignore[override] # narrower than any tuple
        """Build from two instants; `_replace` calls it, which would otherwise build invalid intervals."""
        start, end = iterable
        return cls(start, end)

    @property
    def duration(self) -> timedelta:
        """The length, more than zero."""
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        """Whether some instant lies in both."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Interval) -> bool:
        """Whether every instant of the other lies in this one."""
        return self.start <= other.start and other.end <= self.end


sure = cast("Callable[[tuple[datetime, datetime]], Interval]", partial(tuple.__new__, Interval))
"""Builds an interval of two instants in UTC of which the first is known to be the earlier: a third of the work."""


class Span(Protocol):
    """Anything with a start and an end, in UTC."""

    @property
    def start(self) -> datetime: ...  # noqa: D102
    @property
    def end(self) -> datetime: ...  # noqa: D102


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Return what the intervals cover, sorted: those that overlap or touch become one. They may come in any order."""
    merged: list[Interval] = []
    until: datetime | None = None
    for interval in sorted(intervals):
        start, end = interval
        if until is None or until < start:
            merged.append(interval)
            until = end
        elif until < end:
            merged[-1] = sure((merged[-1].start, end))
            until = end
    return merged


def subtract(intervals: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """Return what the intervals cover and `taken` does not, merged and sorted."""
    return _where(lambda inside, cut: inside and not cut, intervals, taken)


def intersect(left: Iterable[Interval], right: Iterable[Interval]) -> list[Interval]:
    """Return what both cover, merged and sorted."""
    return _where(lambda one, other: one and other, left, right)


def clip(intervals: Iterable[Interval], window: Interval) -> list[Interval]:
    """Return each interval's part inside the window, in the order given; those outside are left out."""
    since, until = window
    return [
        interval if since <= start and end <= until else sure((max(start, since), min(end, until)))
        for interval in intervals
        for start, end in (interval,)
        if start < until and since < end
    ]


def overlaps_any(interval: Span, others: Sequence[Span]) -> bool:
    """Whether the interval overlaps one of the others, which are sorted and do not overlap each other. O(log n)."""
    place = bisect_right(others, interval.start, key=_END)
    return place < len(others) and others[place].start < interval.end


def _where(keep: Callable[[bool, bool], bool], left: Iterable[Interval], right: Iterable[Interval]) -> list[Interval]:
    lefts, rights = _changes(left), _changes(right)
    found: list[Interval] = []
    since: datetime | None = None
    in_left = in_right = 0
    for instant in sorted(lefts.keys() | rights.keys()):
        in_left += lefts[instant]
        in_right += rights[instant]
        kept = keep(in_left > 0, in_right > 0)
        if kept and since is None:
            since = instant
        elif since is not None and not kept:
            found.append(sure((since, instant)))
            since = None
    return found


def _changes(intervals: Iterable[Interval]) -> Counter[datetime]:
    changes: Counter[datetime] = Counter()
    for start, end in intervals:
        changes[start] += 1
        changes[end] -= 1
    return changes


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        message = f"an interval needs aware datetimes, not {instant}"
        raise ValueError(message)
    return instant.astimezone(UTC)


CALENDARS = Interval(datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
"""The time in which calendars are kept; beyond it local dates run out of what dates can be."""
