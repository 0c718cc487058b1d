"""Seats taken over time, and admission: by example, and against a count of every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enums import BookingStatus
from domain.intervals import Interval, merge
from domain.occupancy import (
    Level,
    admit,
    capacity_conflicts,
    is_active,
    levels,
    peak,
    profiles,
    staff_conflicts,
    stretches_of,
)
from domain.records import Booking

EPOCH = datetime(2026, 4, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
END = 70

Occupied = list[tuple[Interval, int]]


def at(start: int, end: int) -> Interval:
    return Interval(EPOCH + start * MINUTE, EPOCH + end * MINUTE)


def span_minutes(start: datetime, end: datetime) -> range:
    return range((start - EPOCH) // MINUTE, (end - EPOCH) // MINUTE)


def taken_at(minute: int, occupied: Occupied) -> tuple[int, int]:
    """Count seats and bookings, the slow way."""
    here = [seats for interval, seats in occupied if minute in span_minutes(*interval)]
    return sum(here), len(here)


def booking(
    status: BookingStatus, *, expires_at: datetime | None = None, deleted_at: datetime | None = None
) -> Booking:
    return Booking(
        id="b", organization_id="o", resource_id="r", version=1, status=status, title=None, notes=None, seats=1,
        start_date=EPOCH, end_date=EPOCH + MINUTE, owner_id=None, owner_membership_id=None, staff_id=None, item=None,
        participants=(), payment=None, external_service_id=None, external_booking_id=None, external_updated_at=None,
        expires_at=expires_at, created_at=EPOCH, updated_at=EPOCH, deleted_at=deleted_at, timezone="Europe/Berlin",
    )  # fmt: skip


some = st.builds(lambda start, length: at(start, start + length), st.integers(0, 40), st.integers(1, 25))
several = st.lists(st.tuples(some, st.integers(1, 4)), max_size=10)


@pytest.mark.decision(5)
@pytest.mark.feature(69)
@pytest.mark.parametrize("status", [status for status in BookingStatus if status is not BookingStatus.RESERVED])
def test_a_booking_is_active_by_its_status(status: BookingStatus) -> None:
    assert is_active(booking(status), EPOCH) is (status in {"REQUESTED", "ACCEPTED", "INVITED", "COMPLETED", "NO_SHOW"})


@pytest.mark.decision(5)
@pytest.mark.parametrize("status", list(BookingStatus))
def test_a_deleted_booking_is_never_active(status: BookingStatus) -> None:
    assert not is_active(booking(status, expires_at=EPOCH + MINUTE, deleted_at=EPOCH), EPOCH)


@pytest.mark.decision(9)
def test_a_hold_is_active_until_the_instant_at_which_it_expires() -> None:
    hold = booking(BookingStatus.RESERVED, expires_at=EPOCH)
    assert is_active(hold, EPOCH - timedelta(microseconds=1))
    assert not is_active(hold, EPOCH)


@pytest.mark.feature(22)
@pytest.mark.decision(6)
def test_a_court_is_refused_with_the_whole_interval_that_stands_in_the_way() -> None:
    assert admit(1, 1, at(10, 20), [(at(0, 15), 1), (at(30, 40), 1)]) == (at(0, 15),)


@pytest.mark.decision(1)
def test_back_to_back_bookings_are_admitted() -> None:
    assert admit(1, 1, at(10, 20), [(at(0, 10), 1), (at(20, 30), 1)]) == ()


@pytest.mark.decision(6)
def test_bookings_that_take_turns_leave_a_seat_all_the_time() -> None:
    assert admit(2, 1, at(0, 30), [(at(0, 15), 1), (at(15, 30), 1)]) == ()


@pytest.mark.decision(6)
def test_only_the_bookings_at_a_crowded_instant_are_named() -> None:
    occupied = [(at(0, 10), 1), (at(20, 30), 1), (at(25, 40), 1)]
    assert admit(2, 1, at(0, 40), occupied) == (at(20, 30), at(25, 40))


def test_conflicts_are_distinct_and_sorted() -> None:
    assert admit(2, 1, at(0, 40), [(at(20, 30), 1), (at(20, 30), 1), (at(0, 5), 2)]) == (at(0, 5), at(20, 30))


@pytest.mark.decision(6)
def test_a_crowded_instant_outside_the_wanted_time_does_not_count() -> None:
    assert admit(2, 1, at(10, 20), [(at(0, 15), 1), (at(0, 10), 1)]) == ()


@pytest.mark.decision(6)
def test_a_capacity_can_be_lowered_below_what_is_over_but_not_below_what_is_to_come() -> None:
    occupied = [(at(0, 20), 3), (at(30, 40), 2), (at(35, 45), 1)]
    assert capacity_conflicts(2, EPOCH + 20 * MINUTE, occupied) == (at(30, 40), at(35, 45))
    assert capacity_conflicts(2, EPOCH + 19 * MINUTE, occupied) == (at(0, 20), at(30, 40), at(35, 45))
    assert capacity_conflicts(3, EPOCH, occupied) == ()
    assert capacity_conflicts(1, EPOCH + 45 * MINUTE, occupied) == ()


@pytest.mark.feature(50)
@pytest.mark.decision(7)
def test_a_staff_member_is_not_in_two_places() -> None:
    others = [(at(15, 25), "room"), (at(0, 11), "court"), (at(20, 30), "court")]
    assert staff_conflicts(at(10, 20), "court", others) == (at(0, 11), at(15, 25))


@pytest.mark.decision(7)
def test_bookings_of_one_class_share_their_staff() -> None:
    assert staff_conflicts(at(10, 20), "studio", [(at(10, 20), "studio"), (at(20, 30), "studio")]) == ()


@pytest.mark.decision(7)
def test_a_class_is_the_same_resource_and_the_identical_interval() -> None:
    assert staff_conflicts(at(10, 20), "studio", [(at(10, 20), "court")]) == (at(10, 20),)
    assert staff_conflicts(at(10, 20), "studio", [(at(10, 21), "studio")]) == (at(10, 21),)


def test_back_to_back_bookings_of_equal_seats_are_one_level() -> None:
    assert levels([(at(10, 20), 2), (at(0, 10), 2)]) == [Level(*at(0, 20), seats=2, bookings=1)]


def test_a_change_of_bookings_at_equal_seats_is_a_new_level() -> None:
    occupied = [(at(0, 10), 2), (at(10, 20), 1), (at(10, 20), 1)]
    assert levels(occupied) == [Level(*at(0, 10), seats=2, bookings=1), Level(*at(10, 20), seats=2, bookings=2)]


@given(several)
def test_levels_tell_seats_and_bookings_of_every_minute(occupied: Occupied) -> None:
    told = {
        minute: (level.seats, level.bookings)
        for level in levels(occupied)
        for minute in span_minutes(level.start, level.end)
    }
    counted = {minute: taken_at(minute, occupied) for minute in range(END)}
    assert told == {minute: here for minute, here in counted.items() if here != (0, 0)}


@given(several)
def test_levels_are_maximal(occupied: Occupied) -> None:
    for one, other in pairwise(levels(occupied)):
        assert one.end < other.start or (one.end == other.start and one[2:] != other[2:])


@given(several)
def test_the_peak_is_the_fullest_minute(occupied: Occupied) -> None:
    assert peak(occupied) == max(taken_at(minute, occupied)[0] for minute in range(END))


@given(several, several)
def test_profiles_cover_the_spans_with_maximal_stretches(open_times: Occupied, occupied: Occupied) -> None:
    spans = merge(span for span, _ in open_times)
    found = list(profiles(spans, stretches_of(occupied)))
    assert [span for span, _ in found] == spans
    for span, stretches in found:
        told = [(minute, seats) for start, end, seats in stretches for minute in span_minutes(start, end)]
        assert told == [(minute, taken_at(minute, occupied)[0]) for minute in span_minutes(*span)]
        assert all(one[2] != other[2] for one, other in pairwise(stretches))


@pytest.mark.decision(6)
@given(st.integers(1, 8), st.integers(1, 4), some, several)
def test_admission_names_exactly_who_shares_a_crowded_minute(
    capacity: int,
    seats: int,
    wanted: Interval,
    occupied: Occupied,
) -> None:
    seats = min(seats, capacity)
    crowded = {m for m in span_minutes(*wanted) if taken_at(m, occupied)[0] + seats > capacity}
    in_the_way = sorted({interval for interval, _ in occupied if crowded & set(span_minutes(*interval))})
    assert admit(capacity, seats, wanted, occupied) == tuple(in_the_way)
    assert admit(capacity, seats, wanted, reversed(occupied)) == tuple(in_the_way)


@pytest.mark.decision(6)
@given(st.integers(1, 6), st.lists(st.tuples(some, st.integers(1, 4)), max_size=25))
def test_what_is_admitted_one_by_one_never_exceeds_the_capacity(capacity: int, asked: Occupied) -> None:
    held: Occupied = []
    for wanted, more in asked:
        seats = min(more, capacity)
        if not admit(capacity, seats, wanted, held):
            held.append((wanted, seats))
    assert peak(held) <= capacity
