"""Wall clocks against the time zone database, near changes and at any time; that they change rarely, in all zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.wall_clocks import WallClock

EPOCH, DAY = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=1)
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
ZONES = sorted(available_timezones() - {"localtime"})
IN_PYTHON: Any = import_module("zoneinfo._zoneinfo")
"""The standard library's zones written in Python, which tell their changes."""


@cache
def changes(timezone: str) -> list[datetime]:
    """The instants from 1900 at which the offset is another one than before, as far as they are listed."""
    zone = IN_PYTHON.ZoneInfo(timezone)
    before = [zone._tti_before, *zone._ttinfos]  # noqa: SLF001 - what no public name tells
    pairs = zip(zone._trans_utc, before, zone._ttinfos, strict=False)  # noqa: SLF001
    told = [EPOCH + timedelta(seconds=at) for at, old, new in pairs if old.utcoff != new.utcoff]
    return [instant for instant in told if instant >= FIRST]


def test_no_zone_changes_its_offset_twice_within_a_day() -> None:
    assert sum(len(changes(zone)) for zone in ZONES) > 10_000
    assert min(later - earlier for zone in ZONES for earlier, later in pairwise(changes(zone))) > DAY


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, datetime]:
    timezone = draw(st.sampled_from(ZONES))
    anywhere = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC))
    away = st.timedeltas(-3 * DAY, 3 * DAY) | st.integers(-3, 3).map(lambda seconds: timedelta(seconds=seconds))
    near = st.builds(lambda at, by: at + by, st.sampled_from(changes(timezone) or [FIRST + 3 * DAY]), away)
    return timezone, draw(near | anywhere)


@settings(max_examples=200, deadline=None)
@given(moments(), st.lists(st.timedeltas(-200 * DAY, 200 * DAY), max_size=3))
@example(("Pacific/Apia", datetime(2011, 12, 30, 9, 59, 59, 999_999, tzinfo=UTC)), [timedelta(microseconds=1)])
def test_a_clock_tells_what_the_zone_says(moment: tuple[str, datetime], further: list[timedelta]) -> None:
    timezone, instant = moment
    clock, zone = WallClock(timezone), ZoneInfo(timezone)
    for asked in (instant, *(instant + away for away in further), instant):
        assert clock.tell(asked) == asked.astimezone(zone).replace(tzinfo=None, fold=0)


@settings(max_examples=200, deadline=None)
@given(moments(), st.lists(st.timedeltas(-200 * DAY, 200 * DAY), max_size=3))
@example(("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)), [])
@example(("Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)), [])
def test_a_clock_is_read_as_the_zone_says(moment: tuple[str, datetime], further: list[timedelta]) -> None:
    timezone, instant = moment
    clock, zone = WallClock(timezone), ZoneInfo(timezone)
    for away in (timedelta(), *further, timedelta()):
        shown = (instant + away).replace(tzinfo=None)
        assert clock.read(shown) == shown.replace(tzinfo=zone).astimezone(UTC)


def test_a_date_that_a_zone_left_out_is_not_there() -> None:
    dates = [datetime(2011, 12, day) for day in (29, 30, 31)]  # noqa: DTZ001 - a wall clock
    assert [WallClock("Pacific/Apia").has_date(midnight) for midnight in dates] == [True, False, True]
    assert WallClock("America/Santiago").has_date(datetime(2026, 9, 6))  # noqa: DTZ001 - its midnight alone is left out
