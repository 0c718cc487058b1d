"""Local hours turned into instants: by example where clocks change, and against an oracle that walks minute by minute.

The oracle never asks for the instant of a wall clock. It reads the wall clock at every minute that passes, and so
learns when each was shown first and which were left out.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.enums import Weekday
from domain.intervals import Interval
from domain.records import DatedSlot, LocalPeriod, Schedule, ScheduleException, WeeklyPeriod
from domain.schedules import expand, is_empty

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
MIDNIGHT = time()
WEEKDAYS = list(Weekday)
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("Asia/Kathmandu", date(1986, 1, 1)),
    ("Asia/Kathmandu", date(2026, 4, 15)),
    ("America/Santiago", date(2026, 4, 4)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1969, 9, 30)),
]


def daily(start: time, end: time) -> Schedule:
    return Schedule(weekly=tuple(WeeklyPeriod(weekday, start, end) for weekday in Weekday))


def on(day: date, *hours: tuple[time, time]) -> Schedule:
    return Schedule(exceptions=(ScheduleException(day, tuple(LocalPeriod(*period) for period in hours)),))


def around(day: date, days: int = 3) -> Interval:
    noon = datetime.combine(day, time(12), UTC)
    return Interval(noon - days * DAY, noon + days * DAY)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc] # year, month, day, hour, minute


@pytest.mark.feature(70)
def test_weekly_hours_are_told_in_local_time() -> None:
    schedule = Schedule(weekly=(WeeklyPeriod(Weekday.WEDNESDAY, time(9), time(18)),))
    periods = expand(schedule, "Europe/Berlin", Interval(utc(2026, 4, 13), utc(2026, 4, 20)))
    assert periods == [Interval(utc(2026, 4, 15, 7), utc(2026, 4, 15, 16))]


@pytest.mark.feature(70)
def test_an_exception_replaces_the_hours_of_its_date() -> None:
    exception = ScheduleException(date(2026, 4, 15), (LocalPeriod(time(20), time(22)),))
    schedule = daily(time(9), time(18))._replace(exceptions=(exception,))
    periods = expand(schedule, "UTC", Interval(utc(2026, 4, 15), utc(2026, 4, 16, 12)))
    assert periods == [
        Interval(utc(2026, 4, 15, 20), utc(2026, 4, 15, 22)),
        Interval(utc(2026, 4, 16, 9), utc(2026, 4, 16, 12)),
    ]


@pytest.mark.feature(70)
def test_on_a_closed_date_stays_what_ran_over_from_the_day_before() -> None:
    schedule = daily(time(22), time(2))._replace(exceptions=(ScheduleException(date(2026, 4, 15), ()),))
    periods = expand(schedule, "UTC", Interval(utc(2026, 4, 14, 12), utc(2026, 4, 16, 12)))
    assert periods == [Interval(utc(2026, 4, 14, 22), utc(2026, 4, 15, 2))]


@pytest.mark.feature(70)
def test_fixed_slots_merge_with_the_rest() -> None:
    slots = (
        DatedSlot(utc(2026, 4, 15, 18), utc(2026, 4, 15, 20)),
        DatedSlot(utc(2026, 4, 15, 8), utc(2026, 4, 15, 10)),
    )
    schedule = on(date(2026, 4, 15), (time(9), time(18)))._replace(slots=slots)
    assert expand(schedule, "UTC", around(date(2026, 4, 15))) == [Interval(utc(2026, 4, 15, 8), utc(2026, 4, 15, 20))]


@pytest.mark.decision(3)
def test_periods_are_clipped_to_the_window() -> None:
    window = Interval(utc(2026, 4, 15, 10), utc(2026, 4, 15, 11))
    assert expand(daily(time(9), time(18)), "UTC", window) == [window]


@pytest.mark.decision(3)
def test_midnight_as_an_end_is_the_end_of_the_day_and_touching_days_merge() -> None:
    window = Interval(utc(2026, 4, 15), utc(2026, 4, 17))
    assert expand(daily(MIDNIGHT, MIDNIGHT), "UTC", window) == [window]
    late = expand(on(date(2026, 4, 15), (time(22), MIDNIGHT)), "UTC", window)
    assert late == [Interval(utc(2026, 4, 15, 22), utc(2026, 4, 16))]


@pytest.mark.feature(70)
def test_an_equal_start_and_end_is_a_whole_day() -> None:
    periods = expand(on(date(2026, 4, 15), (time(9), time(9))), "UTC", around(date(2026, 4, 15)))
    assert periods == [Interval(utc(2026, 4, 15, 9), utc(2026, 4, 16, 9))]


@pytest.mark.feature(66)
def test_a_schedule_of_nothing_is_no_schedule() -> None:
    assert is_empty(None)
    assert is_empty(Schedule())
    assert not is_empty(on(date(2026, 4, 15)))


@pytest.mark.feature(68)
@pytest.mark.decision(2)
@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 4, 15), 24)])
def test_a_day_is_as_long_as_the_clock_change_makes_it(day: date, hours: int) -> None:
    (whole,) = expand(on(day, (MIDNIGHT, MIDNIGHT)), "Europe/Berlin", around(day))
    assert whole.duration == hours * HOUR


@pytest.mark.decision(2)
def test_a_time_shown_twice_is_taken_the_first_time() -> None:
    periods = expand(on(date(2026, 10, 25), (time(2, 30), time(4))), "Europe/Berlin", around(date(2026, 10, 25)))
    assert periods == [Interval(utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 3))]


@pytest.mark.decision(2)
def test_a_time_never_shown_is_told_by_the_offset_before() -> None:
    periods = expand(on(date(2026, 3, 29), (time(2, 30), time(5))), "Europe/Berlin", around(date(2026, 3, 29)))
    assert periods == [Interval(utc(2026, 3, 29, 1, 30), utc(2026, 3, 29, 3))]


@pytest.mark.decision(2)
@pytest.mark.parametrize("end", [time(3, 15), time(3, 30)])
def test_a_period_that_a_gap_empties_or_reverses_is_dropped(end: time) -> None:
    assert expand(on(date(2026, 3, 29), (time(2, 30), end)), "Europe/Berlin", around(date(2026, 3, 29))) == []


@pytest.mark.decision(2)
def test_lord_howe_changes_by_half_an_hour() -> None:
    periods = expand(on(date(2026, 10, 4), (time(1), time(4))), "Australia/Lord_Howe", around(date(2026, 10, 4)))
    assert [period.duration for period in periods] == [2.5 * HOUR]


@pytest.mark.decision(2)
def test_a_day_whose_midnight_is_left_out_starts_an_hour_late() -> None:
    day = date(2026, 9, 6)
    (whole,) = expand(on(day, (MIDNIGHT, MIDNIGHT)), "America/Santiago", around(day))
    assert whole == Interval(utc(2026, 9, 6, 4), utc(2026, 9, 7, 3))


@pytest.mark.decision(2)
def test_a_date_that_a_zone_left_out_has_no_hours() -> None:
    assert expand(on(date(2011, 12, 30), (time(9), time(17))), "Pacific/Apia", around(date(2011, 12, 30))) == []
    week = expand(daily(time(9), time(17)), "Pacific/Apia", around(date(2011, 12, 30)))
    zone = ZoneInfo("Pacific/Apia")
    assert {period.start.astimezone(zone).day for period in week} == {27, 28, 29, 31, 1, 2}
    assert {period.duration for period in week} == {8 * HOUR}


@pytest.mark.feature(68)
def test_far_west_a_period_reaches_into_the_second_day_after_it_started_in_utc() -> None:
    window = Interval(utc(2026, 4, 15), utc(2026, 4, 16))
    periods = expand(on(date(2026, 4, 13), (time(23), time(22))), "Pacific/Honolulu", window)
    assert periods == [Interval(utc(2026, 4, 15), utc(2026, 4, 15, 8))]


@pytest.mark.parametrize("instant", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC) - DAY])
def test_the_ends_of_the_calendar_can_be_asked_for(instant: datetime) -> None:
    assert expand(daily(time(22), time(2)), "Pacific/Apia", Interval(instant, instant + HOUR)) == []


class Clock(NamedTuple):
    """When each wall clock was shown first; `shown` is sorted."""

    first: dict[datetime, datetime]
    shown: list[datetime]
    dates: set[date]

    def instant(self, wall: datetime) -> datetime:
        """Tell when the clock showed it first, or would have, had it not been changed just before."""
        before = self.shown[bisect_right(self.shown, wall) - 1]
        return self.first[before] + (wall - before)


@cache
def clock(timezone: str, day: date) -> Clock:
    zone, start = ZoneInfo(timezone), datetime.combine(day, MIDNIGHT, UTC) - 7 * DAY
    first: dict[datetime, datetime] = {}
    for minute in range(14 * 24 * 60):
        instant = start + minute * MINUTE
        first.setdefault(instant.astimezone(zone).replace(tzinfo=None, fold=0), instant)
    return Clock(first, sorted(first), {wall.date() for wall in first})


def open_minutes(schedule: Schedule, timezone: str, day: date, window: Interval) -> set[datetime]:
    """Walk through the days and the minutes of their periods."""
    shown = clock(timezone, day)
    spans = [(slot.start_date, slot.end_date) for slot in schedule.slots]
    dated = {exception.date: exception.periods for exception in schedule.exceptions}
    for local in sorted(shown.dates)[1:-2]:
        weekly = [rule[1:] for rule in schedule.weekly if rule.weekday == WEEKDAYS[local.weekday()]]
        for start, end in dated.get(local, weekly):
            last = local if end > start else local + DAY
            spans.append((shown.instant(datetime.combine(local, start)), shown.instant(datetime.combine(last, end))))
    return {
        minute for start, end in spans for minute in every_minute(start, end) if window.start <= minute < window.end
    }


def every_minute(start: datetime, end: datetime) -> list[datetime]:
    return [start + minute * MINUTE for minute in range((end - start) // MINUTE)]


class Case(NamedTuple):
    timezone: str
    day: date
    schedule: Schedule
    window: Interval


@st.composite
def cases(draw: st.DrawFn) -> Case:
    timezone, day = draw(st.sampled_from(CHANGES))
    times = st.one_of(
        st.builds(time, st.integers(0, 23)),
        st.builds(time, st.integers(0, 3), st.sampled_from([0, 1, 15, 30, 45, 59])),
        st.builds(time, st.just(23), st.sampled_from([0, 15, 30, 59])),
    )
    instants = st.builds(
        lambda minute: datetime.combine(day, MIDNIGHT, UTC) + minute * MINUTE,
        st.integers(-2 * 24 * 60, 3 * 24 * 60),
    )
    spans = st.tuples(instants, instants).filter(lambda ends: ends[0] < ends[1])
    periods = st.lists(st.builds(LocalPeriod, times, times), max_size=3).map(tuple)
    dates = st.integers(-2, 2).map(lambda days: day + days * DAY)
    exceptions = st.lists(st.builds(ScheduleException, dates, periods), max_size=3, unique_by=lambda one: one.date)
    schedule = Schedule(
        weekly=tuple(draw(st.lists(st.builds(WeeklyPeriod, st.sampled_from(Weekday), times, times), max_size=8))),
        exceptions=tuple(draw(exceptions)),
        slots=tuple(DatedSlot(*span) for span in draw(st.lists(spans, max_size=1))),
    )
    return Case(timezone, day, schedule, Interval(*draw(spans)))


@pytest.mark.feature(68)
@pytest.mark.feature(70)
@pytest.mark.decision(2)
@settings(max_examples=300, deadline=None)
@given(cases())
def test_a_schedule_is_open_at_the_minutes_that_the_oracle_finds(case: Case) -> None:
    periods = expand(case.schedule, case.timezone, case.window)
    told = {minute for period in periods for minute in every_minute(*period)}
    assert told == open_minutes(case.schedule, case.timezone, case.day, case.window)
    assert all(one.end < other.start for one, other in pairwise(periods))
    assert all(case.window.covers(period) for period in periods)


@settings(max_examples=100, deadline=None)
@given(cases(), st.floats(0.1, 0.9))
def test_two_neighbouring_windows_show_what_one_shows(case: Case, share: float) -> None:
    middle = case.window.start + case.window.duration * share
    parts = [Interval(case.window.start, middle), Interval(middle, case.window.end)]
    split = [period for part in parts for period in expand(case.schedule, case.timezone, part)]
    assert sum((period.duration for period in split), timedelta()) == sum(
        (period.duration for period in expand(case.schedule, case.timezone, case.window)),
        timedelta(),
    )
