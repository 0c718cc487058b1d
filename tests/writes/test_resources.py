"""Resources changed under their bookings, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.clients import Clock
from tests.api.venue import Venue
from tests.writes.changes import kinds
from tests.writes.documents import Holds

DOCUMENT = """
mutation ($input: UpsertResourceInput!) {
  upsertResource(input: $input) {
    __typename ... on UserError { code path } ... on BookingOverlap { conflicts { startDate endDate } }
  }
}"""
TEN = {"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T09:00:00Z"}
HALF_PAST = {"startDate": "2026-04-15T08:30:00Z", "endDate": "2026-04-15T09:30:00Z"}


async def change_room(venue: Venue, **changes: Any) -> Any:
    given = {"id": venue.room, "locationId": venue.location, "name": "room", "type": "ROOM", "capacity": 4, **changes}
    return await venue.gateway.data(DOCUMENT, venue.desk, input=given)


@pytest.mark.decision(6)
async def test_a_capacity_is_not_lowered_below_what_is_booked(venue: Venue) -> None:
    await venue.book(seats=2)

    assert (await change_room(venue, capacity=1))["conflicts"] == [TEN]
    assert (await change_room(venue, capacity=2))["__typename"] == "UpsertResourceSuccess"
    assert (await venue.book())["__typename"] == "BookingOverlap"


@pytest.mark.decision(6)
async def test_expired_holds_do_not_keep_a_capacity_up(venue: Venue, clock: Clock) -> None:
    for _ in range(2):
        await Holds(venue).reserved(ttlSeconds=1)
    clock.advance(seconds=1)

    assert (await change_room(venue, capacity=1))["__typename"] == "UpsertResourceSuccess"
    assert await kinds(venue.gateway.database) == ["RESERVED", "RESERVED", "EXPIRED", "EXPIRED"]


@pytest.mark.decision(7)
async def test_a_resource_cannot_come_to_stand_for_a_person_who_is_elsewhere(venue: Venue) -> None:
    await venue.book()
    await venue.book(resourceId=venue.hall, staffId=venue.john, **HALF_PAST)

    refused = await change_room(venue, userId=venue.john)
    assert (refused["path"], refused["conflicts"]) == (["input", "userId"], [HALF_PAST])
    assert (await change_room(venue, userId=venue.jane))["__typename"] == "UpsertResourceSuccess"


@pytest.mark.decision(7)
async def test_a_resource_cannot_come_to_stand_for_a_person_with_bookings_of_its_own_that_overlap(venue: Venue) -> None:
    await venue.book()
    await venue.book(**HALF_PAST)

    assert (await change_room(venue, userId=venue.john))["conflicts"] == [TEN, HALF_PAST]


@pytest.mark.decision(7)
async def test_a_booked_resource_that_stands_for_a_person_occupies_the_person(venue: Venue) -> None:
    await change_room(venue, userId=venue.john)
    await venue.book()

    refused = await venue.book(resourceId=venue.hall, staffId=venue.john, **HALF_PAST)
    other = await venue.book(resourceId=venue.hall, staffId=venue.jane, **HALF_PAST)
    again = await venue.book(resourceId=venue.room, **HALF_PAST)

    assert refused["conflicts"] == [TEN]
    assert other["__typename"] == "UpsertBookingSuccess"
    assert again["conflicts"] == [TEN]
    assert (await venue.book())["__typename"] == "UpsertBookingSuccess", "one session may seat several"


@pytest.mark.decision(6, 7)
async def test_a_change_of_capacity_and_person_is_refused_with_all_that_is_in_the_way_of_both(venue: Venue) -> None:
    await venue.book(seats=2)
    await venue.book(resourceId=venue.hall, staffId=venue.john, **HALF_PAST)

    refused = await change_room(venue, capacity=1, userId=venue.john)

    assert (refused["path"], refused["conflicts"]) == (["input", "capacity"], [TEN, HALF_PAST])
