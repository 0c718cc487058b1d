"""The six kinds of event of a resource, against a count of every quarter of an hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import events
from domain.identities import derived_id
from domain.intervals import Interval, merge, subtract
from domain.records import DatedSlot, LocalPeriod, Schedule, ScheduleException
from tests.domain.scenes import (
    BLOCKER,
    BOOKING,
    COUNT,
    DAY,
    FRAGMENT,
    HOLD,
    NOW,
    PERIOD,
    WHOLE_DAY,
    Given,
    make_blocker,
    make_booking,
    make_hold,
    make_resource,
    show,
    span,
)

STEP = timedelta(minutes=15)

quarters = st.tuples(st.integers(0, 95), st.integers(1, 40)).map(lambda pair: (pair[0] / 4, sum(pair) / 4))
periods = st.tuples(st.integers(0, 22), st.integers(1, 10)).map(lambda p: LocalPeriod(time(p[0]), time(sum(p) % 24)))


@st.composite
def cases(draw: st.DrawFn, capacities: st.SearchStrategy[int]) -> Given:
    spans = draw(st.lists(st.tuples(quarters, st.integers(1, 5), st.booleans()), max_size=8))
    taken = [
        make_hold(span, seats, number=100 + place) if held else make_booking(span, seats, number=100 + place)
        for place, (span, seats, held) in enumerate(spans)
    ]
    blocked = draw(st.lists(quarters, max_size=2))
    hours = tuple(draw(st.lists(periods, min_size=1, max_size=3)))
    return Given(
        draw(capacities),
        taken,
        tuple(make_blocker(span, number=300 + place) for place, span in enumerate(blocked)),
        schedule=Schedule(exceptions=(ScheduleException(date(2026, 4, 15), hours),)),
    )


def seats_at(instant: datetime, case: Given) -> tuple[int, int]:
    here = [booking.seats for booking in case.bookings if booking.start_date <= instant < booking.end_date]
    return sum(here), len(here)


def is_blocked(instant: datetime, case: Given) -> bool:
    return any(blocker.start_date <= instant < blocker.end_date for blocker in case.blockers)


def steps(interval: Interval) -> list[datetime]:
    return [interval.start + place * STEP for place in range(interval.duration // STEP)]


def runs(interval: Interval, value: Mapping[datetime, object]) -> list[tuple[Interval, object]]:
    """Cut the interval where the value changes; stretches of None are left out."""
    found = []
    for worth, group in groupby(steps(interval), key=lambda instant: value[instant]):
        instants = list(group)
        if worth is not None:
            found.append((Interval(instants[0], instants[-1] + STEP), worth))
    return found


@pytest.mark.feature(58)
@settings(deadline=None)
@given(cases(st.integers(1, 8)))
def test_fragments_are_the_maximal_spans_of_a_constant_number_of_free_seats(case: Given) -> None:
    for period in show(case, PERIOD):
        level = {at: None if is_blocked(at, case) else seats_at(at, case)[0] for at in steps(span(period))}
        free = {at: seats if seats is not None and seats < case.capacity else None for at, seats in level.items()}
        inside = [event for event in show(case, FRAGMENT) if span(period).covers(span(event))]
        told = [(span(event), round(event.occupancy * case.capacity)) for event in inside]
        assert told == runs(span(period), free)
        taken = [case.capacity if seats is None else min(seats, case.capacity) for seats in level.values()]
        assert period.occupancy == pytest.approx(sum(taken) / case.capacity / len(taken))
        assert period.is_available is bool(inside)


@pytest.mark.feature(58)
@settings(deadline=None)
@given(cases(st.just(1)))
def test_fragments_bookings_holds_and_blockers_make_up_the_periods(case: Given) -> None:
    open_times = [span(event) for event in show(case, PERIOD)]
    taken = [span(event) for event in show(case, BOOKING, HOLD, BLOCKER)]
    assert [span(event) for event in show(case, FRAGMENT)] == subtract(open_times, taken)
    assert open_times == merge(open_times)


@pytest.mark.feature(62)
@settings(deadline=None)
@given(cases(st.integers(40, 60)))
def test_counts_are_the_maximal_spans_of_constant_bookings_and_seats(case: Given) -> None:
    level = {at: here if (here := seats_at(at, case))[1] else None for at in steps(WHOLE_DAY)}
    found = show(case, COUNT)
    told = [(span(event), (round(event.occupancy * case.capacity), event.booking_count)) for event in found]
    assert told == runs(WHOLE_DAY, level)
    for event in found:
        assert event.is_available is not any(is_blocked(at, case) for at in steps(span(event)))


@pytest.mark.feature(64)
@settings(deadline=None)
@given(cases(st.integers(1, 8)))
def test_a_booking_is_available_when_every_quarter_of_it_is(case: Given) -> None:
    for event in show(case, BOOKING, HOLD):
        free = [seats_at(at, case)[0] < case.capacity and not is_blocked(at, case) for at in steps(span(event))]
        assert event.is_available is all(free)


@pytest.mark.feature(64)
@settings(deadline=None)
@given(cases(st.integers(1, 40)))
def test_no_two_events_share_an_id(case: Given) -> None:
    found = show(case)
    assert len({event.id for event in found}) == len(found)


@pytest.mark.feature(55)
@pytest.mark.decision(4)
@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200 * 96), st.integers(1, 96)), max_size=8),
    st.integers(1, 40),
    st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/Santiago"]),
)
def test_local_times_and_ids_follow_from_the_instants(taken: list[tuple[int, int]], capacity: int, zone: str) -> None:
    window = Interval(DAY, DAY + timedelta(days=200))
    spans = [Interval(DAY + start * STEP, DAY + (start + length) * STEP) for start, length in taken]
    bookings = [make_booking((0, 1))._replace(start_date=start, end_date=end) for start, end in spans]
    always = Schedule(slots=(DatedSlot(*window),))
    found = events(make_resource(capacity), always, bookings, (), {}, window=window, now=NOW, timezone=zone)
    assert len(found) >= 1
    for event in found:
        ends = (event.start_date, event.end_date)
        local = tuple(instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) for instant in ends)
        assert (event.local_start, event.local_end) == local
        of_what = [b.id for b in event.bookings] or [event.resource.id, *(instant.isoformat() for instant in ends)]
        assert event.id == derived_id(event.type, *of_what)
