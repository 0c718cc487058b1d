"""Spans of time: what cannot be built, and the verbs against a model that is a plain set of minutes."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.intervals import Interval, clip, intersect, merge, overlaps_any, subtract

EPOCH = datetime(2026, 4, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")


def at(start: int, end: int) -> Interval:
    return Interval(EPOCH + start * MINUTE, EPOCH + end * MINUTE)


def minutes(intervals: list[Interval]) -> set[int]:
    """Tell which minutes are covered."""
    return {
        minute
        for interval in intervals
        for minute in range((interval.start - EPOCH) // MINUTE, (interval.end - EPOCH) // MINUTE)
    }


def is_merged(intervals: list[Interval]) -> bool:
    return all(one.end < other.start for one, other in pairwise(intervals))


some = st.builds(lambda start, length: at(start, start + length), st.integers(0, 60), st.integers(1, 25))
several = st.lists(some, max_size=12)


@pytest.mark.decision(1)
def test_an_interval_that_does_not_start_before_it_ends_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="starts before it ends"):
        at(10, 10)
    with pytest.raises(ValueError, match="starts before it ends"):
        at(11, 10)


def test_a_naive_interval_cannot_be_built() -> None:
    naive = EPOCH.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        Interval(naive, EPOCH + MINUTE)
    with pytest.raises(ValueError, match="aware"):
        Interval(EPOCH - MINUTE, naive)


def test_an_interval_cannot_be_made_invalid_by_replacing_an_end() -> None:
    with pytest.raises(ValueError, match="starts before it ends"):
        at(10, 20)._replace(start=EPOCH + 20 * MINUTE)


def test_an_interval_survives_copying_and_pickling() -> None:
    interval = at(10, 20)
    assert copy.deepcopy(interval) == interval
    restored = pickle.loads(pickle.dumps(interval))
    assert restored == interval
    assert type(restored) is Interval


def test_an_interval_across_a_fold_is_as_long_as_the_time_that_passes() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    interval = Interval(first, first.replace(fold=1))
    assert interval.duration == timedelta(hours=1)
    assert interval.start.tzinfo is UTC


@pytest.mark.decision(1)
def test_instants_are_kept_to_the_microsecond() -> None:
    tiny = Interval(EPOCH, EPOCH + timedelta(microseconds=1))
    assert tiny.duration == timedelta(microseconds=1)
    assert subtract([at(0, 1)], [tiny]) == [Interval(tiny.end, EPOCH + MINUTE)]


@pytest.mark.decision(1)
def test_back_to_back_intervals_do_not_overlap_and_merge() -> None:
    assert not at(0, 10).overlaps(at(10, 20))
    assert not overlaps_any(at(0, 10), [at(10, 20)])
    assert merge([at(10, 20), at(0, 10)]) == [at(0, 20)]


def test_clipping_keeps_each_interval_apart_and_in_its_place() -> None:
    assert clip([at(30, 50), at(0, 12), at(5, 10), at(0, 5)], at(10, 40)) == [at(30, 40), at(10, 12)]


@given(some, some)
def test_two_intervals_overlap_when_they_share_a_minute(one: Interval, other: Interval) -> None:
    shared = minutes([one]) & minutes([other])
    assert one.overlaps(other) is bool(shared)
    assert one.covers(other) is (minutes([other]) <= minutes([one]))


@given(several)
def test_merging_covers_the_same_minutes_once(intervals: list[Interval]) -> None:
    merged = merge(intervals)
    assert minutes(merged) == minutes(intervals)
    assert is_merged(merged)


@given(several, several)
def test_subtracting_leaves_the_minutes_that_are_not_taken(intervals: list[Interval], taken: list[Interval]) -> None:
    left = subtract(intervals, taken)
    assert minutes(left) == minutes(intervals) - minutes(taken)
    assert is_merged(left)


@given(several, several)
def test_an_intersection_covers_the_minutes_of_both(left: list[Interval], right: list[Interval]) -> None:
    both = intersect(left, right)
    assert minutes(both) == minutes(left) & minutes(right)
    assert is_merged(both)


@given(several, some)
def test_clipping_keeps_the_minutes_of_the_window(intervals: list[Interval], window: Interval) -> None:
    assert minutes(clip(intervals, window)) == minutes(intervals) & minutes([window])


@given(some, several)
def test_an_interval_overlaps_a_merged_list_when_it_overlaps_one_of_it(one: Interval, others: list[Interval]) -> None:
    assert overlaps_any(one, merge(others)) is any(one.overlaps(other) for other in others)


@given(several, several)
def test_what_is_subtracted_and_what_is_shared_make_up_the_whole(left: list[Interval], right: list[Interval]) -> None:
    assert merge([*subtract(left, right), *intersect(left, right)]) == merge(left)
