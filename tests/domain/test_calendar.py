"""The six kinds of event of a resource, by example."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from domain.calendar import events, in_order
from domain.calendar_records import Customer, Party
from domain.enums import BookingStatus, CalendarEventType
from domain.intervals import Interval
from domain.records import Schedule
from tests.domain.scenes import (
    BLOCKER,
    BOOKING,
    COUNT,
    DAY,
    FRAGMENT,
    HOLD,
    HOUR,
    JANE,
    NINE_TO_FIVE,
    NOW,
    PERIOD,
    WHOLE_DAY,
    Given,
    hours,
    make_blocker,
    make_booking,
    make_hold,
    make_resource,
    only,
    show,
)


@pytest.mark.feature(57)
def test_a_free_period_is_its_own_only_fragment() -> None:
    period, fragment = show(Given())
    assert (period.type, fragment.type) == (PERIOD, FRAGMENT)
    assert hours(period) == hours(fragment) == (9, 17)
    assert (period.occupancy, period.is_available, period.display_label) == (0.0, True, "Available")
    assert (fragment.occupancy, fragment.is_available, fragment.display_label) == (0.0, True, "Available")


@pytest.mark.feature(58)
def test_the_fragments_of_a_single_place_are_exactly_the_gaps() -> None:
    case = Given(bookings=[make_booking((10, 11)), make_hold((11, 12))], blockers=(make_blocker((15, 20)),))
    assert [hours(event) for event in show(case, FRAGMENT)] == [(9, 10), (12, 15)]
    assert only(show(case, PERIOD)).occupancy == 4 / 8


@pytest.mark.feature(58)
def test_a_fragment_tells_the_constant_level_of_its_seats() -> None:
    found = show(Given(4, [make_booking((10, 12), 3), make_booking((11, 12), 1)]), FRAGMENT)
    assert [(hours(event), event.occupancy) for event in found] == [((9, 10), 0.0), ((10, 11), 0.75), ((12, 17), 0.0)]


@pytest.mark.feature(58)
def test_bookings_that_take_turns_do_not_split_a_fragment() -> None:
    found = show(Given(2, [make_booking((9, 12)), make_booking((12, 17))]), FRAGMENT)
    assert [(hours(event), event.occupancy) for event in found] == [((9, 17), 0.5)]


@pytest.mark.feature(57)
def test_a_period_with_nothing_left_says_what_took_it() -> None:
    booked = only(show(Given(bookings=[make_booking((8, 18))]), PERIOD))
    assert (booked.is_available, booked.occupancy, booked.display_label) == (False, 1.0, "Booked")
    blocked = only(show(Given(blockers=(make_blocker((8, 12)), make_blocker((12, 18)))), PERIOD))
    assert (blocked.is_available, blocked.occupancy, blocked.display_label) == (False, 1.0, "Blocked")


@pytest.mark.feature(59)
@pytest.mark.decision(3)
def test_bookings_stay_whole_and_periods_are_clipped() -> None:
    window = Interval(DAY + 10 * HOUR, DAY + 11 * HOUR)
    case = Given(2, [make_booking((8, 12))], (make_blocker((7, 20)),))
    found = {event.type: hours(event) for event in show(case, window=window)}
    assert found == {PERIOD: (10, 11), BOOKING: (8, 12), BLOCKER: (7, 20)}


@pytest.mark.decision(1)
def test_what_only_touches_the_window_is_not_in_it() -> None:
    window = Interval(DAY + 10 * HOUR, DAY + 11 * HOUR)
    case = Given(bookings=[make_booking((9, 10)), make_booking((11, 12))], blockers=(make_blocker((11, 12)),))
    assert show(case, BOOKING, BLOCKER, window=window) == []


@pytest.mark.feature(59)
@pytest.mark.parametrize("status", [status for status in BookingStatus if status is not BookingStatus.RESERVED])
def test_every_active_booking_is_shown_whatever_its_status(status: BookingStatus) -> None:
    active = {"REQUESTED", "ACCEPTED", "INVITED", "COMPLETED", "NO_SHOW"}
    found = show(Given(bookings=[make_booking((10, 11), status=status)]), BOOKING)
    assert [event.bookings[0].status for event in found] == [status] * (status in active)


@pytest.mark.feature(59)
def test_a_booking_outside_the_schedule_is_shown() -> None:
    assert hours(only(show(Given(bookings=[make_booking((19, 20))]), BOOKING))) == (19, 20)


@pytest.mark.feature(60)
def test_a_hold_never_shows_a_customer() -> None:
    hold = make_hold((10, 11))
    event = only(show(Given(bookings=[hold], parties={hold.id: Party(JANE, (JANE,))}), HOLD))
    assert (event.customers, event.display_label, event.bookings) == ((), "Reserved", (hold,))


@pytest.mark.feature(60)
def test_an_expired_hold_is_gone() -> None:
    expired = make_hold((10, 11))._replace(expires_at=NOW)
    assert [event.type for event in show(Given(bookings=[expired]))] == [PERIOD, FRAGMENT]


@pytest.mark.feature(61)
def test_a_blocker_takes_the_whole_resource() -> None:
    case = Given(4, [], (make_blocker((10, 11)),))
    event = only(show(case, BLOCKER))
    assert (event.occupancy, event.is_available, event.is_blocker, event.quota) == (1.0, False, True, 4)
    assert [hours(event) for event in show(case, FRAGMENT)] == [(9, 10), (11, 17)]


@pytest.mark.feature(62)
def test_a_large_resource_counts_its_bookings() -> None:
    case = Given(40, [make_booking((9, 12), 8), make_hold((11, 13), 4)], (make_blocker((12.5, 14)),))
    found = show(case, BOOKING, HOLD, COUNT)
    told = [(hours(event), event.display_label, event.booking_count, event.is_available) for event in found]
    assert told == [
        ((9, 11), "8 of 40", 1, True),
        ((11, 12), "12 of 40", 2, True),
        ((12, 13), "4 of 40", 1, False),
    ]
    assert [event.occupancy for event in found] == [0.2, 0.3, 0.1]
    assert not any(event.bookings or event.customers for event in found)


@pytest.mark.feature(62)
@pytest.mark.decision(3)
def test_counts_are_clipped_to_the_window() -> None:
    window = Interval(DAY + 10 * HOUR, DAY + 11 * HOUR)
    assert hours(only(show(Given(40, [make_booking((9, 12))]), COUNT, window=window))) == (10, 11)


@pytest.mark.feature(63)
@pytest.mark.parametrize(("capacity", "kind"), [(25, BOOKING), (26, COUNT)])
def test_up_to_25_seats_bookings_are_listed_above_they_are_counted(capacity: int, kind: CalendarEventType) -> None:
    assert only(show(Given(capacity, [make_booking((10, 11))]), BOOKING, HOLD, COUNT)).type is kind


@pytest.mark.feature(64)
def test_a_booking_is_available_while_a_seat_is_free_and_nothing_blocks_it() -> None:
    bookings = [make_booking((9, 11), number=101), make_booking((10, 11), number=102), make_booking((12, 13))]
    found = show(Given(2, bookings), BOOKING)
    assert [event.is_available for event in found] == [False, False, True]
    blocked = show(Given(2, bookings, (make_blocker((12.5, 14)),)), BOOKING)
    assert [event.is_available for event in blocked] == [False, False, False]
    beside = show(Given(2, bookings, (make_blocker((13, 14)),)), BOOKING)
    assert [event.is_available for event in beside] == [False, False, True]


@pytest.mark.feature(64)
@pytest.mark.parametrize(
    ("title", "party", "label"),
    [
        ("Workshop", Party(JANE, (JANE,)), "Jane Doe - Workshop"),
        ("Workshop", Party(None, (Customer("p0", None, None), JANE)), "Jane Doe - Workshop"),
        ("Workshop", Party(Customer("p0", "Ann", None), (JANE,)), "Ann - Workshop"),
        (None, Party(JANE), "Jane Doe"),
        ("Workshop", Party(), "Workshop"),
        ("Workshop", None, "Workshop"),
        (None, None, "Booked"),
    ],
)
@pytest.mark.decision(18)
def test_a_label_says_what_the_viewer_may_see(title: str | None, party: Party | None, label: str) -> None:
    booking = make_booking((10, 11), title=title)
    parties = {booking.id: party} if party else {}
    event = only(show(Given(bookings=[booking], parties=parties), BOOKING))
    assert event.display_label == label
    assert event.customers == (party.customers if party else ())


@pytest.mark.decision(17)
def test_the_labels_of_blockers_and_holds_are_neutral_without_a_title() -> None:
    blockers = (make_blocker((10, 11), number=301), make_blocker((11, 12), "Cleaning", number=302))
    holds = [make_hold((12, 13), number=201), make_hold((13, 14), title="For Jane", number=202)]
    found = show(Given(1, holds, blockers), HOLD, BLOCKER)
    assert [event.display_label for event in found] == ["Blocked", "Cleaning", "Reserved", "For Jane"]


@pytest.mark.feature(66)
@pytest.mark.parametrize("schedule", [None, Schedule()])
def test_a_resource_without_a_schedule_has_no_events(schedule: Schedule | None) -> None:
    assert show(Given(1, [make_booking((10, 11))], (make_blocker((12, 13)),), schedule=schedule)) == []


@pytest.mark.feature(55)
@pytest.mark.decision(4)
def test_local_times_are_in_the_asked_zone_else_the_resources() -> None:
    resource = make_resource()._replace(timezone="Asia/Kathmandu")
    asked, own = (
        events(resource, NINE_TO_FIVE, [], (), {}, window=WHOLE_DAY, now=NOW, timezone=timezone)
        for timezone in ("Europe/Berlin", None)
    )
    assert asked[0].start_date == own[0].start_date == DAY + 3.25 * HOUR
    assert asked[0].local_start == datetime(2026, 4, 15, 5, 15)  # noqa: DTZ001 - a wall clock
    assert own[0].local_start == datetime(2026, 4, 15, 9)  # noqa: DTZ001 - a wall clock


@pytest.mark.feature(64)
def test_occupancy_stays_at_most_one_where_the_capacity_was_lowered_after_a_booking() -> None:
    case = Given(2, [make_booking((9, 17), 3)])
    assert [event.occupancy for event in show(case)] == [1.0, 1.0]
    assert [event.type for event in show(case)] == [PERIOD, BOOKING]


@pytest.mark.feature(64)
def test_ids_are_uuids_that_never_equal_a_records() -> None:
    case = Given(2, [make_booking((10, 11)), make_hold((12, 13))], (make_blocker((14, 15)),))
    found = [*show(case), *show(case._replace(capacity=40))]
    assert {UUID(event.id).version for event in found} == {8}
    assert {UUID(event.id).variant for event in found} == {"specified in RFC 4122"}
    assert not {event.id for event in found} & {make_resource().id, *(UUID(int=n).__str__() for n in (100, 200, 300))}


@pytest.mark.feature(64)
def test_ids_stay_when_the_window_moves_but_for_what_it_clips() -> None:
    case = Given(2, [make_booking((10, 11))])
    one, other = (show(case, window=Interval(DAY, DAY + end * HOUR)) for end in (20, 16))
    same = {event.type for event in one if event.id in {moved.id for moved in other}}
    assert same == {FRAGMENT, BOOKING}
    assert [event.id for event in one] == [event.id for event in show(case, window=Interval(DAY, DAY + 20 * HOUR))]


def test_events_are_ordered_by_start_then_kind_then_resource() -> None:
    case = Given(2, [make_booking((9, 10), number=102), make_booking((9, 10), number=101)], (make_blocker((9, 10)),))
    second = [event._replace(resource=event.resource._replace(id=str(UUID(int=2)))) for event in show(case)]
    found = in_order([*second, *show(case)])
    starts = [(event.start_date, list(CalendarEventType).index(event.type), event.resource.id) for event in found]
    assert starts == sorted(starts)
    assert in_order(reversed(found)) == found


@pytest.mark.parametrize("kind", list(CalendarEventType))
def test_asking_for_one_kind_shows_what_asking_for_all_shows_of_it(kind: CalendarEventType) -> None:
    for capacity in (2, 40):
        case = Given(capacity, [make_booking((10, 11)), make_hold((10, 12))], (make_blocker((14, 15)),))
        assert show(case, kind) == [event for event in show(case) if event.type is kind]
