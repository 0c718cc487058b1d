"""Wingfield: the court bookings of an external service, listed and read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import BOOKINGS
from tests.api.venue import Venue, uid
from tests.features.asking import at, desk_wrote, filtered, listed, partner_deleted, partner_wrote, refused, span


async def _three(venue: Venue) -> None:
    """Three hours of the court, one after the other; the third by the rival."""
    await partner_wrote(venue, "a", **span("08:00", "09:00"))
    await partner_wrote(venue, "b", **span("09:00", "10:00"), participants=[{"email": "Guest@Example.com"}])
    await partner_wrote(venue, "c", token=venue.rival, **span("10:00", "11:00"))


@pytest.mark.feature(1)
async def test_a_service_lists_its_own_bookings_alone(venue: Venue) -> None:
    await _three(venue)

    assert await filtered(venue, venue.partner, externalServiceId=venue.service) == ["a", "b"]
    assert await filtered(venue, venue.partner) == ["a", "b"]
    assert await filtered(venue, venue.rival, externalServiceId=venue.other_service) == ["c"]
    assert await filtered(venue, venue.desk, externalServiceId=venue.other_service) == ["c"]
    assert await filtered(venue, venue.desk) == ["a", "b", "c"]


@pytest.mark.feature(1, 15)
@pytest.mark.decision(14)
@pytest.mark.parametrize("service", [uid("rival service"), uid("other_club service"), uid("nothing"), "no uuid"])
async def test_a_service_that_is_not_ones_own_is_denied_known_or_not(venue: Venue, service: str) -> None:
    answer = await venue.gateway.execute(BOOKINGS, venue.partner, filter={"externalServiceId": service})

    error = answer["errors"][0]
    assert error["extensions"]["code"] == "external_service_access_denied"
    assert error["message"] == "The token does not match the external service."


@pytest.mark.feature(2)
async def test_an_offset_skips_so_many(venue: Venue) -> None:
    await _three(venue)

    assert await listed(venue, offset=0) == await listed(venue) == ["a", "b", "c"]
    assert await listed(venue, offset=1, first=1) == ["b"]
    assert await listed(venue, offset=3) == []
    assert await refused(venue, venue.desk, offset=-1) == ("invalid_schema", ["offset"])


@pytest.mark.feature(2, 33)
@pytest.mark.parametrize("beside", ["after", "before", "last"])
async def test_an_offset_and_a_cursor_exclude_each_other(venue: Venue, beside: str) -> None:
    await _three(venue)
    page = await venue.gateway.data(BOOKINGS, venue.desk, first=1)
    value: Any = 1 if beside == "last" else page["pageInfo"]["endCursor"]

    assert await refused(venue, venue.desk, offset=0, **{beside: value}) == ("invalid_schema", ["offset"])


@pytest.mark.feature(3, 31)
async def test_a_page_has_25_bookings_unless_1_to_100_are_asked_for(venue: Venue) -> None:
    for minute in range(26):
        await desk_wrote(venue, f"{minute:02}", f"08:{minute:02}", f"08:{minute + 1:02}")

    assert len(await listed(venue)) == 25
    assert len(await listed(venue, first=1)) == 1
    assert len(await listed(venue, first=100)) == 26
    for arguments in ({"first": 0}, {"first": 101}, {"first": -1}, {"last": 0}, {"last": 101}):
        assert await refused(venue, venue.desk, **arguments) == ("invalid_schema", list(arguments))


@pytest.mark.feature(4)
async def test_a_court_is_matched_exactly(venue: Venue) -> None:
    await _three(venue)
    await partner_wrote(venue, "other", resourceId=venue.other_court, **span("08:30", "09:00"))

    assert await filtered(venue, resourceIds=[venue.other_court]) == ["other"]
    assert await filtered(venue, resourceIds=[venue.court, venue.other_court]) == ["a", "other", "b", "c"]
    assert await filtered(venue, resourceIds=[]) == []
    assert await filtered(venue, resourceIds=[uid("nothing"), venue.foreign_court, "no uuid"]) == []


@pytest.mark.feature(5)
async def test_an_external_id_is_matched_exactly(venue: Venue) -> None:
    await partner_wrote(venue, "A-1", **span("08:00", "09:00"))
    await partner_wrote(venue, "a-1", **span("09:00", "10:00"))
    await partner_wrote(venue, "a-1", token=venue.rival, **span("10:00", "11:00"))

    assert await filtered(venue, venue.partner, externalBookingId="a-1") == ["a-1"]
    assert await filtered(venue, venue.desk, externalBookingId="a-1") == ["a-1", "a-1"]
    assert await filtered(venue, venue.desk, externalBookingId="a-") == []


@pytest.mark.feature(6)
@pytest.mark.decision(1)
async def test_a_time_range_finds_what_overlaps_it_half_open(venue: Venue) -> None:
    await _three(venue)

    assert await filtered(venue, **{"from": at("09:00"), "to": at("10:00")}) == ["b"]
    assert await filtered(venue, **{"from": at("08:59:59.999999"), "to": at("09:00:00.000001")}) == ["a", "b"]
    assert await filtered(venue, **{"from": at("09:30")}) == ["b", "c"]
    assert await filtered(venue, to=at("09:00")) == ["a"]


@pytest.mark.feature(6, 15)
@pytest.mark.parametrize("to", ["08:59", "09:00"])
async def test_a_reversed_or_empty_time_range_is_refused(venue: Venue, to: str) -> None:
    asked = {"from": at("09:00"), "to": at(to)}

    assert await refused(venue, venue.partner, filter=asked) == ("invalid_filter_time_range", ["filter", "to"])


@pytest.mark.feature(7, 15)
async def test_a_range_of_changes_is_half_open_and_reversed_refused(venue: Venue) -> None:
    await partner_wrote(venue, "early", **span("08:00", "09:00"))
    venue.gateway.clock.advance(minutes=1)
    await partner_wrote(venue, "late", **span("09:00", "10:00"))

    assert await filtered(venue, updatedFrom="2026-04-13T08:00:00Z") == ["early", "late"]
    assert await filtered(venue, updatedFrom="2026-04-13T08:00:00.000001Z") == ["late"]
    assert await filtered(venue, updatedTo="2026-04-13T08:01:00Z") == ["early"]
    reversed_range = {"updatedFrom": "2026-04-13T08:01:00Z", "updatedTo": "2026-04-13T08:00:00Z"}
    code, path = await refused(venue, venue.partner, filter=reversed_range)
    assert (code, path) == ("invalid_updated_filter_time_range", ["filter", "updatedTo"])


@pytest.mark.feature(8)
@pytest.mark.decision(15)
async def test_bookings_are_found_by_a_user_who_takes_part(venue: Venue) -> None:
    await partner_wrote(
        venue, "both", **span("08:00", "09:00"), participants=[{"userId": venue.john}, {"userId": venue.jane}]
    )
    await partner_wrote(venue, "jane", **span("09:00", "10:00"))

    for token in (venue.partner, venue.desk):
        assert await filtered(venue, token, participantUserId=venue.jane) == ["both", "jane"]
        assert await filtered(venue, token, participantUserId=venue.john) == ["both"]
        assert await filtered(venue, token, participantUserId=venue.stranger) == []


@pytest.mark.feature(9)
@pytest.mark.decision(15)
async def test_bookings_are_found_by_a_guest_in_any_letter_case(venue: Venue) -> None:
    await _three(venue)

    for token in (venue.partner, venue.desk):
        assert await filtered(venue, token, participantEmail=" gUEST@example.COM ") == ["b"]
        assert await filtered(venue, token, participantEmail="jane@example.com") == []
    assert await filtered(venue, venue.rival, participantEmail="guest@example.com") == []


@pytest.mark.feature(11)
async def test_deleted_bookings_are_listed_only_to_one_who_may_write_and_asks(venue: Venue) -> None:
    await _three(venue)
    await partner_deleted(venue, "a", at("08:00", "2026-04-13"))
    reader = await venue.gateway.token(venue.club, scopes=["bookings:read"])

    assert await filtered(venue) == ["b", "c"]
    assert await filtered(venue, includeDeleted=False) == ["b", "c"]
    assert await filtered(venue, includeDeleted=True) == ["a", "b", "c"]
    assert await filtered(venue, venue.rival, includeDeleted=True) == ["c"]
    code, path = await refused(venue, reader, filter={"includeDeleted": True})
    assert (code, path) == ("scope_permission_denied", ["filter", "includeDeleted"])


@pytest.mark.feature(12, 20)
async def test_a_booking_shows_all_that_its_service_wrote(venue: Venue) -> None:
    people = [{"userId": venue.jane}, {"email": " Guest@Example.COM"}]
    await partner_wrote(venue, "a", participants=people, **span("08:00", "09:00:00.000001"))

    page = await venue.gateway.data(BOOKINGS, venue.partner)

    item = page["nodes"][0]
    assert {name: item[name] for name in ("externalService", "externalBookingId", "externalUpdatedAt")} == {
        "externalService": {"id": venue.service},
        "externalBookingId": "a",
        "externalUpdatedAt": "2026-04-13T07:00:00Z",
    }
    assert item["resource"]["id"] == venue.court
    assert (item["startDate"], item["endDate"]) == ("2026-04-15T08:00:00Z", "2026-04-15T09:00:00.000001Z")
    assert item["createdAt"] == item["updatedAt"] == "2026-04-13T08:00:00Z"
    assert [(p["user"] and p["user"]["id"], p["email"]) for p in item["participants"]] == [
        (venue.jane, None),
        (None, "guest@example.com"),
    ]


@pytest.mark.feature(13)
async def test_the_total_counts_what_the_filter_finds_whatever_the_page(venue: Venue) -> None:
    await _three(venue)

    for token, arguments, total in (
        (venue.desk, {}, 3),
        (venue.desk, {"first": 1}, 3),
        (venue.desk, {"offset": 2}, 3),
        (venue.desk, {"offset": 9}, 3),
        (venue.desk, {"filter": {"resourceIds": [venue.hall]}}, 0),
        (venue.partner, {}, 2),
        (venue.foreigner, {}, 0),
    ):
        assert (await venue.gateway.data(BOOKINGS, token, **arguments))["totalCount"] == total
