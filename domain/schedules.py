"""When a resource can be booked: weekly rules, dated exceptions and fixed slots, turned into instants."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from domain.enums import Weekday
from domain.intervals import Interval, clip, merge, sure
from domain.records import Schedule
from domain.wall_clocks import WallClock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.records import ScheduleException, WeeklyPeriod

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
    first, last = _weeks(window)
    weeks = (_week(schedule.weekly, schedule.exceptions, timezone, week) for week in range(first, last + 1))
    return clip(merge([*chain.from_iterable(weeks), *slots]), window)


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


def _weeks(window: Interval) -> tuple[int, int]:
    """Return the first and last week with local dates whose periods can reach into the window, in any zone.

    Offsets are below 16 hours, and a period ends on the next date at the latest.
    """
    return (window.start.toordinal() - 3) // 7, window.end.toordinal() // 7


@lru_cache(maxsize=2048)
def _week(
    weekly: tuple[WeeklyPeriod, ...], exceptions: tuple[ScheduleException, ...], timezone: str, week: int
) -> list[Interval]:
    """Return the periods that start in a week, Monday to Sunday: for all resources of like hours.

    About a kilobyte; of the longest hours that are taken 35, so that all that is kept is 70 MB at the very most.
    """
    first, last = max(week * 7 + 1, _FIRST), min(week * 7 + 7, _LAST)
    if first > last:
        return []
    return expand_days(Schedule(weekly, exceptions), timezone, date.fromordinal(first), date.fromordinal(last))


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


def _by_weekday(weekly: tuple[WeeklyPeriod, ...]) -> list[list[_Hours]]:
    """Return the hours of each day of the week."""
    return [[_hours(start, end) for day, start, end in weekly if day is weekday] for weekday in Weekday]


def _hours(start: time, end: time) -> _Hours:
    """Return a period's ends since midnight; what does not end after its start ends on the next date."""
    return _since_midnight(start), _since_midnight(end) + (timedelta() if start < end else _DAY)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
