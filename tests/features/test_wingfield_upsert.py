"""Wingfield: upserts by external ID, create or replace."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import GET_BOOKING, UPSERT
from tests.api.venue import Venue, uid
from tests.features.asking import at, filtered, issues, outcome, partner_deleted, partner_wrote, span

NEXT = "2026-04-13T07:00:00.000001Z"
LATER = "2026-04-13T07:30:00Z"
PEOPLE = [{"email": f"guest{n}@example.com"} for n in range(101)]


@pytest.mark.feature(17)
async def test_an_upsert_creates_then_replaces_the_whole_booking(venue: Venue) -> None:
    created = await venue.upsert(
        participants=[{"userId": venue.jane}, {"email": "a@example.com"}], **span("08:00", "09:00")
    )
    replaced = await venue.upsert(
        externalUpdatedAt=NEXT,
        resourceId=venue.other_court,
        participants=[{"userId": venue.john}],
        **span("10:00", "12:00"),
    )

    assert (created["outcome"], replaced["outcome"]) == ("CREATED", "REPLACED")
    booking = replaced["booking"]
    assert (booking["id"], booking["version"]) == (created["booking"]["id"], 2)
    assert (booking["resource"]["id"], booking["startDate"]) == (venue.other_court, at("10:00"))
    assert [person["user"]["id"] for person in booking["participants"]] == [venue.john]
    assert booking["externalUpdatedAt"] == NEXT
    assert await filtered(venue) == ["b-1"]


@pytest.mark.feature(17)
async def test_what_may_be_left_out_keeps_its_value_and_null_clears_it(venue: Venue) -> None:
    full: dict[str, Any] = {
        "title": "Match", "notes": "Bring balls", "seats": 1, "status": "REQUESTED", "ownerId": venue.jane,
        "ownerMembershipId": uid("membership"), "staffId": venue.john, "item": {"type": "SERVICE", "id": uid("lesson")},
        "payment": {"amount": "12.50", "currencyCode": "EUR"},
    }  # fmt: skip
    first = (await venue.upsert(**full))["booking"]
    kept = (await venue.upsert(externalUpdatedAt=NEXT))["booking"]
    cleared = await venue.gateway.data(
        UPSERT, venue.partner, input=venue.partner_input(externalUpdatedAt=LATER) | dict.fromkeys(full)
    )

    changing = ("version", "updatedAt", "externalUpdatedAt")
    assert {k: v for k, v in kept.items() if k not in changing} == {k: v for k, v in first.items() if k not in changing}
    booking = cleared["booking"]
    empty = ("title", "notes", "owner", "ownerMembershipId", "staff", "item", "payment")
    assert [booking[name] for name in empty] == [None] * len(empty)
    assert (booking["status"], booking["seats"]) == ("ACCEPTED", 1)


@pytest.mark.feature(17)
@pytest.mark.parametrize("external_id", ["x", "ä ö/ü?#%", "x" * 500, " ", "O'Brien\"; --"])
async def test_any_text_of_one_character_or_more_is_an_external_id(venue: Venue, external_id: str) -> None:
    await partner_wrote(venue, external_id)

    found = await venue.gateway.data(GET_BOOKING, venue.partner, ref={"external": {"externalBookingId": external_id}})
    assert found["externalBookingId"] == external_id
    assert await filtered(venue, externalBookingId=external_id) == [external_id]


@pytest.mark.feature(17)
async def test_services_do_not_share_external_ids(venue: Venue) -> None:
    one = await partner_wrote(venue, "same", **span("08:00", "09:00"))
    other = await partner_wrote(venue, "same", token=venue.rival, **span("09:00", "10:00"))

    assert one["id"] != other["id"]
    assert one["externalService"]["id"] != other["externalService"]["id"]


@pytest.mark.feature(18)
@pytest.mark.parametrize(("where", "least", "most"), [("court", 1, 4), ("room", 0, 100)])
async def test_a_court_has_1_to_4_participants_any_other_resource_0_to_100(
    venue: Venue, where: str, least: int, most: int
) -> None:
    resource = getattr(venue, where)

    for number in (least, most):
        answer = await venue.upsert(externalBookingId=f"{number}", resourceId=resource, participants=PEOPLE[:number])
        assert outcome(answer) == "CREATED"
        await partner_deleted(venue, f"{number}", LATER)
    for number in {least - 1, most + 1} - {-1}:
        answer = await venue.upsert(resourceId=resource, participants=PEOPLE[:number])
        assert issues(answer) == [("INVALID_SCHEMA", "input.participants")]


@pytest.mark.feature(18, 20)
async def test_participants_are_unique_also_after_lower_casing(venue: Venue) -> None:
    twice_a_user = await venue.upsert(participants=[{"userId": venue.jane}, {"userId": venue.jane.upper()}])
    twice_a_guest = await venue.upsert(
        participants=[
            {"email": "a@example.com"},
            {"userId": venue.jane},
            {"email": " A@EXAMPLE.com "},
            {"email": "A@example.com"},
        ]
    )

    assert issues(twice_a_user) == [("DUPLICATE_ENTRIES_PROVIDED", "input.participants.1")]
    assert issues(twice_a_guest) == [
        ("DUPLICATE_ENTRIES_PROVIDED", "input.participants.2"),
        ("DUPLICATE_ENTRIES_PROVIDED", "input.participants.3"),
    ]


@pytest.mark.feature(19)
async def test_a_participant_is_a_user_or_a_guest_never_both_or_neither(venue: Venue) -> None:
    people = [
        {"userId": venue.jane},
        {"userId": venue.john, "email": "j@example.com"},
        {},
        {"userId": None, "email": None},
    ]

    assert issues(await venue.upsert(participants=people)) == [
        ("MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION", f"input.participants.{position}") for position in (1, 2, 3)
    ]


@pytest.mark.feature(20)
async def test_an_email_is_stored_in_lower_case(venue: Venue) -> None:
    booking = await partner_wrote(venue, "a", participants=[{"email": " GuEst+Tag@Example.COM "}])

    assert [person["email"] for person in booking["participants"]] == ["guest+tag@example.com"]
