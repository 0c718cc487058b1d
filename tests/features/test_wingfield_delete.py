"""Wingfield: deletes by external ID, and the tombstones that they leave."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import DELETE, UPSERT
from tests.api.venue import Venue, uid
from tests.features.asking import desk_wrote, filtered, issues, outcome, partner_deleted, partner_wrote
from tests.writes.documents import STATUS

FIRST = "2026-04-13T07:00:00Z"
NEXT = "2026-04-13T07:00:00.000001Z"
LATER = "2026-04-13T07:30:00Z"


@pytest.mark.feature(25)
@pytest.mark.decision(11)
async def test_a_delete_by_the_same_or_a_newer_timestamp_is_idempotent(venue: Venue) -> None:
    await partner_wrote(venue, "b-1", externalUpdatedAt=NEXT)

    stale = await partner_deleted(venue, "b-1", FIRST)
    assert (stale["code"], stale["storedExternalUpdatedAt"]) == ("STALE_WRITE", NEXT)
    deleted = await partner_deleted(venue, "b-1", NEXT)
    assert (deleted["outcome"], deleted["booking"]["deletedAt"]) == ("DELETED", "2026-04-13T08:00:00Z")
    venue.gateway.clock.advance(minutes=1)
    for when in (NEXT, LATER, LATER):
        again = await partner_deleted(venue, "b-1", when)
        assert (again["outcome"], again["booking"]["deletedAt"]) == ("ALREADY_DELETED", "2026-04-13T08:00:00Z")
        assert again["booking"]["externalUpdatedAt"] == when
    assert (await partner_deleted(venue, "b-1", NEXT))["storedExternalUpdatedAt"] == LATER


@pytest.mark.feature(25)
@pytest.mark.decision(11)
async def test_an_id_never_seen_is_deleted_with_success_and_remembered(venue: Venue) -> None:
    unknown = await partner_deleted(venue, "b-1", NEXT)
    again = await partner_deleted(venue, "b-1", LATER)
    older = await partner_deleted(venue, "b-1", NEXT)

    assert (unknown["outcome"], unknown["booking"]) == ("UNKNOWN", None)
    assert (again["outcome"], again["booking"]) == ("ALREADY_DELETED", None)
    assert older["storedExternalUpdatedAt"] == LATER
    late = await venue.upsert(externalUpdatedAt=NEXT)
    assert (late["code"], late["storedExternalUpdatedAt"]) == ("STALE_WRITE", LATER)
    equal = await venue.upsert(externalUpdatedAt=LATER)
    assert (equal["code"], equal["storedVersion"]) == ("VERSION_CONFLICT", 0)
    newer = await venue.upsert(externalUpdatedAt="2026-04-13T07:30:00.000001Z")
    assert (newer["outcome"], newer["booking"]["version"]) == ("RESTORED", 1)


@pytest.mark.decision(11)
async def test_a_newer_upsert_brings_a_deleted_booking_back(venue: Venue) -> None:
    """What it leaves out keeps its stored value, the status too."""
    given: dict[str, Any] = {"title": "Match", "resourceId": venue.room, "seats": 2}
    written = await partner_wrote(venue, "b-1", externalUpdatedAt=FIRST, status="REQUESTED", **given)
    await partner_deleted(venue, "b-1", NEXT)

    older, equal = await venue.upsert(externalUpdatedAt=FIRST), await venue.upsert(externalUpdatedAt=NEXT)
    newer = await venue.upsert(externalUpdatedAt=LATER, resourceId=venue.room)

    assert (older["code"], equal["code"], newer["outcome"]) == ("STALE_WRITE", "VERSION_CONFLICT", "RESTORED")
    booking = newer["booking"]
    assert (booking["id"], booking["version"], booking["deletedAt"]) == (written["id"], 3, None)
    assert (booking["title"], booking["seats"], booking["status"]) == ("Match", 2, "REQUESTED")
    assert await filtered(venue) == ["Match"]


@pytest.mark.decision(11, 13)
@pytest.mark.parametrize(("said", "status"), [({}, "NO_SHOW"), ({"status": None}, "ACCEPTED")])
async def test_a_booking_comes_back_with_the_desks_status_unless_the_write_says_another(
    venue: Venue, said: dict[str, None], status: str
) -> None:
    booking = await partner_wrote(venue, "b-1", externalUpdatedAt=FIRST)
    await venue.gateway.data(STATUS, venue.desk, input={"ref": {"id": booking["id"]}, "status": "NO_SHOW"})
    await partner_deleted(venue, "b-1", NEXT)
    given = {**venue.partner_input(externalUpdatedAt=LATER), **said}

    for expected in ("RESTORED", "UNCHANGED"):
        answer = await venue.gateway.data(UPSERT, venue.partner, input=given)
        assert (answer["outcome"], answer["booking"]["status"]) == (expected, status)


@pytest.mark.decision(11, 6)
async def test_a_booking_is_brought_back_only_where_there_is_room(venue: Venue) -> None:
    await partner_wrote(venue, "gone")
    await partner_deleted(venue, "gone", NEXT)
    await partner_wrote(venue, "new")

    assert outcome(await venue.upsert(externalBookingId="gone", externalUpdatedAt=LATER)) == "COURT_BOOKING_OVERLAP"
    assert await filtered(venue) == ["new"]


@pytest.mark.feature(25)
async def test_a_delete_says_what_is_missing(venue: Venue) -> None:
    document = DELETE
    for given, code, path in (
        ({"externalBookingId": "b-1"}, "INVALID_SCHEMA", "input.externalUpdatedAt"),
        ({"externalBookingId": "", "externalUpdatedAt": FIRST}, "INVALID_SCHEMA", "input.externalBookingId"),
        ({}, "MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION", "input.id"),
        ({"id": uid("x"), "externalBookingId": "b-1"}, "MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION", "input.id"),
        ({"id": uid("x"), "externalUpdatedAt": FIRST}, "INVALID_SCHEMA", "input.externalUpdatedAt"),
    ):
        answer = await venue.gateway.data(document, venue.partner, input=given)
        assert issues(answer)[0] == (code, path)
    nameless = await venue.gateway.data(
        document, venue.desk, input={"externalBookingId": "b-1", "externalUpdatedAt": FIRST}
    )
    assert issues(nameless) == [("INVALID_SCHEMA", "input.externalServiceId")]


@pytest.mark.feature(25)
@pytest.mark.decision(14)
async def test_nobody_deletes_what_is_anothers(venue: Venue) -> None:
    written = await partner_wrote(venue, "b-1")
    own = await desk_wrote(venue, "own", "12:00", "13:00")

    assert (await partner_deleted(venue, "b-1", LATER, token=venue.rival))["outcome"] == "UNKNOWN"
    for token, given in (
        (venue.rival, {"externalBookingId": "b-1", "externalUpdatedAt": LATER, "externalServiceId": venue.service}),
        (venue.foreigner, {"externalBookingId": "b-1", "externalUpdatedAt": LATER, "externalServiceId": venue.service}),
        (
            venue.foreigner,
            {"externalBookingId": "b-1", "externalUpdatedAt": LATER, "externalServiceId": uid("nothing")},
        ),
    ):
        assert (await venue.gateway.data(DELETE, token, input=given))["code"] == "EXTERNAL_SERVICE_ACCESS_DENIED"
    unknown = await venue.gateway.data(DELETE, venue.foreigner, input={"id": uid("nothing")})
    for token, booking in (
        (venue.foreigner, own),
        (venue.foreigner, written),
        (venue.partner, own),
        (venue.desk, written),
    ):
        assert await venue.gateway.data(DELETE, token, input={"id": booking["id"]}) == unknown
    assert unknown["code"] == "COURT_BOOKING_NOT_FOUND"
    assert await filtered(venue) == ["b-1", "own"]
