"""What a write refuses: codes, paths, all issues at once, in the order of the contract."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import UPSERT, set_up
from tests.api.venue import Venue, uid
from tests.features.asking import at, filtered, issues, outcome, partner_deleted, partner_wrote, span

FIRST = "2026-04-13T07:00:00Z"
LATER = "2026-04-13T07:30:00Z"


@pytest.mark.feature(23)
@pytest.mark.decision(14, 19)
async def test_people_places_and_services_of_others_are_refused_like_unknown_ones(venue: Venue) -> None:
    refusals: dict[str, list[Any]] = {}
    for field, code, foreign in (
        ("resourceId", "COURT_NOT_FOUND", venue.foreign_court),
        ("externalServiceId", "EXTERNAL_SERVICE_ACCESS_DENIED", venue.other_service),
        ("ownerId", "USER_ACCESS_DENIED", venue.stranger),
        ("staffId", "USER_ACCESS_DENIED", venue.stranger),
    ):
        for value in (foreign, uid("nothing"), "no uuid", venue.jane if field == "resourceId" else venue.court):
            answer = await venue.upsert(**{field: value})
            assert (answer["code"], answer["path"]) == (code, ["input", field])
            refusals.setdefault(field, []).append(answer)
    for value in (venue.stranger, uid("nothing")):
        answer = await venue.upsert(participants=[{"userId": venue.jane}, {"userId": value}])
        assert (answer["code"], answer["path"]) == ("USER_ACCESS_DENIED", ["input", "participants", "1", "userId"])
        refusals.setdefault("participants", []).append(answer)
    assert all(answer == answers[0] for answers in refusals.values() for answer in answers)
    assert await filtered(venue) == []


@pytest.mark.feature(23)
@pytest.mark.decision(14)
async def test_an_organization_of_others_is_refused_like_an_unknown_one(venue: Venue) -> None:
    document = set_up("upsertExternalService", "externalService")
    answers = [
        await venue.gateway.data(document, venue.desk, input={"organizationId": organization, "name": "x"})
        for organization in (venue.other_club, uid("nothing"), "no uuid")
    ]

    assert answers[0]["code"] == "ORGANIZATION_ACCESS_DENIED"
    assert answers[0]["path"] == ["input", "organizationId"]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.feature(23)
@pytest.mark.parametrize("end", ["07:59", "08:00"])
async def test_a_reversed_or_empty_booking_is_an_invalid_time_range(venue: Venue, end: str) -> None:
    assert issues(await venue.upsert(endDate=at(end))) == [("INVALID_TIME_RANGE", "input.endDate")]


@pytest.mark.decision(12)
@pytest.mark.feature(17, 25)
async def test_a_timestamp_more_than_five_minutes_ahead_is_refused(venue: Venue) -> None:
    just, beyond = "2026-04-13T08:05:00Z", "2026-04-13T08:05:00.000001Z"

    assert issues(await venue.upsert(externalUpdatedAt=beyond)) == [("INVALID_SCHEMA", "input.externalUpdatedAt")]
    assert issues(await partner_deleted(venue, "b-1", beyond)) == [("INVALID_SCHEMA", "input.externalUpdatedAt")]
    assert outcome(await venue.upsert(externalUpdatedAt=just)) == "CREATED"
    assert outcome(await partner_deleted(venue, "b-1", just)) == "DELETED"


@pytest.mark.feature(26)
@pytest.mark.decision(16)
async def test_a_services_token_writes_by_external_ids_alone(venue: Venue) -> None:
    given = venue.partner_input(externalBookingId=None, externalUpdatedAt=None)

    answer = await venue.gateway.data(UPSERT, venue.partner, input=given)
    assert issues(answer) == [("INVALID_SCHEMA", "input.externalBookingId")]


@pytest.mark.decision(19)
@pytest.mark.feature(14)
async def test_every_issue_of_an_input_is_reported_at_once_each_with_its_path(venue: Venue) -> None:
    answer = await venue.upsert(
        id=uid("b"), expectedVersion=1, externalBookingId="", externalUpdatedAt="2026-04-14T00:00:00Z",
        endDate="2026-04-15T08:00:00Z", seats=0, status="EXPIRED", title="x" * 10_001, notes="x" * 10_001,
        participants=[{}, {"email": "nobody"}, {"userId": venue.jane}, {"userId": venue.jane}, {"email": "a@b.de"}],
    )  # fmt: skip

    assert issues(answer) == [
        ("INVALID_SCHEMA", "input.externalBookingId"),
        ("MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION", "input.id"),
        ("INVALID_SCHEMA", "input.externalUpdatedAt"),
        ("INVALID_TIME_RANGE", "input.endDate"),
        ("INVALID_SCHEMA", "input.participants"),
        ("MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION", "input.participants.0"),
        ("INVALID_SCHEMA", "input.participants.1.email"),
        ("DUPLICATE_ENTRIES_PROVIDED", "input.participants.3"),
        ("INVALID_SCHEMA", "input.status"),
        ("INVALID_SCHEMA", "input.seats"),
        ("INVALID_SCHEMA", "input.title"),
        ("INVALID_SCHEMA", "input.notes"),
    ]
    assert (answer["code"], answer["path"]) == ("INVALID_SCHEMA", ["input", "externalBookingId"])


@pytest.mark.decision(19)
async def test_refusals_come_in_the_order_of_the_contract(venue: Venue) -> None:
    await partner_wrote(venue, "b-1", externalUpdatedAt=LATER)
    await partner_wrote(venue, "taken", **span("10:00", "11:00"))
    reader = await venue.gateway.token(venue.club, service=venue.service, scopes=["bookings:read"])
    wrong: dict[str, Any] = {
        "participants": [], "ownerId": venue.stranger, "externalUpdatedAt": FIRST, **span("10:00", "11:00"),
    }  # fmt: skip

    assert await venue.gateway.codes(UPSERT, reader, input=venue.partner_input(**wrong)) == ["scope_permission_denied"]
    codes = []
    for mended in (
        {},
        {"participants": [{"email": "a@b.example"}]},
        {"ownerId": venue.jane},
        {"externalUpdatedAt": "2026-04-13T07:31:00Z"},
        span("12:00", "13:00"),
    ):
        wrong |= mended
        codes.append(outcome(await venue.upsert(**wrong)))
    assert codes == ["INVALID_SCHEMA", "USER_ACCESS_DENIED", "STALE_WRITE", "COURT_BOOKING_OVERLAP", "REPLACED"]
