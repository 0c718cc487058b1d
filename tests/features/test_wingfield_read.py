"""Wingfield: who may read, one booking by its external ID, and what a refused request says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.tokens import Grant, create_token
from tests.api.documents import BOOKINGS, GET_BOOKING, UPSERT
from tests.api.venue import Venue, uid
from tests.features.asking import at, partner_deleted, partner_wrote


@pytest.mark.feature(14, 15)
@pytest.mark.decision(19)
async def test_a_refused_request_says_what_why_and_where(venue: Venue) -> None:
    answer = await venue.gateway.execute(
        BOOKINGS, venue.partner, filter={"from": "yesterday", "ownerId": 1.5}, first="x"
    )

    assert "data" not in answer
    for error in answer["errors"]:
        assert error["extensions"]["code"] == "invalid_schema"
        assert error["message"]
        paths = [tuple(issue["path"]) for issue in error["extensions"]["issues"]]
        assert all(issue["message"] for issue in error["extensions"]["issues"])
        assert {("filter", "from"), ("first",)} <= set(paths)


@pytest.mark.feature(15, 48)
@pytest.mark.decision(19)
async def test_a_caller_without_a_valid_token_is_told_apart_from_one_without_the_scope(venue: Venue) -> None:
    no_scope = await venue.gateway.token(venue.club, scopes=["resources:read"])

    for token, code, status in (
        (None, "missing_api_token", 401),
        ("bg_000000000000_nothing", "invalid_api_token", 401),
        (f"{venue.partner}x", "invalid_api_token", 401),
        ("", "invalid_api_token", 401),
        (no_scope, "scope_permission_denied", 403),
    ):
        response = await venue.gateway.send(BOOKINGS, token=token)
        assert response.status == status
        assert [error["extensions"]["code"] for error in (await response.json())["errors"]] == [code]


@pytest.mark.feature(15, 26)
async def test_an_expired_token_is_no_token(venue: Venue) -> None:
    clock = venue.gateway.clock
    grant = Grant("short", (venue.club,), None, ("bookings:read",), clock.now + timedelta(minutes=1))
    token = await create_token(venue.gateway.database, grant, clock.now)

    assert await venue.gateway.codes(BOOKINGS, token) == []
    clock.advance(minutes=1)
    assert await venue.gateway.codes(BOOKINGS, token) == ["invalid_api_token"]


@pytest.mark.feature(16)
async def test_a_booking_is_read_by_its_external_id(venue: Venue) -> None:
    written = await partner_wrote(venue, "a")

    for external in ({"externalBookingId": "a"}, {"externalBookingId": "a", "externalServiceId": venue.service}):
        assert await venue.gateway.data(GET_BOOKING, venue.partner, ref={"external": external}) == written
    assert await venue.gateway.data(GET_BOOKING, venue.partner, ref={"id": written["id"]}) == written


@pytest.mark.feature(16)
@pytest.mark.decision(14)
@pytest.mark.parametrize("which", ["unknown", "deleted", "rival's"])
async def test_a_booking_that_is_unknown_deleted_or_anothers_is_not_found(venue: Venue, which: str) -> None:
    token = venue.rival if which == "rival's" else venue.partner
    if which != "unknown":
        written = await partner_wrote(venue, "a")
        by_id = {"id": written["id"]}
    else:
        by_id = {"id": uid("nothing")}
    if which == "deleted":
        await partner_deleted(venue, "a", at("08:00", "2026-04-13"))

    for ref in ({"external": {"externalBookingId": "a"}}, by_id):
        answer = await venue.gateway.execute(GET_BOOKING, token, ref=ref)
        assert answer["data"] == {"booking": None}
        assert answer["errors"][0]["message"] == "There is no such booking."
        assert answer["errors"][0]["path"] == ["booking"]
        assert answer["errors"][0]["extensions"]["code"] == "court_booking_not_found"


@pytest.mark.feature(16, 15)
async def test_a_token_of_no_service_names_the_service_of_an_external_id(venue: Venue) -> None:
    await partner_wrote(venue, "a")

    assert await venue.gateway.codes(GET_BOOKING, venue.desk, ref={"external": {"externalBookingId": "a"}}) == [
        "invalid_schema"
    ]
    external = {"externalBookingId": "a", "externalServiceId": venue.service}
    assert (await venue.gateway.data(GET_BOOKING, venue.desk, ref={"external": external}))["externalBookingId"] == "a"
    external = {"externalBookingId": "a", "externalServiceId": uid("other_club service")}
    codes = await venue.gateway.codes(GET_BOOKING, venue.desk, ref={"external": external})
    assert codes == ["external_service_access_denied"]


@pytest.mark.feature(26)
async def test_scopes_are_held_by_subject_and_writing_implies_reading(venue: Venue) -> None:
    reader = await venue.gateway.token(venue.club, service=venue.service, scopes=["bookings:read"])
    nobody = await venue.gateway.token(venue.club, service=venue.service, scopes=["users:write", "resources:write"])

    assert await venue.gateway.codes(BOOKINGS, reader) == []
    assert await venue.gateway.codes(BOOKINGS, venue.partner) == []
    for token in (reader, nobody):
        assert await venue.gateway.codes(UPSERT, token, input=venue.partner_input()) == ["scope_permission_denied"]
    assert await venue.gateway.codes(BOOKINGS, nobody) == ["scope_permission_denied"]
