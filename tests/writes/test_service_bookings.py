"""Bookings of a service without an external ID: they come from its holds, and are its own by `id`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import DELETE, UPSERT
from tests.api.venue import Venue
from tests.features.asking import filtered, issues, outcome
from tests.writes.documents import STATUS, Holds


async def from_a_hold(venue: Venue) -> Any:
    """A booking that the partner has made from a hold of the room."""
    holds = Holds(venue)
    secret = (await holds.reserve(venue.partner))["reservationToken"]
    people = [{"userId": venue.jane}]
    return (await holds.confirm(secret, venue.partner, participants=people, title="Held"))["booking"]


async def deleted(venue: Venue, token: str, booking: Any, **given: Any) -> Any:
    """Delete a booking by its ID; return the answer."""
    return await venue.gateway.data(DELETE, token, input={"id": booking["id"], **given})


@pytest.mark.decision(16)
async def test_a_service_changes_and_deletes_what_it_made_from_a_hold(venue: Venue) -> None:
    booking = await from_a_hold(venue)

    changed = await venue.book(venue.partner, id=booking["id"], participants=[{"userId": venue.john}])
    late = await venue.book(venue.partner, id=booking["id"], expectedVersion=2)
    same = await venue.book(venue.partner, id=booking["id"], participants=[{"userId": venue.john}])
    gone = await deleted(venue, venue.partner, booking, expectedVersion=3)

    assert [outcome(answer) for answer in (changed, late, same, gone)] == [
        "REPLACED", "VERSION_CONFLICT", "UNCHANGED", "DELETED",
    ]  # fmt: skip
    stored = changed["booking"]
    assert (stored["title"], stored["externalService"]) == ("Held", {"id": venue.service})
    assert stored["participants"][0]["user"] == {"id": venue.john, "name": None}
    assert await filtered(venue) == []


@pytest.mark.decision(16)
async def test_the_organization_changes_and_deletes_it_too(venue: Venue) -> None:
    booking = await from_a_hold(venue)

    changed = await venue.book(id=booking["id"], title="At the desk")
    gone = await deleted(venue, venue.desk, booking)
    back = await venue.book(venue.partner, id=booking["id"])

    assert [outcome(answer) for answer in (changed, gone, back)] == ["REPLACED", "DELETED", "RESTORED"]
    assert changed["booking"]["externalService"] == {"id": venue.service}


@pytest.mark.decision(14, 16)
async def test_what_is_not_its_own_looks_unknown_to_a_service(venue: Venue) -> None:
    held = await from_a_hold(venue)
    by_external_id = (await venue.upsert())["booking"]
    of_the_desk = (await venue.book(resourceId=venue.hall))["booking"]

    for token, booking in (
        (venue.rival, held), (venue.foreigner, held), (venue.partner, of_the_desk), (venue.partner, by_external_id),
    ):  # fmt: skip
        for answer in (await venue.book(token, id=booking["id"]), await deleted(venue, token, booking)):
            assert (answer["code"], answer["path"]) in (
                ("COURT_BOOKING_NOT_FOUND", ["input", "id"]),
                ("COURT_NOT_FOUND", ["input", "resourceId"]),
            )


@pytest.mark.decision(16)
async def test_a_service_still_creates_by_external_ids_alone_and_never_changes_a_hold_by_its_id(venue: Venue) -> None:
    held = (await Holds(venue).reserve(venue.partner))["booking"]

    created = await venue.book(venue.partner)
    by_both = await venue.gateway.data(UPSERT, venue.partner, input=venue.partner_input(id=held["id"]))
    by_id = await venue.book(venue.partner, id=held["id"])

    assert issues(created) == [("INVALID_SCHEMA", "input.externalBookingId")]
    assert issues(by_both) == [("MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION", "input.id")]
    assert issues(by_id) == issues(await deleted(venue, venue.partner, held)) == [("INVALID_SCHEMA", "input.id")]


async def test_a_service_moves_the_status_of_what_it_made_from_a_hold(venue: Venue) -> None:
    booking = await from_a_hold(venue)
    given = {"ref": {"id": booking["id"]}, "status": "CANCELED"}

    assert (await venue.gateway.data(STATUS, venue.partner, input=given))["booking"]["status"] == "CANCELED"
