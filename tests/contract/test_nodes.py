"""Records by their IDs, of any type, and who asks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.api.documents import DELETE, set_up
from tests.api.venue import Venue, uid

NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
NODE = "query ($id: ID!) { node(id: $id) { __typename id ... on User { name email } ... on Blocker { title } } }"


async def _block(venue: Venue) -> str:
    span = {"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T09:00:00Z"}
    given = {"id": uid("block"), "resourceId": venue.room, "title": "Repair", **span}
    await venue.gateway.data(set_up("upsertBlocker", "blocker"), venue.desk, input=given)
    return uid("block")


async def _kinds(venue: Venue, token: str | None, ids: list[str]) -> list[Any]:
    answer = await venue.gateway.data(NODES, token, ids=ids)
    return [record and record["__typename"] for record in answer]


async def test_records_of_every_type_come_in_the_order_of_their_ids_also_twice(venue: Venue) -> None:
    booking = (await venue.book())["booking"]["id"]
    ids = [booking, venue.jane, await _block(venue), venue.room, venue.location, venue.service, venue.club, booking]

    kinds = ["Booking", "User", "Blocker", "Resource", "Location", "ExternalService", "Organization", "Booking"]
    assert await _kinds(venue, venue.desk, ids) == kinds
    assert await _kinds(venue, venue.admin, ids) == kinds


async def test_of_records_of_several_types_that_want_the_same_id_at_once_one_has_it(venue: Venue) -> None:
    mine = {"name": "x", "organizationId": venue.club}
    span = {"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T09:00:00Z"}
    asked: dict[tuple[str, str], dict[str, Any]] = {
        ("upsertUser", "user"): mine,
        ("upsertExternalService", "externalService"): mine,
        ("upsertLocation", "location"): {**mine, "timezone": "UTC"},
        ("upsertResource", "resource"): {"name": "x", "locationId": venue.location, "type": "ROOM"},
        ("upsertBlocker", "blocker"): {"resourceId": venue.room, **span},
    }
    for n in range(10):
        sent = [
            venue.gateway.data(set_up(*names), venue.desk, input={"id": uid(f"wanted {n}"), **given})
            for names, given in asked.items()
        ]
        answers = sorted(answer["__typename"].endswith("Success") for answer in await asyncio.gather(*sent))
        assert answers == [False] * 4 + [True]


@pytest.mark.decision(14)
async def test_unknown_malformed_foreign_and_deleted_records_are_null(venue: Venue) -> None:
    booking = (await venue.book())["booking"]["id"]
    ids = [booking, venue.jane, await _block(venue), venue.service, uid("nothing"), "no-uuid", ""]

    assert await _kinds(venue, venue.foreigner, ids) == [None] * len(ids)
    await venue.gateway.data(DELETE, venue.desk, input={"id": booking})
    assert await _kinds(venue, venue.desk, [booking]) == [None]


@pytest.mark.decision(15)
async def test_people_are_nodes_to_those_alone_who_may_read_people(venue: Venue) -> None:
    assert (await venue.gateway.data(NODE, venue.desk, id=venue.jane))["email"] == "jane@example.com"
    for token in (venue.blind, venue.partner, venue.foreigner):
        assert await venue.gateway.data(NODE, token, id=venue.jane) is None


@pytest.mark.decision(16)
async def test_a_services_token_finds_its_own_service_and_bookings_alone(venue: Venue) -> None:
    own = (await venue.upsert())["booking"]["id"]
    ids = [own, venue.service, venue.other_service]

    assert await _kinds(venue, venue.partner, ids) == ["Booking", "ExternalService", None]
    assert await _kinds(venue, venue.rival, ids) == [None, None, "ExternalService"]


async def test_a_hundred_ids_are_enough(venue: Venue) -> None:
    assert await _kinds(venue, venue.desk, [venue.room] * 100) == ["Resource"] * 100
    assert await venue.gateway.codes(NODES, venue.desk, ids=[venue.room] * 101) == ["invalid_schema"]
    assert await _kinds(venue, venue.desk, []) == []


async def test_the_viewer_is_told_who_it_is(venue: Venue) -> None:
    document = "{ viewer { name scopes organizations { name } externalService { name } } }"

    nobody = await venue.gateway.data(document)
    partner = await venue.gateway.data(document, venue.partner)
    admin = await venue.gateway.data(document, venue.admin)

    assert nobody == {"name": None, "scopes": [], "organizations": [], "externalService": None}
    assert partner["externalService"] == {"name": "club"}
    assert partner["scopes"] == ["bookings:write", "resources:read"]
    assert [organization["name"] for organization in partner["organizations"]] == ["club"]
    assert {organization["name"] for organization in admin["organizations"]} == {"club", "other_club"}
    assert len(admin["scopes"]) == 6
