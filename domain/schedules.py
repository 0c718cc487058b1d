"""When a resource can be booked: weekly rules, dated exceptions and fixed slots, turned into instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.enums import Weekday
from domain.intervals import Interval, clip, merge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.records import Schedule

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
    zone = ZoneInfo(timezone)
    return [
        Interval(begin, finish)
        for day, start, end in _local_periods(schedule, first, last)
        if _exists(day, zone)
        and (begin := _instant(day, start, zone)) < (finish := _instant(day if start < end else day + _DAY, end, zone))
    ]


def _days(window: Interval) -> tuple[date, date]:
    """Return the first and last local date whose periods can reach into the window, in any zone.

    Offsets are below 16 hours, and a period ends on the next date at the latest.
    """
    first, last = window.start.toordinal() - 2, window.end.toordinal() + 1
    return date.fromordinal(max(first, _FIRST)), date.fromordinal(min(last, _LAST))


def _local_periods(schedule: Schedule, first: date, last: date) -> Iterator[tuple[date, time, time]]:
    weekly: list[list[tuple[time, time]]] = [[] for _ in Weekday]
    places = {weekday: place for place, weekday in enumerate(Weekday)}
    for weekday, start, end in schedule.weekly:
        weekly[places[weekday]].append((start, end))
    exceptions: dict[date, list[tuple[time, time]]] = {}
    for day, periods in schedule.exceptions:
        exceptions.setdefault(day, []).extend(periods)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        for start, end in exceptions.get(day, weekly[day.weekday()]):
            yield day, start, end


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall clock; without a fold, Python takes the first of two and the offset before a gap."""
    return datetime.combine(day, at, zone).astimezone(UTC)


@lru_cache(maxsize=4096)
def _exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the zone has that date: from one that it left out, midnight lands on another."""
    return _instant(day, time.min, zone).astimezone(zone).date() == day
