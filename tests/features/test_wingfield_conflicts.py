"""Wingfield: equal, older and overlapping writes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import BOOKINGS, UPSERT
from tests.api.venue import Venue, uid
from tests.features.asking import outcome, partner_deleted, partner_wrote, span

FIRST = "2026-04-13T07:00:00Z"
NEXT = "2026-04-13T07:00:00.000001Z"
LATER = "2026-04-13T07:30:00Z"


@pytest.mark.feature(21)
@pytest.mark.decision(13)
async def test_the_same_write_again_changes_nothing(venue: Venue) -> None:
    people = [{"userId": venue.jane}, {"email": "a@example.com", "membershipId": uid("m")}]
    payment = {"amount": "12.50", "currencyCode": "EUR", "tax": {"inclusive": True, "rate": "19"}}
    given: dict[str, Any] = {"participants": people, "title": "Match", "payment": payment, "status": "ACCEPTED"}
    first = await venue.upsert(**given)
    venue.gateway.clock.advance(minutes=1)

    for again in (
        given,
        {**given, "participants": [{**people[1], "email": "A@Example.com"}, people[0]]},
        {**given, "endDate": None, "duration": 60},
        {"participants": people},
        {**given, "startDate": "2026-04-15T10:00:00+02:00", "externalUpdatedAt": "2026-04-13T09:00:00.000+02:00"},
    ):
        answer = await venue.upsert(**again)
        assert outcome(answer) == "UNCHANGED"
        assert answer["booking"] == first["booking"]


@pytest.mark.feature(21)
@pytest.mark.parametrize(
    "change",
    [
        {"endDate": "2026-04-15T09:00:00.000001Z"}, {"startDate": "2026-04-15T07:59:59.999999Z"}, {"title": "Other"},
        {"title": None}, {"notes": "x"}, {"participants": [{"email": "b@example.com"}]}, {"status": "REQUESTED"},
        {"participants": [{"email": "a@example.com", "membershipId": uid("m")}]}, {"resourceId": uid("other court")},
        {"payment": {"amount": "12.51"}}, {"item": {"type": "PACK", "id": uid("i")}}, {"staffId": uid("john")},
        {"ownerId": uid("john")}, {"ownerMembershipId": uid("m")},
    ],
)  # fmt: skip
async def test_another_content_with_the_same_timestamp_is_a_version_conflict(
    venue: Venue, change: dict[str, Any]
) -> None:
    given: dict[str, Any] = {
        "participants": [{"email": "a@example.com"}],
        "title": "Match",
        "payment": {"amount": "12.50"},
    }
    stored = await partner_wrote(venue, "b-1", **given)

    changed = venue.partner_input(**given) | change
    answer = await venue.gateway.data(UPSERT, venue.partner, input=changed)

    assert (answer["__typename"], answer["code"], answer["storedVersion"]) == ("VersionConflict", "VERSION_CONFLICT", 1)
    assert answer["path"] == ["input", "externalUpdatedAt"]
    assert (await venue.gateway.data(BOOKINGS, venue.partner))["nodes"] == [stored]


@pytest.mark.feature(21, 22)
@pytest.mark.decision(1, 6)
async def test_back_to_back_bookings_stand_and_an_overlap_of_a_microsecond_is_refused(venue: Venue) -> None:
    await partner_wrote(venue, "a", **span("08:00", "09:00"))
    await partner_wrote(venue, "b", **span("09:00", "10:00"))

    answer = await venue.upsert(externalBookingId="c", **span("07:00", "08:00:00.000001"))

    assert (answer["__typename"], answer["code"]) == ("BookingOverlap", "COURT_BOOKING_OVERLAP")
    assert answer["path"] == ["input", "resourceId"]
    assert answer["conflicts"] == [span("08:00", "09:00")]
    assert outcome(await venue.upsert(externalBookingId="c", **span("07:00", "08:00"))) == "CREATED"


@pytest.mark.feature(22)
async def test_an_overlap_names_every_interval_in_the_way_but_ones_own(venue: Venue) -> None:
    for name, start, end in (("a", "08:00", "09:00"), ("b", "09:00", "10:00"), ("c", "11:00", "12:00")):
        await partner_wrote(venue, name, token=venue.rival, **span(start, end))
    await partner_wrote(venue, "mine", **span("10:00", "10:30"))

    answer = await venue.upsert(externalBookingId="mine", externalUpdatedAt=NEXT, **span("08:30", "11:00"))

    assert answer["conflicts"] == [span("08:00", "09:00"), span("09:00", "10:00")]
    grown = await venue.upsert(externalBookingId="mine", externalUpdatedAt=NEXT, **span("10:00", "11:00"))
    assert outcome(grown) == "REPLACED"


@pytest.mark.feature(22, 69)
@pytest.mark.decision(5)
@pytest.mark.parametrize(
    ("status", "other"),
    [(status, "COURT_BOOKING_OVERLAP") for status in ("REQUESTED", "ACCEPTED", "INVITED", "COMPLETED", "NO_SHOW")]
    + [(status, "CREATED") for status in ("REJECTED", "CANCELED")],
)
async def test_only_an_active_booking_stands_in_the_way(venue: Venue, status: str, other: str) -> None:
    await partner_wrote(venue, "a", status=status)

    answer = await venue.upsert(externalBookingId="b")
    assert outcome(answer) == other
    if other != "CREATED":
        await partner_deleted(venue, "a", LATER)
        assert outcome(await venue.upsert(externalBookingId="b")) == "CREATED"
    else:
        revived = await venue.upsert(externalBookingId="a", externalUpdatedAt=NEXT, status="ACCEPTED")
        assert outcome(revived) == "COURT_BOOKING_OVERLAP"


@pytest.mark.feature(24)
async def test_an_older_write_is_stale_and_told_the_stored_timestamp(venue: Venue) -> None:
    stored = await partner_wrote(venue, "b-1", externalUpdatedAt=NEXT, title="new")

    answer = await venue.upsert(externalUpdatedAt=FIRST, title="old")

    assert (answer["__typename"], answer["code"]) == ("StaleWrite", "STALE_WRITE")
    assert (answer["path"], answer["storedExternalUpdatedAt"]) == (["input", "externalUpdatedAt"], NEXT)
    assert (await venue.gateway.data(BOOKINGS, venue.partner))["nodes"] == [stored]
