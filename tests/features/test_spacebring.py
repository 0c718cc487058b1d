"""Spacebring: the bookings of a coworking network."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.api.documents import BOOKINGS, DELETE, set_up
from tests.api.venue import Venue, uid
from tests.features.asking import at, desk_wrote, filtered, partner_wrote, refused, span

USERS = """
query ($filter: UserFilter) {
  users(filter: $filter) { totalCount nodes { id name surname email phoneNumber photoUrl about } }
}
"""
RESOURCE_FIELDS = """
  id name type capacity color bookingStepMinutes minDurationMinutes maxDurationMinutes preparationMinutes
  noticeMinutes horizonDays publicCalendar hasSchedule parent { id } location { id }
"""


async def _status(venue: Venue, credentials: str, **headers: str) -> int:
    response = await venue.gateway.send(BOOKINGS, None, None, Authorization=credentials, **headers)
    return int(response.status)


@pytest.mark.feature(27)
async def test_basic_credentials_are_the_tokens_prefix_and_the_token(venue: Venue) -> None:
    prefix = "_".join(venue.desk.split("_")[:2])

    assert await _status(venue, _basic(prefix, venue.desk)) == 200
    assert await _status(venue, f"bearer {venue.desk}") == 200
    for wrong in (
        _basic("bg_000000000000", venue.desk),
        _basic("", venue.desk),
        _basic(prefix, f"{prefix}_guess"),
        _basic(prefix, ""),
        "Basic",
        "Basic !!!",
        f"Digest {venue.desk}",
        venue.desk,
    ):
        response = await venue.gateway.send(BOOKINGS, Authorization=wrong)
        assert response.status == 401
        assert (await response.json())["errors"][0]["extensions"]["code"] == "invalid_api_token"


@pytest.mark.feature(27)
@pytest.mark.decision(16)
async def test_a_token_of_several_organizations_names_one_by_a_header(venue: Venue) -> None:
    await desk_wrote(venue, "ours", "08:00", "09:00")
    both = await venue.gateway.token(venue.club, venue.other_club)
    theirs = {"resourceId": venue.foreign_court, "participants": [{"email": "x@example.com"}], **span("08:00", "09:00")}
    await desk_wrote(venue, "theirs", "08:00", "09:00", token=both, **theirs)

    for headers, found in (
        ({}, {"ours", "theirs"}),
        ({"Bookgate-Organization": venue.club}, {"ours"}),
        ({"Bookgate-Organization": f" {venue.other_club.upper()} "}, {"theirs"}),
    ):
        response = await venue.gateway.send(BOOKINGS, None, both, **headers)
        answer = await response.json()
        assert {node["title"] for node in answer["data"]["bookings"]["nodes"]} == found
    for organization in (uid("nothing"), "no uuid", ""):
        assert await _status(venue, f"Bearer {both}", **{"Bookgate-Organization": organization}) == 401


@pytest.mark.feature(28)
async def test_resource_and_location_are_named_alone_together_or_not_at_all(venue: Venue) -> None:
    place = {"id": uid("annex"), "organizationId": venue.club, "name": "Annex", "timezone": "Europe/London"}
    await venue.gateway.data(set_up("upsertLocation", "location"), venue.admin, input=place)
    desk = {"id": uid("desk"), "locationId": uid("annex"), "name": "Desk", "type": "DEDICATED_DESK"}
    await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=desk)
    await desk_wrote(venue, "room", "08:00", "09:00")
    await desk_wrote(venue, "hall", "09:00", "10:00", resourceId=venue.hall)
    await desk_wrote(venue, "annex", "10:00", "11:00", resourceId=uid("desk"))

    assert await filtered(venue) == ["room", "hall", "annex"]
    assert await filtered(venue, resourceIds=[venue.hall]) == ["hall"]
    assert await filtered(venue, locationId=venue.location) == ["room", "hall"]
    assert await filtered(venue, locationId=uid("annex")) == ["annex"]
    assert await filtered(venue, locationId=venue.location, resourceIds=[venue.hall, uid("desk")]) == ["hall"]
    assert await filtered(venue, locationId=uid("annex"), resourceIds=[venue.hall]) == []
    for foreign in (uid("other_club location"), uid("nothing"), "no uuid"):
        assert await filtered(venue, locationId=foreign) == []


@pytest.mark.feature(29)
async def test_bookings_are_found_by_the_owners_membership(venue: Venue) -> None:
    for name, membership in (("one", uid("m1")), ("two", uid("m2")), ("none", None)):
        await desk_wrote(venue, name, "08:00", "09:00", ownerId=venue.jane, ownerMembershipId=membership)

    assert await filtered(venue, ownerMembershipId=uid("m1")) == ["one"]
    assert await filtered(venue, ownerMembershipId=uid("m3")) == []
    code, path = await refused(venue, venue.blind, filter={"ownerMembershipId": uid("m1")})
    assert (code, path) == ("scope_permission_denied", ["filter", "ownerMembershipId"])


@pytest.mark.feature(30)
async def test_date_filters_include_both_ends(venue: Venue) -> None:
    for name, start, end in (("a", "08:00", "09:00"), ("b", "09:00", "10:00"), ("c", "10:00", "11:00")):
        await desk_wrote(venue, name, start, end)

    assert await filtered(venue, startDate={"gte": at("09:00")}) == ["b", "c"]
    assert await filtered(venue, startDate={"lte": at("09:00")}) == ["a", "b"]
    assert await filtered(venue, startDate={"gte": at("09:00"), "lte": at("09:00")}) == ["b"]
    assert await filtered(venue, startDate={"gte": at("09:00:00.000001")}) == ["c"]
    assert await filtered(venue, endDate={"gte": at("10:00"), "lte": at("10:59:59.999999")}) == ["b"]
    assert await filtered(venue, startDate={"gte": at("09:00")}, endDate={"lte": at("10:00")}) == ["b"]
    assert await filtered(venue, startDate={}, endDate={}) == ["a", "b", "c"]
    for field in ("startDate", "endDate"):
        asked = {field: {"gte": at("09:00"), "lte": at("08:00")}}
        assert await refused(venue, venue.desk, filter=asked) == ("invalid_filter_time_range", ["filter", field, "lte"])


@pytest.mark.feature(34)
async def test_bookings_are_found_by_the_types_of_their_resources(venue: Venue) -> None:
    kinds = ("HOT_DESK", "DEDICATED_DESK", "OFFICE", "PARKING_LOT", "ROOM")
    for kind in kinds:
        given = {"id": uid(kind), "locationId": venue.location, "name": kind, "type": kind}
        await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)
        await desk_wrote(venue, kind, "08:00", "09:00", resourceId=uid(kind))
    await partner_wrote(venue, "COURT")

    for kind in (*kinds, "COURT"):
        assert await filtered(venue, resourceTypes=[kind]) == [kind]
    assert set(await filtered(venue, resourceTypes=["ROOM", "OFFICE"])) == {"ROOM", "OFFICE"}
    assert await filtered(venue, resourceTypes=[]) == []
    assert await filtered(venue, resourceTypes=["STAFF"]) == []
    assert (await refused(venue, venue.desk, filter={"resourceTypes": ["hotDesk"]}))[0] == "invalid_schema"


@pytest.mark.feature(36, 37)
@pytest.mark.decision(18)
async def test_a_booking_shows_its_owner_attendees_and_dates(venue: Venue) -> None:
    about = {
        "id": venue.jane, "organizationId": venue.club, "name": "Jane", "surname": "Doe", "email": " Jane@Example.com",
        "phoneNumber": "+49 30 1", "photoUrl": "https://example.com/jane.png", "about": "Plays since 1999",
    }  # fmt: skip
    await venue.gateway.data(set_up("upsertUser", "user"), venue.desk, input=about)
    people = [{"userId": venue.john, "membershipId": uid("m2")}, {"email": "guest@example.com"}]
    written = await desk_wrote(
        venue, "Workshop", "08:00", "09:00", notes="Coffee", seats=3, ownerId=venue.jane,
        ownerMembershipId=uid("m1"), participants=people,
    )  # fmt: skip
    venue.gateway.clock.advance(minutes=1)

    booking = (await venue.gateway.data(BOOKINGS, venue.desk))["nodes"][0]

    assert booking == written
    assert (booking["title"], booking["notes"], booking["seats"]) == ("Workshop", "Coffee", 3)
    assert (booking["owner"], booking["ownerMembershipId"]) == (
        {"id": venue.jane, "name": "Jane", "surname": "Doe"}, uid("m1"),
    )  # fmt: skip
    assert [(p["user"], p["email"], p["membershipId"]) for p in booking["participants"]] == [
        ({"id": venue.john, "name": "John"}, None, uid("m2")),
        (None, "guest@example.com", None),
    ]
    assert (booking["createdAt"], booking["updatedAt"], booking["deletedAt"]) == (
        "2026-04-13T08:00:00Z", "2026-04-13T08:00:00Z", None,
    )  # fmt: skip
    found = await venue.gateway.data(USERS, venue.desk, filter={"email": "JANE@example.com"})
    del about["organizationId"]
    assert found == {"totalCount": 1, "nodes": [about | {"email": "jane@example.com"}]}


@pytest.mark.feature(36, 11)
async def test_a_deleted_booking_shows_when(venue: Venue) -> None:
    written = await desk_wrote(venue, "gone", "08:00", "09:00")
    venue.gateway.clock.advance(minutes=1)
    await venue.gateway.data(DELETE, venue.desk, input={"id": written["id"]})

    node = (await venue.gateway.data(BOOKINGS, venue.desk, filter={"includeDeleted": True}))["nodes"][0]
    assert (node["createdAt"], node["updatedAt"], node["deletedAt"]) == (
        "2026-04-13T08:00:00Z", "2026-04-13T08:01:00Z", "2026-04-13T08:01:00Z",
    )  # fmt: skip


@pytest.mark.feature(38)
@pytest.mark.parametrize(
    "payment",
    [
        {"amount": "123.40", "currencyCode": "EUR", "tax": {"inclusive": True, "rate": "19"},
         "invoiceItemRef": "i-1", "transactionRef": "t-1"},
        {"amount": "0", "currencyCode": "JPY", "tax": {"inclusive": False, "rate": "7.125"}},
        {"amount": "99999999999999.000001", "currencyCode": "KWD"},
        {"invoiceItemRef": "alone"},
        {},
    ],
)  # fmt: skip
async def test_a_payment_is_kept_to_the_last_digit(venue: Venue, payment: dict[str, Any]) -> None:
    booking = await desk_wrote(venue, "paid", "08:00", "09:00", payment=payment)

    empty: dict[str, Any] = dict.fromkeys(("amount", "currencyCode", "tax", "invoiceItemRef", "transactionRef"))
    assert booking["payment"] == empty | payment
    assert (await venue.gateway.data(BOOKINGS, venue.desk))["nodes"][0]["payment"] == empty | payment


@pytest.mark.feature(40)
async def test_a_resource_shows_the_rules_of_its_booking(venue: Venue) -> None:
    rules = {
        "capacity": 6, "bookingStepMinutes": 15, "minDurationMinutes": 30, "maxDurationMinutes": 120,
        "preparationMinutes": 5, "noticeMinutes": 60, "horizonDays": 90, "color": "#0a0B0c",
    }  # fmt: skip
    given = {
        "id": uid("corner"),
        "locationId": venue.location,
        "name": "Corner",
        "type": "ROOM",
        "parentId": venue.room,
    }
    document = set_up("upsertResource", "resource", RESOURCE_FIELDS)
    expected = {
        "id": uid("corner"), "name": "Corner", "type": "ROOM", "parent": {"id": venue.room},
        "location": {"id": venue.location}, "publicCalendar": True, "hasSchedule": False,
    }  # fmt: skip

    saved = await venue.gateway.data(document, venue.desk, input={**given, **rules})
    read = await venue.gateway.data(
        f"query ($id: ID!) {{ resource(id: $id) {{ {RESOURCE_FIELDS} }} }}", venue.desk, id=uid("corner")
    )

    assert saved["resource"] == read == expected | rules
    plain = (await venue.gateway.data(document, venue.desk, input=given))["resource"]
    assert plain == expected | dict.fromkeys(rules) | {"capacity": 1, "preparationMinutes": 0}


@pytest.mark.feature(40)
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("capacity", [0, -1, 100_001]), ("bookingStepMinutes", [0]), ("minDurationMinutes", [0]),
        ("maxDurationMinutes", [0, 366 * 24 * 60 + 1]), ("preparationMinutes", [-1]), ("noticeMinutes", [-1]),
        ("horizonDays", [-1]), ("color", ["red", "#12345", "#1234567"]), ("name", ["", " ", "x" * 201]),
        ("parentId", [uid("room")]),
    ],
)  # fmt: skip
async def test_a_rule_that_cannot_be_is_refused(venue: Venue, field: str, values: list[Any]) -> None:
    given = {"id": uid("room"), "locationId": venue.location, "name": "Room", "type": "ROOM"}

    for value in values:
        answer = await venue.gateway.data(
            set_up("upsertResource", "resource"), venue.desk, input={**given, field: value}
        )
        assert [(issue["code"], issue["path"]) for issue in answer["issues"]] == [("INVALID_SCHEMA", ["input", field])]


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
