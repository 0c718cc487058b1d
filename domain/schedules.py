"""When a resource can be booked: weekly rules, dated exceptions and fixed slots, turned into instants."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.enums import Weekday
from domain.intervals import Interval, clip, merge, sure
from domain.wall_clocks import WallClock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.records import Schedule, WeeklyPeriod

_Hours = tuple[timedelta, timedelta]
_DAY = timedelta(days=1)
_FIRST, _LAST = date.min.toordinal() + 3, date.max.toordinal() - 3
"""No local date nearer to the ends of the calendar is expanded: the next date, or the instant, would not exist."""


def is_empty(schedule: Schedule | None) -> bool:
    """Whether there is no schedule: neither weekly rules nor exceptions nor slots."""
    return schedule is None or not any(schedule)


def expand(schedule: Schedule, timezone: str, window: Interval) -> list[Interval]:
    """Return when the schedule is open in the window: sorted, merged where periods overlap or touch, clipped.

    `timezone` is the IANA name of the zone that the local times are in. A time that a DST change repeats is taken
    the first time; one that it leaves out is told by the offset before the change. Dates that a zone left out
    (Samoa had no 30 December 2011) have no periods.
    """
    slots = (
        Interval(*slot) for slot in schedule.slots if slot.start_date < window.end and window.start < slot.end_date
    )
    return clip(merge([*expand_days(schedule, timezone, *_days(window)), *slots]), window)


def expand_days(schedule: Schedule, timezone: str, first: date, last: date) -> list[Interval]:
    """Return the periods that start on the local dates `first` to `last`, neither merged nor clipped, without slots."""
    clock = WallClock(timezone)
    return [
        sure((begin, finish))
        for midnight, hours in _local_days(schedule, first, last)
        if clock.has_date(midnight)
        for start, end in hours
        if (begin := clock.read(midnight + start)) < (finish := clock.read(midnight + end))
    ]


def _days(window: Interval) -> tuple[date, date]:
    """Return the first and last local date whose periods can reach into the window, in any zone.

    Offsets are below 16 hours, and a period ends on the next date at the latest.
    """
    first, last = window.start.toordinal() - 2, window.end.toordinal() + 1
    return date.fromordinal(max(first, _FIRST)), date.fromordinal(min(last, _LAST))


def _local_days(schedule: Schedule, first: date, last: date) -> Iterator[tuple[datetime, Sequence[_Hours]]]:
    """Iterate over the local midnights of the dates that have hours, and the hours since then."""
    weekly = _by_weekday(schedule.weekly)
    exceptions: dict[int, list[_Hours]] = {}
    for day, periods in schedule.exceptions:
        if first <= day <= last:
            exceptions.setdefault(day.toordinal(), []).extend(_hours(*period) for period in periods)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        hours = exceptions.get(ordinal, weekly[(ordinal - 1) % 7])
        if hours:
            yield datetime.fromordinal(ordinal), hours


@lru_cache(maxsize=1024)
def _by_weekday(weekly: tuple[WeeklyPeriod, ...]) -> list[list[_Hours]]:
    """Return the hours of each day of the week."""
    return [[_hours(start, end) for day, start, end in weekly if day is weekday] for weekday in Weekday]


def _hours(start: time, end: time) -> _Hours:
    """Return a period's ends since midnight; what does not end after its start ends on the next date."""
    return _since_midnight(start), _since_midnight(end) + (timedelta() if start < end else _DAY)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
