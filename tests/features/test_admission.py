"""Seats: what is taken at any instant never exceeds what there is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import BOOKINGS, set_up
from tests.api.venue import Venue
from tests.features.asking import desk_wrote, issues, outcome, span
from tests.writes.documents import STATUS, Holds


@pytest.mark.decision(6)
@pytest.mark.feature(22, 36)
async def test_the_seats_of_a_room_are_taken_to_the_last_at_every_instant(venue: Venue) -> None:
    """Four seats: two from 8 to 10, two from 9 to 11; so from 8 to 9 and from 10 to 11 two are left."""
    await desk_wrote(venue, "a", "08:00", "10:00", seats=2)
    await desk_wrote(venue, "b", "09:00", "11:00", seats=2)

    for start, end, seats, conflicts in (
        ("08:00", "09:00", 3, [span("08:00", "10:00")]),
        ("08:00", "09:00:00.000001", 1, [span("08:00", "10:00"), span("09:00", "11:00")]),
        ("10:00", "11:00", 3, [span("09:00", "11:00")]),
        ("07:00", "12:00", 1, [span("08:00", "10:00"), span("09:00", "11:00")]),
    ):
        answer = await venue.book(seats=seats, **span(start, end))
        assert (answer["code"], answer["path"], answer["conflicts"]) == (
            "COURT_BOOKING_OVERLAP", ["input", "resourceId"], conflicts,
        )  # fmt: skip
    for start, end in (("08:00", "09:00"), ("10:00", "11:00")):
        assert outcome(await venue.book(seats=2, **span(start, end))) == "CREATED"


@pytest.mark.decision(6)
async def test_a_booking_does_not_stand_in_its_own_way(venue: Venue) -> None:
    booking = await desk_wrote(venue, "a", "08:00", "10:00", seats=3)

    assert outcome(await venue.book(id=booking["id"], seats=4, **span("08:30", "10:30"))) == "REPLACED"
    assert issues(await venue.book(id=booking["id"], seats=5)) == [("INVALID_SCHEMA", "input.seats")]


@pytest.mark.decision(6)
@pytest.mark.feature(40)
async def test_a_capacity_is_lowered_down_to_what_is_booked_from_now_on(venue: Venue) -> None:
    given = {"id": venue.room, "locationId": venue.location, "name": "room", "type": "ROOM"}
    document = set_up("upsertResource", "resource", "capacity")
    await desk_wrote(venue, "over", "07:00", "08:00", seats=4, **span("07:00", "08:00", "2026-04-13"))
    await desk_wrote(venue, "a", "08:00", "10:00", seats=2)
    await desk_wrote(venue, "b", "10:00", "11:00", seats=3)

    refused = await venue.gateway.data(document, venue.desk, input={**given, "capacity": 2})
    lowered = await venue.gateway.data(document, venue.desk, input={**given, "capacity": 3})

    assert (refused["code"], refused["path"]) == ("COURT_BOOKING_OVERLAP", ["input", "capacity"])
    assert refused["conflicts"] == [span("10:00", "11:00")]
    assert lowered["resource"] == {"capacity": 3}
    assert (await venue.book(seats=2, **span("08:00", "09:00")))["code"] == "COURT_BOOKING_OVERLAP"


@pytest.mark.decision(6)
@pytest.mark.feature(22)
async def test_a_booking_moved_to_a_smaller_resource_says_that_it_is_too_small(venue: Venue) -> None:
    booking = await desk_wrote(venue, "a", "08:00", "10:00", seats=3)

    answer = await venue.book(id=booking["id"], resourceId=venue.court, participants=[{"email": "a@example.com"}])
    assert issues(answer) == [("INVALID_SCHEMA", "input.seats")]


@pytest.mark.decision(6, 10)
async def test_a_booking_that_is_larger_than_a_lowered_capacity_cannot_come_back(venue: Venue) -> None:
    """Nothing stands in its way, least of all itself."""
    canceled = await desk_wrote(venue, "a", "08:00", "10:00", seats=3, status="CANCELED")
    await lowered(venue, 2)

    answer = await venue.gateway.data(STATUS, venue.desk, input={"ref": {"id": canceled["id"]}, "status": "ACCEPTED"})

    assert issues(answer) == [("INVALID_SCHEMA", "input.status")]


@pytest.mark.decision(6)
async def test_a_hold_of_the_past_that_is_larger_than_a_lowered_capacity_cannot_be_confirmed(venue: Venue) -> None:
    holds = Holds(venue)
    secret = await holds.reserved(seats=3, **span("06:00", "07:00", "2026-04-13"))
    await lowered(venue, 2)

    assert issues(await holds.confirm(secret)) == [("INVALID_SCHEMA", "input.reservationToken")]
    assert issues(await holds.extend(secret, 60)) == [("INVALID_SCHEMA", "input.reservationToken")]


@pytest.mark.decision(6, 7)
@pytest.mark.feature(22)
async def test_all_that_stands_in_the_way_is_named_by_start_seats_and_staff_alike(venue: Venue) -> None:
    await desk_wrote(venue, "cut", "07:30", "08:30", resourceId=venue.hall, staffId=venue.john)
    await desk_wrote(venue, "full", "08:00", "09:00", seats=4)
    await desk_wrote(venue, "like it", "08:00", "09:00", resourceId=venue.hall, staffId=venue.jane)
    await desk_wrote(venue, "late", "09:00", "10:00", resourceId=venue.hall, staffId=venue.john)
    wanted = span("08:15", "09:30")

    of_john = await venue.book(staffId=venue.john, **wanted)
    of_jane = await venue.book(staffId=venue.jane, **wanted)

    assert (of_john["path"], of_jane["path"]) == (["input", "resourceId"], ["input", "resourceId"])
    assert of_john["conflicts"] == [span("07:30", "08:30"), span("08:00", "09:00"), span("09:00", "10:00")]
    assert of_jane["conflicts"] == [span("08:00", "09:00")]


@pytest.mark.decision(6, 7, 8)
async def test_what_stands_in_the_way_of_a_hold_are_blockers_too(venue: Venue) -> None:
    blocked = {"resourceId": venue.room, **span("08:30", "09:30")}
    await venue.gateway.data(set_up("upsertBlocker", "blocker"), venue.desk, input=blocked)
    await desk_wrote(venue, "full", "08:00", "09:00", seats=4)
    await desk_wrote(venue, "cut", "09:00", "10:00", resourceId=venue.hall, staffId=venue.john)
    holds = Holds(venue)
    late: dict[str, Any] = span("08:45", "09:45")
    later: dict[str, Any] = span("09:30", "10:00")

    of_all = await holds.reserve(staffId=venue.john, **late)
    of_two = await holds.reserve(**late)
    of_staff = await holds.reserve(staffId=venue.john, **later)

    assert of_all["conflicts"] == [span("08:00", "09:00"), span("08:30", "09:30"), span("09:00", "10:00")]
    assert of_two["conflicts"] == [span("08:00", "09:00"), span("08:30", "09:30")]
    assert of_staff["conflicts"] == [span("09:00", "10:00")]
    assert [answer["path"][1] for answer in (of_all, of_two, of_staff)] == ["resourceId", "resourceId", "staffId"]


@pytest.mark.decision(6, 7)
async def test_an_overlap_leads_to_a_field_of_its_own_input(venue: Venue) -> None:
    holds = Holds(venue)
    canceled = await desk_wrote(venue, "back", "08:00", "09:00", seats=4, status="CANCELED")
    secret = await holds.reserved(staffId=venue.john, ttlSeconds=60)
    clock = venue.gateway.clock

    move = {"ref": {"id": canceled["id"]}, "status": "ACCEPTED"}
    by_status = await venue.gateway.data(STATUS, venue.desk, input=move)
    clock.advance(seconds=60)
    await desk_wrote(venue, "cut", "08:00", "09:00", resourceId=venue.hall, staffId=venue.john)
    clock.advance(seconds=-1)  # by this process's clock the hold still stands

    assert (by_status["code"], by_status["path"]) == ("COURT_BOOKING_OVERLAP", ["input", "status"])
    for answer in (await holds.confirm(secret), await holds.extend(secret, 60)):
        assert (answer["code"], answer["path"]) == ("COURT_BOOKING_OVERLAP", ["input", "reservationToken"])


async def lowered(venue: Venue, capacity: int) -> None:
    """Lower the room's capacity."""
    given = {"id": venue.room, "locationId": venue.location, "name": "room", "type": "ROOM", "capacity": capacity}
    answer = await venue.gateway.data(set_up("upsertResource", "resource"), venue.desk, input=given)
    assert answer["__typename"] == "UpsertResourceSuccess", answer


@pytest.mark.decision(13, 10)
@pytest.mark.feature(50)
async def test_the_desk_itself_can_set_a_status_back(venue: Venue) -> None:
    """Only a partner's repeated write leaves a status alone that the desk has changed."""
    booking = (await venue.book(status="ACCEPTED"))["booking"]
    move = {"ref": {"id": booking["id"]}, "status": "CANCELED"}
    await venue.gateway.data(STATUS, venue.desk, input=move)

    again = await venue.book(id=booking["id"], status="ACCEPTED")
    left_out = await venue.book(id=booking["id"])

    assert (again["outcome"], again["booking"]["status"]) == ("REPLACED", "ACCEPTED")
    assert (left_out["outcome"], left_out["booking"]["status"]) == ("UNCHANGED", "ACCEPTED")
    nodes = (await venue.gateway.data(BOOKINGS, venue.desk))["nodes"]
    assert [node["status"] for node in nodes] == ["ACCEPTED"]


@pytest.mark.decision(13)
@pytest.mark.feature(21)
async def test_a_partners_repeated_write_leaves_the_desks_status(venue: Venue) -> None:
    booking = (await venue.upsert(status="ACCEPTED"))["booking"]
    await venue.gateway.data(STATUS, venue.desk, input={"ref": {"id": booking["id"]}, "status": "NO_SHOW"})

    for status in ("ACCEPTED", None):
        repeated = await venue.upsert(status=status)
        assert (repeated["outcome"], repeated["booking"]["status"]) == ("UNCHANGED", "NO_SHOW")
    other = await venue.upsert(status="REQUESTED")
    newer = await venue.upsert(status="ACCEPTED", externalUpdatedAt="2026-04-13T07:30:00Z")
    assert (other["code"], newer["booking"]["status"]) == ("VERSION_CONFLICT", "ACCEPTED")
