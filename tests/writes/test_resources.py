"""Resources changed under their bookings, over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from storage.booking_reading import bookings
from storage.statements import Statement
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
START = datetime.fromisoformat("2026-04-15T08:00:00Z")
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


@pytest.mark.decision(6)
async def test_a_capacity_of_one_comes_back_over_a_past_that_holds_two_at_once(venue: Venue, clock: Clock) -> None:
    """What one seat was enough for, before it became two, keeps no later booking out."""
    await change_room(venue, capacity=1)
    await venue.book()
    clock.now = START + timedelta(hours=2)
    await change_room(venue, capacity=2)
    await venue.book(startDate="2026-04-15T08:30:00Z", endDate="2026-04-15T11:00:00Z")

    assert (await change_room(venue, capacity=1))["__typename"] == "UpsertResourceSuccess"
    assert (await venue.book(startDate="2026-04-15T10:30:00Z", endDate="2026-04-15T12:00:00Z"))["conflicts"]


async def test_a_capacity_of_one_comes_back_in_a_store_whose_past_was_left_exclusive(
    venue: Venue, clock: Clock
) -> None:
    """As versions did that gave two seats to what was to come alone."""
    await change_room(venue, capacity=1)
    await venue.book()
    clock.now = START + timedelta(hours=2)
    await change_room(venue, capacity=2)
    left = Statement(update(bookings).values(exclusive=True))
    await venue.gateway.database.write(lambda tx: tx.fetch(left))
    await venue.book(startDate="2026-04-15T08:30:00Z", endDate="2026-04-15T11:00:00Z")

    assert (await change_room(venue, capacity=1))["__typename"] == "UpsertResourceSuccess"


@pytest.mark.decision(6)
async def test_what_was_booked_before_a_capacity_was_lowered_is_repeated_without_effect(
    venue: Venue, clock: Clock
) -> None:
    given: dict[str, Any] = {"resourceId": venue.room, "seats": 3}
    await venue.upsert(**given)
    clock.now = START + timedelta(hours=2)
    assert (await change_room(venue, capacity=2))["__typename"] == "UpsertResourceSuccess"

    assert (await venue.upsert(**given))["outcome"] == "UNCHANGED"
    changed = await venue.upsert(**given, title="Match", externalUpdatedAt="2026-04-13T07:01:00Z")
    assert (changed["__typename"], changed["path"]) == ("InvalidInput", ["input", "seats"])


async def test_what_was_booked_before_a_room_became_a_court_is_repeated_without_effect(venue: Venue) -> None:
    given: dict[str, Any] = {"resourceId": venue.room, "participants": []}
    await venue.upsert(**given)
    await change_room(venue, type="COURT")

    assert (await venue.upsert(**given))["outcome"] == "UNCHANGED"
    changed = await venue.upsert(**given, title="Match", externalUpdatedAt="2026-04-13T07:01:00Z")
    assert (changed["__typename"], changed["path"]) == ("InvalidInput", ["input", "participants"])


async def test_a_hold_confirmed_before_its_room_became_a_court_is_confirmed_again(venue: Venue) -> None:
    holds = Holds(venue)
    secret = await holds.reserved()
    confirmed = await holds.confirm(secret)
    await change_room(venue, type="COURT")

    assert (await holds.confirm(secret))["booking"] == confirmed["booking"]
    assert (await holds.confirm(secret, title="Match"))["path"] == ["input", "participants"]


async def test_only_who_writes_for_a_service_is_told_that_its_booking_is_repeated(venue: Venue) -> None:
    given: dict[str, Any] = {"resourceId": venue.room, "participants": []}
    await venue.upsert(**given)
    await change_room(venue, type="COURT")

    guessed = await venue.upsert(venue.rival, externalServiceId=venue.service, **given)
    assert (guessed["__typename"], guessed["path"]) == ("InvalidInput", ["input", "participants"])


@pytest.mark.decision(6)
async def test_a_hold_of_more_seats_than_are_left_is_the_same_when_asked_for_again(venue: Venue, clock: Clock) -> None:
    asked: dict[str, Any] = {"seats": 3, "idempotencyKey": "k", "ttlSeconds": 60}
    held = await Holds(venue).reserve(**asked)
    clock.advance(seconds=61)
    await change_room(venue, capacity=2)

    assert (await Holds(venue).reserve(**asked))["booking"]["id"] == held["booking"]["id"]
    assert (await Holds(venue).reserve(**{**asked, "idempotencyKey": "l"}))["path"] == ["input", "seats"]


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
