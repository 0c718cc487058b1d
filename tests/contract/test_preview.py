"""The preview of a booking: a summary for the booking's own customer (booking calendars)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import DELETE
from tests.api.venue import Venue, uid

PREVIEW = """
query ($accountId: ID!, $bookingId: ID!) {
  bookingPreview(accountId: $accountId, bookingId: $bookingId) {
    id status title startDate endDate resourceName locationName timezone displayLabel seats
  }
}
"""


async def _preview(venue: Venue, account: str, booking: dict[str, Any], token: str | None = None) -> Any:
    return await venue.gateway.data(PREVIEW, token or venue.desk, accountId=account, bookingId=booking["id"])


async def _booked(venue: Venue, **changes: Any) -> dict[str, Any]:
    answer = await venue.book(**changes)
    assert answer["__typename"] == "UpsertBookingSuccess", answer
    booking: dict[str, Any] = answer["booking"]
    return booking


@pytest.mark.feature(67)
async def test_the_owner_gets_a_summary_of_the_booking(venue: Venue) -> None:
    booking = await _booked(venue, ownerId=venue.jane, title="Workshop", seats=2)

    assert await _preview(venue, venue.jane, booking) == {
        "id": booking["id"],
        "status": "ACCEPTED",
        "title": "Workshop",
        "startDate": "2026-04-15T08:00:00Z",
        "endDate": "2026-04-15T09:00:00Z",
        "resourceName": "room",
        "locationName": "club",
        "timezone": "Europe/Berlin",
        "displayLabel": "Jane Doe - Workshop",
        "seats": 2,
    }


@pytest.mark.feature(67)
async def test_a_participant_gets_the_same_summary(venue: Venue) -> None:
    people = [{"userId": venue.john}, {"email": "guest@example.com"}]
    booking = await _booked(venue, ownerId=venue.jane, participants=people)

    seen = await _preview(venue, venue.john, booking)

    assert (seen["id"], seen["displayLabel"]) == (booking["id"], "Jane Doe")


@pytest.mark.feature(67)
async def test_a_user_who_has_no_part_in_the_booking_gets_nothing(venue: Venue) -> None:
    booking = await _booked(venue, ownerId=venue.jane, staffId=venue.john)

    assert await _preview(venue, venue.john, booking) is None
    assert await _preview(venue, uid("nobody"), booking) is None
    assert await _preview(venue, "no-uuid", booking) is None


@pytest.mark.feature(67)
@pytest.mark.decision(14)
async def test_unknown_deleted_and_foreign_bookings_look_alike(venue: Venue) -> None:
    booking = await _booked(venue, ownerId=venue.jane)

    assert await _preview(venue, venue.jane, booking, venue.foreigner) is None
    assert await _preview(venue, venue.jane, {"id": uid("nothing")}) is None
    await venue.gateway.data(DELETE, venue.desk, input={"id": booking["id"]})
    assert await _preview(venue, venue.jane, booking) is None


@pytest.mark.feature(67)
@pytest.mark.decision(16)
async def test_a_services_token_sees_previews_of_its_own_bookings_alone(venue: Venue) -> None:
    scopes = ("bookings:read", "users:read")
    own = await venue.gateway.token(venue.club, service=venue.service, scopes=scopes)
    rival = await venue.gateway.token(venue.club, service=venue.other_service, scopes=scopes)
    booking = (await venue.upsert(title="Match"))["booking"]

    assert (await _preview(venue, venue.jane, booking, own))["displayLabel"] == "Jane Doe - Match"
    assert await _preview(venue, venue.jane, booking, rival) is None


@pytest.mark.feature(67)
@pytest.mark.decision(15)
@pytest.mark.parametrize("scopes", [("bookings:read",), ("users:read",)])
async def test_a_preview_needs_both_scopes(venue: Venue, scopes: tuple[str, ...]) -> None:
    booking = await _booked(venue, ownerId=venue.jane)
    token = await venue.gateway.token(venue.club, scopes=scopes)

    codes = await venue.gateway.codes(PREVIEW, token, accountId=venue.jane, bookingId=booking["id"])

    assert codes == ["scope_permission_denied"]


@pytest.mark.feature(67)
@pytest.mark.decision(17)
async def test_a_preview_needs_a_token(venue: Venue) -> None:
    codes = await venue.gateway.codes(PREVIEW, None, accountId=venue.jane, bookingId=uid("nothing"))

    assert codes == ["missing_api_token"]
