"""The dates that the demo is about: three weeks back and four ahead of the week that holds today."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from domain.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = timedelta(days=1)
WEEK = 7 * DAY
BACK, AHEAD = 3 * WEEK, 5 * WEEK


class Days(NamedTuple):
    """Days around `now`, whose own time zone says which date is today."""

    now: datetime

    @property
    def today(self) -> date:
        """Today's date."""
        return self.now.date()

    @property
    def morning(self) -> datetime:
        """The first instant of today: whatever has been written was written before."""
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)

    @property
    def monday(self) -> date:
        """The first day of this ISO week."""
        return self.today - self.today.weekday() * DAY

    def all(self) -> Iterator[date]:
        """Every date that has bookings, in order."""
        first, last = self.monday - BACK, self.monday + AHEAD
        return (first + offset * DAY for offset in range((last - first) // DAY))


def span(day: date, start: time, minutes: int, timezone: str) -> Interval:
    """So many minutes from a wall-clock time of a place on."""
    begin = datetime.combine(day, start, ZoneInfo(timezone)).astimezone(UTC)
    return Interval(begin, begin + timedelta(minutes=minutes))


def dice(*names: object) -> Random:
    """Chance that falls the same way whenever it is asked about the same things."""
    return Random("/".join(map(str, names)))  # noqa: S311 - no secrets, the same demo every time
