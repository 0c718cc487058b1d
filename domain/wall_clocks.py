"""Wall clocks of time zones, told and read quickly: an offset is looked up once for the stretch in which it stays."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH, _SECOND = EPOCH.replace(tzinfo=None), timedelta(seconds=1)
_FIRST, _LAST = date.min.toordinal() + 1, date.max.toordinal()
"""The first and last day with a midnight in UTC that every clock can tell."""
_MARGIN = timedelta(days=2)
"""More than any clock was ever put forward or back: so far from a change no time is left out or repeated."""


class Stretch(NamedTuple):
    """A span `[since, until)` in which a zone's offset stays; `epoch` is what its clock showed at EPOCH with that."""

    since: datetime
    until: datetime
    epoch: datetime


class WallClock:
    """The clock of a time zone (IANA name). Instants are UTC, what the clock shows is naive."""

    __slots__ = ("_epoch", "_since", "_timezone", "_until")

    def __init__(self, timezone: str) -> None:
        self._timezone = timezone
        self._since = self._until = EPOCH  # of no stretch yet
        self._epoch = _NAIVE_EPOCH

    def tell(self, instant: datetime) -> datetime:
        """Return what the clock shows."""
        if not self._since <= instant < self._until:
            self._move(instant)
        return self._epoch + (instant - EPOCH)

    def read(self, shown: datetime) -> datetime:
        """Return when the clock shows this: the first of two times; what it leaves out by the offset before."""
        instant = self._by_stretch(shown)
        return instant if self._is_amid(instant) else shown.replace(tzinfo=ZoneInfo(self._timezone)).astimezone(UTC)

    def has_date(self, midnight: datetime) -> bool:
        """Whether the zone has the date that begins then: the midnight of one that it left out is on another."""
        return self._is_amid(self._by_stretch(midnight)) or self.tell(self.read(midnight)).date() == midnight.date()

    def _by_stretch(self, shown: datetime) -> datetime:
        instant = EPOCH + (shown - self._epoch)
        if self._since <= instant < self._until:
            return instant
        self._move(instant)
        return EPOCH + (shown - self._epoch)

    def _is_amid(self, instant: datetime) -> bool:
        return self._since + _MARGIN <= instant < self._until - _MARGIN

    def _move(self, instant: datetime) -> None:
        stretches = _stretches(self._timezone, instant.year)
        place = bisect_right(stretches, instant, key=attrgetter("since")) - 1
        self._since, self._until, self._epoch = stretches[place]


@lru_cache(maxsize=1024)
def _stretches(timezone: str, year: int) -> list[Stretch]:
    """Return the stretches of a year. No zone changes its offset twice within a day: a test looks at all of them."""
    zone = ZoneInfo(timezone)
    first, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1
    ordinals = range(max(first, _FIRST), min(end, _LAST) + 1)
    days = [datetime.fromordinal(ordinal).replace(tzinfo=UTC) for ordinal in ordinals]
    changes = [_change(zone, day, after) for day, after in pairwise(days) if _offset(zone, day) != _offset(zone, after)]
    return [
        Stretch(since, until, _NAIVE_EPOCH + _offset(zone, since))
        for since, until in pairwise([days[0], *changes, days[-1]])
    ]


def _change(zone: ZoneInfo, day: datetime, after: datetime) -> datetime:
    """Return the first second of the day with the offset that there is after it."""
    then = _offset(zone, after)
    seconds = range((after - day) // _SECOND)
    place = bisect_left(seconds, 1, key=lambda second: _offset(zone, day + second * _SECOND) == then)
    return day + place * _SECOND


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()
