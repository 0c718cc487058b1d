"""Moves between statuses, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.clients import Clock
from tests.api.venue import Venue, uid
from tests.writes.changes import kinds
from tests.writes.documents import STATUS, Holds

STATUSES = ("REQUESTED", "ACCEPTED", "INVITED", "REJECTED", "CANCELED", "COMPLETED", "NO_SHOW")
LEGAL = {
    "REQUESTED": {"ACCEPTED", "REJECTED", "CANCELED"},
    "INVITED": {"ACCEPTED", "REJECTED", "CANCELED"},
    "ACCEPTED": {"COMPLETED", "NO_SHOW", "CANCELED"},
    "COMPLETED": {"NO_SHOW"},
    "NO_SHOW": {"COMPLETED"},
    "CANCELED": {"REQUESTED", "ACCEPTED"},
    "REJECTED": {"REQUESTED", "ACCEPTED"},
}


async def move(venue: Venue, booking: Any, status: str, token: str | None = None, **given: Any) -> Any:
    dry_run = given.pop("dry_run", False)
    given = {"ref": {"id": booking["id"]}, "status": status, **given}
    return await venue.gateway.data(STATUS, token or venue.desk, input=given, dryRun=dry_run)


@pytest.mark.decision(10)
@pytest.mark.parametrize("status", STATUSES)
async def test_from_each_status_only_the_legal_moves_are_made(venue: Venue, status: str) -> None:
    for wanted in STATUSES:
        booking = (await venue.book(resourceId=venue.hall, status=status))["booking"]

        answer = await move(venue, booking, wanted)

        if wanted == status:
            assert answer["booking"]["version"] == 1
        elif wanted in LEGAL[status]:
            assert (answer["booking"]["status"], answer["booking"]["version"]) == (wanted, 2)
        else:
            assert (answer["__typename"], answer["path"]) == ("InvalidInput", ["input", "status"])


@pytest.mark.decision(10)
@pytest.mark.parametrize("status", ["RESERVED", "EXPIRED"])
async def test_the_states_of_holds_cannot_be_set(venue: Venue, status: str) -> None:
    booking = (await venue.book())["booking"]

    answer = await move(venue, booking, status)

    assert (answer["__typename"], answer["path"]) == ("InvalidInput", ["input", "status"])


@pytest.mark.decision(10)
async def test_a_court_s_hold_that_is_over_does_not_come_back_without_participants(venue: Venue) -> None:
    holds = Holds(venue)
    released = (await holds.release(await holds.reserved(resourceId=venue.court)))["booking"]

    refused = await move(venue, released, "ACCEPTED")

    assert (refused["__typename"], refused["path"]) == ("InvalidInput", ["input", "status"])
    assert "participants" in refused["message"]


@pytest.mark.decision(10)
async def test_a_booking_that_comes_back_is_admitted_like_a_new_one(venue: Venue) -> None:
    canceled = (await venue.book(seats=4, status="CANCELED"))["booking"]
    other = (await venue.book(title="Other"))["booking"]

    refused = await move(venue, canceled, "ACCEPTED")
    assert refused["conflicts"] == [{"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T09:00:00Z"}]

    await move(venue, other, "CANCELED")
    assert (await move(venue, canceled, "ACCEPTED"))["booking"]["status"] == "ACCEPTED"
    assert (await move(venue, other, "REQUESTED"))["code"] == "COURT_BOOKING_OVERLAP"


@pytest.mark.decision(10)
async def test_an_expired_hold_can_be_accepted_at_the_desk(venue: Venue, clock: Clock) -> None:
    holds = Holds(venue)
    held = await holds.reserve(ttlSeconds=1)
    clock.advance(seconds=1)

    answer = await move(venue, held["booking"], "ACCEPTED")

    assert (answer["booking"]["status"], answer["booking"]["expiresAt"]) == ("ACCEPTED", None)
    assert await kinds(venue.gateway.database) == ["RESERVED", "EXPIRED", "STATUS_CHANGED"]
    assert (await holds.confirm(held["reservationToken"]))["__typename"] == "VersionConflict"


async def test_what_was_seated_together_stays_movable_after_the_capacity_is_lowered(venue: Venue) -> None:
    """What is over does not count against a lowered capacity, so the wall of PostgreSQL must not see it either."""
    past = {"startDate": "2026-04-12T08:00:00Z", "endDate": "2026-04-12T09:00:00Z"}
    both = [(await venue.book(title=title, **past))["booking"] for title in "ab"]
    given = {"id": venue.room, "locationId": venue.location, "name": "room", "type": "ROOM", "capacity": 1}
    document = "mutation ($input: UpsertResourceInput!) { upsertResource(input: $input) { __typename } }"
    lowered = await venue.gateway.data(document, venue.desk, input=given)
    assert lowered["__typename"] == "UpsertResourceSuccess"

    answers = [await move(venue, booking, "COMPLETED") for booking in both]

    assert [answer["booking"]["status"] for answer in answers] == ["COMPLETED", "COMPLETED"]


async def test_another_version_than_expected_is_refused(venue: Venue) -> None:
    booking = (await venue.book())["booking"]

    assert (await move(venue, booking, "CANCELED", expectedVersion=2))["storedVersion"] == 1
    assert (await move(venue, booking, "CANCELED", expectedVersion=1))["booking"]["version"] == 2


@pytest.mark.decision(13)
async def test_a_status_changed_at_the_desk_outlives_a_repeated_upsert(venue: Venue) -> None:
    await venue.upsert()
    ref = {"external": {"externalServiceId": venue.service, "externalBookingId": "b-1"}}
    moved = await venue.gateway.data(STATUS, venue.desk, input={"ref": ref, "status": "COMPLETED"})
    assert moved["booking"]["status"] == "COMPLETED"

    again = await venue.upsert()

    assert (again["outcome"], again["booking"]["status"]) == ("UNCHANGED", "COMPLETED")


@pytest.mark.decision(14)
async def test_unknown_deleted_and_foreign_bookings_look_alike(venue: Venue) -> None:
    booking = (await venue.book())["booking"]
    gone = (await venue.book())["booking"]
    document = "mutation ($id: ID!) { deleteBooking(input: {id: $id}) { __typename } }"
    await venue.gateway.data(document, venue.desk, id=gone["id"])

    answers = [
        await move(venue, {"id": uid("nothing")}, "CANCELED"),
        await move(venue, {"id": "no UUID"}, "CANCELED"),
        await move(venue, gone, "CANCELED"),
        await move(venue, booking, "CANCELED", venue.foreigner),
        await move(venue, booking, "CANCELED", venue.partner),
    ]

    assert {(answer["__typename"], answer["code"]) for answer in answers} == {("NotFound", "COURT_BOOKING_NOT_FOUND")}


async def test_a_service_names_its_own_bookings_alone(venue: Venue) -> None:
    await venue.upsert()
    own = {"ref": {"external": {"externalBookingId": "b-1"}}, "status": "CANCELED"}
    foreign = {"ref": {"external": {"externalServiceId": venue.service, "externalBookingId": "b-1"}}}

    denied = await venue.gateway.data(STATUS, venue.rival, input={**foreign, "status": "CANCELED"})
    unnamed = await venue.gateway.data(STATUS, venue.desk, input=own)
    done = await venue.gateway.data(STATUS, venue.partner, input=own)

    path = ["input", "ref", "external", "externalServiceId"]
    assert (denied["code"], denied["path"]) == ("EXTERNAL_SERVICE_ACCESS_DENIED", path)
    assert (unnamed["__typename"], unnamed["path"]) == ("InvalidInput", path)
    assert done["booking"]["status"] == "CANCELED"


async def test_a_dry_run_moves_nothing(venue: Venue) -> None:
    booking = (await venue.book())["booking"]

    tried = await move(venue, booking, "CANCELED", dry_run=True)

    assert (tried["booking"]["status"], tried["booking"]["version"]) == ("CANCELED", 2)
    assert await kinds(venue.gateway.database) == ["CREATED"]
    assert await move(venue, booking, "CANCELED") == tried
