"""Booking calendars: the six kinds of event, and the schedules that they come from."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import set_up
from tests.api.venue import Venue
from tests.features.asking import at, desk_wrote, partner_wrote, span
from tests.writes.documents import Holds

DAY = {"startDate": "2026-04-14T22:00:00Z", "endDate": "2026-04-15T22:00:00Z"}


async def _day(
    venue: Venue, *kinds: str, token: str | None = None, resource: str | None = None
) -> list[dict[str, Any]]:
    """The events of Wednesday, whose hours are 06:00 to 18:00 UTC; of the court unless said."""
    answer = await venue.calendar(token, resource or venue.court, types=list(kinds) or None, **DAY)
    events: list[dict[str, Any]] = answer["events"]
    return events


def _spans(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The hours of events: `("06:00", "18:00")`."""
    return [(event["startDate"][11:16], event["endDate"][11:16]) for event in events]


async def _block(venue: Venue, start: str, end: str, resource: str, title: str | None = "Repairs") -> str:
    given = {"resourceId": resource, "title": title, **span(start, end)}
    answer = await venue.gateway.data(set_up("upsertBlocker", "blocker"), venue.desk, input=given)
    return str(answer["blocker"]["id"])


@pytest.mark.feature(57)
@pytest.mark.decision(3)
async def test_a_period_is_a_slot_of_the_schedule_clipped_to_the_range(venue: Venue) -> None:
    (whole,) = await _day(venue, "PERIOD")
    clipped = await venue.calendar(None, venue.court, types=["PERIOD"], **span("07:00", "08:00"))

    assert _spans([whole]) == [("06:00", "18:00")]
    assert (whole["quota"], whole["occupancy"], whole["isAvailable"], whole["displayLabel"]) == (
        1,
        0,
        True,
        "Available",
    )
    assert _spans(clipped["events"]) == [("07:00", "08:00")]
    assert (await venue.calendar(None, venue.court, types=["PERIOD"], **span("18:00", "20:00")))["events"] == []


@pytest.mark.feature(57)
async def test_a_period_tells_the_share_of_its_seats_that_is_taken(venue: Venue) -> None:
    await desk_wrote(venue, "half of the day", "06:00", "12:00", seats=2)
    (shared,) = await _day(venue, "PERIOD", resource=venue.room)
    assert (shared["occupancy"], shared["isAvailable"]) == (0.25, True)

    await desk_wrote(venue, "all", "06:00", "18:00", seats=2)
    await desk_wrote(venue, "rest", "12:00", "18:00", seats=2)
    (full,) = await _day(venue, "PERIOD", resource=venue.room)
    assert (full["occupancy"], full["isAvailable"], full["displayLabel"]) == (1, False, "Booked")


@pytest.mark.feature(58)
async def test_fragments_are_the_gaps_between_what_takes_a_single_place(venue: Venue) -> None:
    await partner_wrote(venue, "a", **span("08:00", "09:00"))
    await partner_wrote(venue, "b", **span("09:00", "10:00"))
    await Holds(venue).reserved(resourceId=venue.court, **span("12:00", "13:00"))
    await _block(venue, "17:00", "19:00", venue.court)

    fragments = await _day(venue, "PERIOD_FRAGMENT")

    assert _spans(fragments) == [("06:00", "08:00"), ("10:00", "12:00"), ("13:00", "17:00")]
    assert all((event["quota"], event["occupancy"], event["isAvailable"]) == (1, 0, True) for event in fragments)


@pytest.mark.feature(58)
async def test_fragments_tell_how_many_seats_are_left(venue: Venue) -> None:
    await desk_wrote(venue, "a", "08:00", "10:00", seats=1)
    await desk_wrote(venue, "b", "09:00", "11:00", seats=3)

    fragments = await _day(venue, "PERIOD_FRAGMENT", resource=venue.room)

    assert [(*times, event["occupancy"]) for times, event in zip(_spans(fragments), fragments, strict=True)] == [
        ("06:00", "08:00", 0), ("08:00", "09:00", 0.25), ("10:00", "11:00", 0.75), ("11:00", "18:00", 0),
    ]  # fmt: skip


@pytest.mark.feature(59)
@pytest.mark.decision(3, 18)
async def test_a_booking_stays_whole_and_shows_its_customers_to_one_who_may_see_them(venue: Venue) -> None:
    people = [{"userId": venue.john}, {"email": "guest@example.com"}]
    await desk_wrote(venue, "Workshop", "17:00", "23:00", participants=people, ownerId=venue.jane, seats=2)

    (event,) = await _day(venue, "BOOKING", resource=venue.room, token=venue.desk)

    assert (event["__typename"], _spans([event]), event["occupancy"]) == ("BookingEvent", [("17:00", "23:00")], 0.5)
    assert (event["isAvailable"], event["isBlocker"], event["displayLabel"]) == (True, False, "Jane Doe - Workshop")
    assert [(c["firstName"], c["lastName"]) for c in event["customers"]] == [("John", "Roe"), (None, None)]
    assert [p["id"] for p in event["bookings"][0]["participants"]] == [c["id"] for c in event["customers"]]
    labels = {}
    for who in ("desk", "blind", "partner", "foreigner", "admin"):
        (event,) = await _day(venue, "BOOKING", resource=venue.room, token=getattr(venue, who))
        labels[who] = event["displayLabel"], len(event["customers"])
    assert labels == {
        "desk": ("Jane Doe - Workshop", 2), "admin": ("Jane Doe - Workshop", 2), "blind": ("Workshop", 0),
        "partner": ("Booked", 0), "foreigner": ("Booked", 0),
    }  # fmt: skip


@pytest.mark.feature(59, 69)
@pytest.mark.decision(5)
async def test_every_active_booking_is_an_event_whatever_its_status(venue: Venue) -> None:
    for status in ("REQUESTED", "ACCEPTED", "INVITED", "COMPLETED", "REJECTED", "CANCELED"):
        await desk_wrote(venue, status, "08:00", "09:00", status=status)

    events = await _day(venue, "BOOKING", resource=venue.room, token=venue.desk)

    assert {event["bookings"][0]["status"] for event in events} == {"REQUESTED", "ACCEPTED", "INVITED", "COMPLETED"}
    assert {event["isAvailable"] for event in events} == {False}


@pytest.mark.feature(60)
@pytest.mark.decision(9)
async def test_a_hold_is_shown_to_everybody_until_it_expires_and_never_whose_it_is(venue: Venue) -> None:
    await Holds(venue).reserved(resourceId=venue.room, ttlSeconds=600, staffId=venue.john, **span("08:00", "09:00"))

    for token in (None, venue.desk, venue.admin):
        (event,) = await _day(venue, "BOOKING", "RESERVED_BOOKING", resource=venue.room, token=token)
        assert (event["type"], event["displayLabel"], event["customers"]) == ("RESERVED_BOOKING", "Reserved", [])
        assert (event["occupancy"], event["bookings"][0]["status"]) == (0.25, "RESERVED")
    venue.gateway.clock.advance(seconds=599, microseconds=999_999)
    assert len(await _day(venue, "RESERVED_BOOKING", resource=venue.room)) == 1
    venue.gateway.clock.advance(microseconds=1)
    assert await _day(venue, "BOOKING", "RESERVED_BOOKING", resource=venue.room) == []
    assert _spans(await _day(venue, "PERIOD_FRAGMENT", resource=venue.room)) == [("06:00", "18:00")]


@pytest.mark.decision(9)
@pytest.mark.feature(69)
async def test_an_expired_hold_frees_its_seats_at_that_instant(venue: Venue) -> None:
    holds = Holds(venue)
    await holds.reserved(resourceId=venue.court, ttlSeconds=600)

    venue.gateway.clock.advance(seconds=599, microseconds=999_999)
    assert (await venue.upsert())["code"] == "COURT_BOOKING_OVERLAP"
    venue.gateway.clock.advance(microseconds=1)
    assert (await venue.upsert())["outcome"] == "CREATED"
    assert (await holds.reserve(ttlSeconds=86_401))["code"] == "INVALID_SCHEMA"


@pytest.mark.feature(61)
@pytest.mark.decision(8, 18)
async def test_a_blocker_takes_the_whole_resource(venue: Venue) -> None:
    await desk_wrote(venue, "there already", "08:00", "10:00")
    blocker = await _block(venue, "09:00", "11:00", venue.room)

    for token, label in ((None, "Blocked"), (venue.foreigner, "Blocked"), (venue.desk, "Repairs")):
        (event,) = await _day(venue, "BLOCKER", resource=venue.room, token=token)
        assert (event["isBlocker"], event["isAvailable"], event["occupancy"]) == (True, False, 1)
        assert (event["displayLabel"], event["customers"], event["bookings"]) == (label, [], [])
        assert event["id"] != blocker
    (booking,) = await _day(venue, "BOOKING", resource=venue.room)
    assert booking["isAvailable"] is False
    fragments = await _day(venue, "PERIOD_FRAGMENT", resource=venue.room)
    assert _spans(fragments) == [("06:00", "08:00"), ("08:00", "09:00"), ("11:00", "18:00")]
    assert (await Holds(venue).reserve(startDate=at("10:30"), endDate=at("11:30")))["code"] == "COURT_BOOKING_OVERLAP"
    document = set_up("deleteBlocker", "blocker")
    assert (await venue.gateway.data(document, venue.desk, input={"id": blocker}))["blocker"] == {"id": blocker}
    assert await _day(venue, "BLOCKER", resource=venue.room) == []


@pytest.mark.feature(62, 63)
async def test_a_large_resource_counts_its_bookings_and_names_none(venue: Venue) -> None:
    await desk_wrote(venue, "a", "08:00", "10:00", resourceId=venue.hall, seats=10, ownerId=venue.jane)
    await desk_wrote(venue, "b", "09:00", "11:00", resourceId=venue.hall, seats=30)

    events = await _day(venue, resource=venue.hall, token=venue.desk)

    assert {event["type"] for event in events} == {"PERIOD", "PERIOD_FRAGMENT", "BOOKING_COUNT"}
    counts = [event for event in events if event["type"] == "BOOKING_COUNT"]
    assert [(*times, e["bookingCount"], e["occupancy"], e["displayLabel"], e["isAvailable"])
            for times, e in zip(_spans(counts), counts, strict=True)] == [
        ("08:00", "09:00", 1, 0.25, "10 of 40", True),
        ("09:00", "10:00", 2, 1.0, "40 of 40", False),
        ("10:00", "11:00", 1, 0.75, "30 of 40", True),
    ]  # fmt: skip
    assert all(event["customers"] == [] and event["bookings"] == [] for event in counts)


@pytest.mark.feature(63)
@pytest.mark.parametrize(("capacity", "kind"), [(25, "BOOKING"), (26, "BOOKING_COUNT")])
async def test_up_to_25_seats_bookings_are_shown_above_they_are_counted(venue: Venue, capacity: int, kind: str) -> None:
    given = {"id": venue.hall, "locationId": venue.location, "name": "hall", "type": "HOT_DESK", "capacity": capacity}
    await venue.gateway.data(set_up("upsertResource", "resource"), venue.desk, input=given)
    await desk_wrote(venue, "a", "08:00", "10:00", resourceId=venue.hall)

    found = await _day(venue, "BOOKING", "RESERVED_BOOKING", "BOOKING_COUNT", resource=venue.hall, token=venue.desk)

    assert [(event["type"], event["quota"]) for event in found] == [(kind, capacity)]


@pytest.mark.feature(64, 58)
async def test_only_the_asked_kinds_come(venue: Venue) -> None:
    await partner_wrote(venue, "a")
    await _block(venue, "12:00", "13:00", venue.court)
    every = await _day(venue)

    for kind in ("PERIOD", "PERIOD_FRAGMENT", "BOOKING", "RESERVED_BOOKING", "BLOCKER", "BOOKING_COUNT"):
        assert await _day(venue, kind) == [event for event in every if event["type"] == kind]
    answer = await venue.calendar(None, venue.court, types=[])
    assert answer["events"] == []


@pytest.mark.decision(8)
async def test_an_upsert_is_never_refused_by_schedule_blocker_or_policy(venue: Venue) -> None:
    policy = {"bookingStepMinutes": 60, "minDurationMinutes": 60, "maxDurationMinutes": 60, "preparationMinutes": 30}
    given = {
        "id": venue.court, "locationId": venue.location, "name": "court", "type": "COURT", "noticeMinutes": 60,
        "horizonDays": 1, **policy,
    }  # fmt: skip
    await venue.gateway.data(set_up("upsertResource", "resource"), venue.desk, input=given)
    await _block(venue, "08:00", "09:00", venue.court)

    for name, times in (
        ("blocked", span("08:00", "08:45")),
        ("no buffer, no step", span("08:45", "08:50")),
        ("at night", span("01:00", "02:00")),
        ("on Sunday", span("08:00", "09:00", "2026-04-19")),
        ("in the past", span("08:00", "09:00", "2020-04-15")),
        ("far ahead", span("08:00", "09:00", "2036-04-15")),
    ):
        await partner_wrote(venue, name, **times)
    assert (await venue.upsert(externalBookingId="taken", startDate=at("08:10")))["code"] == "COURT_BOOKING_OVERLAP"
