"""Each source page's own example, asked for and answered in one GraphQL request; and a table for people moving over."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.api.clients import Gateway
from tests.api.documents import UPSERT, set_up
from tests.api.venue import uid
from tests.features import source_pages as pages

ROOT = Path(__file__).parents[2]
STATUSES = {"ACCEPTED": "confirmed"}


def _document(name: str) -> str:
    return (ROOT / "examples" / "sources" / f"{name}.graphql").read_text("utf-8")


async def _place(gateway: Gateway, *, zone: str, resource: str, **more: Any) -> str:
    """Set up an organization with one location and one resource; return an organization's token."""
    admin = await gateway.token()
    name = more.pop("name", "The resource")
    for field, record, given in (
        ("upsertOrganization", "organization", {"id": uid("house"), "name": "House"}),
        (
            "upsertLocation",
            "location",
            {"id": uid("place"), "organizationId": uid("house"), "name": "P", "timezone": zone},
        ),
        ("upsertResource", "resource", {"id": resource, "locationId": uid("place"), "name": name, **more}),
    ):
        answer = await gateway.data(set_up(field, record), admin, input=given)
        assert answer["__typename"].endswith("Success"), answer
    return await gateway.token(uid("house"))


async def _user(gateway: Gateway, token: str, **given: Any) -> None:
    answer = await gateway.data(set_up("upsertUser", "user"), token, input={"organizationId": uid("house"), **given})
    assert answer["__typename"] == "UpsertUserSuccess", answer


async def _booked(gateway: Gateway, token: str, **given: Any) -> str:
    answer = await gateway.data(UPSERT, token, input={"participants": [], **given})
    assert answer["__typename"] == "UpsertBookingSuccess", answer
    return str(answer["booking"]["id"])


@pytest.mark.feature(1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 16, 17)
async def test_the_court_bookings_of_wingfields_page(gateway: Gateway) -> None:
    """Written by the page's upsert, listed by all of the list's parameters, read by external ID."""
    (item,) = pages.WINGFIELD["items"]
    gateway.clock.now = datetime.fromisoformat(item["createdAt"])
    desk = await _place(gateway, zone="Europe/Berlin", resource=item["courtId"], type="COURT")
    service = {"id": item["externalServiceId"], "organizationId": uid("house"), "name": "Partner"}
    await gateway.data(set_up("upsertExternalService", "externalService"), desk, input=service)
    await _user(gateway, desk, id=item["participants"][0]["userId"])
    partner = await gateway.token(uid("house"), service=item["externalServiceId"], scopes=["bookings:write"])
    named = {name: item[name] for name in ("externalServiceId", "externalCourtBookingId")}

    booked = {name: value for name, value in item.items() if name not in ("createdAt", "updatedAt")}
    first = await gateway.data(_document("wingfield-upsert"), partner, **booked)
    again = await gateway.data(_document("wingfield-upsert"), partner, **booked)
    asked = named | {
        "offset": 0, "limit": 50, "courtId": item["courtId"], "from": item["startDate"], "to": item["endDate"],
        "updatedFrom": item["updatedAt"], "updatedTo": "2019-08-24T14:15:23Z",
        "userId": item["participants"][0]["userId"],
    }  # fmt: skip
    page = await gateway.data(_document("wingfield-court-bookings"), partner, **asked)
    by_defaults = await gateway.data(_document("wingfield-court-bookings"), partner, externalServiceId=service["id"])
    one = await gateway.data(_document("wingfield-get"), partner, **named)

    assert (first["outcome"], again["outcome"]) == ("CREATED", "UNCHANGED")
    assert page == by_defaults
    assert {
        "items": [_court_booking(node) for node in page["items"]],
        "totalCount": page["totalCount"],
    } == pages.WINGFIELD
    assert _court_booking(one) == item


def _court_booking(node: dict[str, Any]) -> dict[str, Any]:
    people = [{"userId": p["user"]["id"]} if p["user"] else {"email": p["email"]} for p in node.pop("participants")]
    named = {"externalServiceId": node.pop("externalService")["id"], "courtId": node.pop("court")["id"]}
    return {**node, **named, "participants": people}


@pytest.mark.feature(28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38)
async def test_the_bookings_of_spacebrings_page_with_its_next_page(gateway: Gateway) -> None:
    (shown,) = pages.SPACEBRING["bookings"]
    gateway.clock.now = datetime.fromisoformat(shown["createDate"])
    resource = {"resource": shown["resourceRef"], "type": "HOT_DESK", "capacity": 246}
    network = await _place(gateway, zone="Europe/London", **resource)
    await _user(gateway, network, **pages.MEMBER)
    payment = {**shown["payment"], "amount": "123", "tax": {"inclusive": True, "rate": "20"}}
    given = {
        "resourceId": shown["resourceRef"], "startDate": shown["startDate"], "endDate": shown["endDate"],
        "title": shown["title"], "notes": shown["memo"], "seats": shown["seats"], "payment": payment,
        "ownerId": pages.MEMBER["id"], "ownerMembershipId": shown["membershipRefOwner"],
        "participants": [{"userId": pages.MEMBER["id"], "membershipId": shown["attendees"][0]["membershipRef"]}],
    }  # fmt: skip
    ids = [await _booked(gateway, network, **given | {"title": title}) for title in (shown["title"], "Another")]
    asked = {
        "resourceRef": shown["resourceRef"], "locationRef": uid("place"), "types": ["HOT_DESK"], "limit": 1,
        "membershipRefOwner": shown["membershipRefOwner"], "startDate": {"gte": shown["startDate"]},
        "endDate": {"gte": shown["endDate"], "lte": shown["endDate"]},
    }  # fmt: skip
    document = _document("spacebring-bookings")

    first = await gateway.data(document, network, **asked)
    second = await gateway.data(document, network, **asked, nextPageToken=first["pageInfo"]["nextPageToken"])

    found = [_spacebring(node) for page in (first, second) for node in page["bookings"]]
    assert {booking["id"] for booking in found} == set(ids)
    mine = next(booking for booking in found if booking["title"] == shown["title"])
    assert mine == shown | {"id": mine["id"]}
    assert json.loads(first["searchQueryNext"])["after"] == first["pageInfo"]["nextPageToken"]
    assert (second["pageInfo"]["hasNextPage"], second["searchQueryNext"]) == (False, None)
    ready_made = "query ($filter: BookingFilter, $orderBy: BookingOrder, $first: Int, $after: String) { bookings(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { id } } }"  # noqa: E501 - as one line
    following = await gateway.data(ready_made, network, **json.loads(first["searchQueryNext"]))
    assert [node["id"] for node in following["nodes"]] == [node["id"] for node in second["bookings"]]


def _spacebring(node: dict[str, Any]) -> dict[str, Any]:
    payment = node["payment"]
    numbers = {"amount": int(payment["amount"]), "tax": {**payment["tax"], "rate": int(payment["tax"]["rate"])}}
    people = [{"membershipRef": one["membershipRef"], "user": one["user"]} for one in node["attendees"]]
    named = {"resourceRef": node.pop("resource")["id"], "attendees": people, "payment": payment | numbers}
    return {**node, **named}


@pytest.mark.feature(42, 43, 44, 45, 46, 47, 50)
async def test_the_agenda_of_beilss_page_with_client_and_staff(gateway: Gateway) -> None:
    (shown,) = pages.BEILS
    gateway.clock.now = datetime.fromisoformat(shown["created_at"])
    salon = await _place(gateway, zone="Europe/Madrid", resource=uid("chair"), type="ROOM")
    client = {"name": "María", "surname": "García", "phoneNumber": "+34 600 123 456"}
    await _user(gateway, salon, id=shown["client_id"], **client)
    await _user(gateway, salon, id=shown["staff_id"], **shown["staff"])
    booking = await _booked(
        gateway, salon, resourceId=uid("chair"), startDate="2024-03-15T10:00:00+01:00", duration=shown["duration"],
        ownerId=shown["client_id"], staffId=shown["staff_id"], item={"type": "SERVICE", "id": shown["item_id"]},
        notes=shown["notes"],
    )  # fmt: skip
    document = _document("beils-agenda-bookings")

    asked = {"start": "2024-03-01", "end": "2024-03-31", "staff_id": shown["staff_id"], "client_id": shown["client_id"]}
    answer = await gateway.data(document, salon, **asked)

    assert await gateway.data(document, salon) == answer
    assert [_beils(node) for node in answer["bookings"]] == [shown | {"booking_id": booking}]
    assert (await gateway.data(document, salon, start="2024-04-01", end="2024-04-30"))["bookings"] == []


def _beils(node: dict[str, Any]) -> dict[str, Any]:
    client, staff, item = node.pop("client"), node.pop("staff"), node.pop("item")
    return {
        **node,
        "client_id": client.pop("id"), "client": client, "staff_id": staff.pop("id"), "staff": staff,
        "item_type": item["item_type"].lower(), "item_id": item["item_id"], "status": STATUSES[node["status"]],
        "booking_date": f"{node['booking_date']}T00:00:00.000Z",
        "created_at": node["created_at"].replace("Z", ".000Z"), "updated_at": node["updated_at"].replace("Z", ".000Z"),
    }  # fmt: skip


@pytest.mark.feature(51, 52, 53, 54, 55, 56, 58, 59, 64, 65, 67)
@pytest.mark.decision(18)
async def test_the_calendar_of_the_page_with_a_booking_and_a_fragment(gateway: Gateway) -> None:
    booked, fragment = pages.CALENDAR["events"]
    room = booked["resource_id"]
    about = {"resource": room, "name": booked["resource_name"], "type": "ROOM", "color": booked["color_map"]["bg"]}
    owner = await _place(gateway, zone="Europe/Berlin", **about)
    hours = {"resourceId": room, "weekly": [{"weekday": "WEDNESDAY", "start": "12:00", "end": "20:00"}]}
    await gateway.data(set_up("upsertSchedule", "schedule", "weekly { weekday }"), owner, input=hours)
    await _user(gateway, owner, id=uid("jane"), name="Jane", surname="Doe")
    times = {"startDate": booked["start_date"], "endDate": booked["end_date"]}
    people = {"participants": [{"userId": uid("jane")}]}
    booking = await _booked(gateway, owner, resourceId=room, title="Workshop", **times, **people)
    asked = {
        "resource_id": room, "start_date": "2026-04-01T00:00:00Z", "end_date": "2026-04-15T23:59:59Z",
        "timezone": "Europe/Berlin", "exclude_child_resources": False,
    }  # fmt: skip

    answer = await gateway.data(_document("booking-calendars"), owner, **asked)
    preview = await gateway.data(_document("booking-preview"), owner, account_id=uid("jane"), booking_id=booking)

    events = [_event(event) for event in answer["events"] if event["start_date"] >= booked["start_date"]]
    (shown,) = [event for event in events if event["type"] == "booking"]
    (left,) = [event for event in events if event["type"] == "period_fragment"]
    assert shown == booked | {
        "id": shown["id"],
        "customers": [{**booked["customers"][0], "id": shown["customers"][0]["id"]}],
        "bookings": [{"id": booking, "status": "accepted"}],
        "color_map": {"bg": "#3b82f6", "text": "#000000"},  # black contrasts more with that blue than the page's white
    }
    assert {name: left[name] for name in fragment} == fragment | {"id": left["id"]}
    assert [resource["id"] for resource in answer["resources_with_schedule"]] == pages.CALENDAR[
        "resources_with_schedule"
    ]
    assert (preview["id"], preview["displayLabel"], preview["resourceName"]) == (
        booking, booked["display_label"], booked["resource_name"],
    )  # fmt: skip


def _event(event: dict[str, Any]) -> dict[str, Any]:
    bookings = [{**booking, "status": booking["status"].lower()} for booking in event["bookings"]]
    resource = event.pop("resource")
    return {**event, "type": event["type"].lower(), "bookings": bookings, **resource}


@pytest.mark.parametrize(
    ("section", "parameters", "example"),
    [
        ("Wingfield", pages.WINGFIELD_PARAMETERS, pages.WINGFIELD),
        ("Spacebring", pages.SPACEBRING_PARAMETERS, pages.SPACEBRING),
        ("Beils", pages.BEILS_PARAMETERS, pages.BEILS),
        ("Booking calendars", pages.CALENDAR_PARAMETERS, pages.CALENDAR),
    ],
)
def test_people_moving_over_find_every_parameter_and_field(
    section: str, parameters: tuple[str, ...], example: Any
) -> None:
    text = (ROOT / "docs" / "moving.md").read_text("utf-8")
    part = text.split(f"## {section}", 1)[1].split("\n## ", 1)[0]

    named = set(re.findall(r"^\| `([^`]+)` \|", part, flags=re.MULTILINE))
    assert set(parameters) | pages.paths(example) <= named
