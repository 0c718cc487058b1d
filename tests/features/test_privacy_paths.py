"""Side doors: filters and totals, cursors, and what tells a foreign record from one that is not there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from resolvers.api import graphql_schema
from storage.database import Row
from storage.statements import Statement
from tests.api.documents import BOOKINGS, CALENDAR, DELETE, GET_BOOKING, UPSERT, set_up
from tests.api.venue import Venue, uid
from tests.features.asking import desk_wrote, filtered, partner_wrote, refused, span
from tests.features.secrets_scene import ORDER, Scene, open_scene
from tests.writes.documents import CONFIRM, RESERVE, STATUS

PEOPLE = ("ownerId", "ownerMembershipId", "staffId", "participantUserId", "participantEmail")


@pytest.fixture
async def scene(venue: Venue) -> Scene:
    return await open_scene(venue)


def _conditions(scene: Scene) -> dict[str, Any]:
    """For every condition of the filter, what finds the desk's booking, or else the partner's."""
    ids, venue = scene.ids, scene.venue
    return {
        "externalServiceId": venue.service, "externalBookingId": "secret-external", "resourceIds": [ids["room"]],
        "locationId": venue.location, "resourceTypes": ["ROOM"], "ownerId": ids["downer"],
        "ownerMembershipId": uid("dm1"), "staffId": ids["dstaff"], "participantUserId": ids["dguest"],
        "participantEmail": "secret-desk-guest@example.com", "statuses": ["ACCEPTED"], "from": "2026-04-15T09:00:00Z",
        "to": "2026-04-15T11:00:00Z", "updatedFrom": "2026-04-13T08:00:00Z", "updatedTo": "2026-04-13T08:00:01Z",
        "startDate": {"gte": "2026-04-15T10:00:00Z"}, "endDate": {"lte": "2026-04-15T11:00:00Z"},
        "agenda": {"start": "2026-04-15", "end": "2026-04-15"}, "includeDeleted": True,
    }  # fmt: skip


@pytest.mark.decision(14, 15, 16, 17)
@pytest.mark.feature(13, 15)
async def test_no_filter_and_no_total_tells_of_a_booking_that_is_not_listed(scene: Scene) -> None:
    conditions = _conditions(scene)
    fields = graphql_schema().type_map["BookingFilter"].fields  # type: ignore[attr-defined]
    assert set(conditions) == set(fields), "say above what finds the bookings by the new condition"
    may_list = {"partner's": {"partner", "reception", "blind", "desk", "admin"}, "desk's": {"blind", "desk", "admin"}}

    for caller in ORDER:
        visible = {scene.ids[name] for name, callers in may_list.items() if caller in callers}
        visible |= {scene.ids["foreign"]} if caller in ("foreigner", "admin") else set()
        for name, value in conditions.items():
            answer = await scene.venue.gateway.execute(BOOKINGS, scene.tokens[caller], filter={name: value})
            if "errors" in answer:
                assert _code(answer) == _expected_refusal(caller, name), (caller, name)
                continue
            page = answer["data"]["bookings"]
            assert {node["id"] for node in page["nodes"]} <= visible, (caller, name)
            assert page["totalCount"] == len(page["nodes"]), (caller, name)
            assert _expected_refusal(caller, name) is None, (caller, name)


def _expected_refusal(caller: str, condition: str) -> str | None:
    if caller == "nobody":
        return "missing_api_token"
    if caller in ("caretaker", "directory"):
        return "scope_permission_denied"
    if condition == "externalServiceId" and caller in ("foreigner", "rival"):
        return "external_service_access_denied"
    sees_people = caller != "blind"  # a service's token without `users:read` sees the IDs of its own bookings
    return None if condition not in PEOPLE or sees_people else "scope_permission_denied"


def _code(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


@pytest.mark.decision(15)
@pytest.mark.feature(15, 29, 43)
@pytest.mark.parametrize("condition", PEOPLE)
async def test_without_the_scope_for_people_no_filter_by_person_answers(scene: Scene, condition: str) -> None:
    values = _conditions(scene)[condition], "x@example.com" if condition == "participantEmail" else uid("nothing")

    for value in values:
        found = await refused(scene.venue, scene.venue.blind, filter={condition: value})
        assert found == ("scope_permission_denied", ["filter", condition])


@pytest.mark.decision(15, 16)
@pytest.mark.feature(8, 9, 29, 43)
@pytest.mark.parametrize("condition", PEOPLE)
async def test_a_service_filters_its_own_bookings_by_person_and_finds_nobody_elses(
    venue: Venue, condition: str
) -> None:
    """The same people are in a booking of another service and in one of the desk."""
    guest, member = "guest@example.com", uid("membership")
    people = [{"userId": venue.jane}, {"email": guest}]
    given: dict[str, Any] = {"ownerId": venue.jane, "ownerMembershipId": member, "participants": people}
    await partner_wrote(venue, "own", staffId=venue.john, **given)
    rivals = {"resourceId": venue.other_court, "staffId": venue.john, **span("10:00", "11:00")}
    await partner_wrote(venue, "rival's", venue.rival, **rivals, **given)
    await desk_wrote(venue, "desk's", "12:00", "13:00", staffId=venue.john, **given)
    by = {
        "ownerId": venue.jane, "ownerMembershipId": member, "staffId": venue.john, "participantUserId": venue.jane,
        "participantEmail": guest,
    }[condition]  # fmt: skip

    assert await filtered(venue, **{condition: by}) == ["own", "rival's", "desk's"]
    assert await filtered(venue, venue.partner, **{condition: by}) == ["own"]
    assert await filtered(venue, venue.rival, **{condition: by}) == ["rival's"]
    page = await venue.gateway.data(BOOKINGS, venue.partner, filter={condition: by})
    assert page["totalCount"] == 1


@pytest.mark.decision(14)
@pytest.mark.feature(16, 23)
async def test_a_foreign_record_is_answered_to_the_letter_like_one_that_is_not_there(scene: Scene) -> None:
    """By the same codes, words and paths, and by statements of the same number."""
    venue, ids = scene.venue, scene.ids
    guest, ours = [{"email": "a@example.com"}], {"locationId": venue.location, "name": "x", "type": "ROOM"}
    free = {"participants": guest, **span("18:00", "19:00")}
    theirs = {
        "booking": ids["foreign"], "resource": ids["foreign court"], "user": venue.stranger, "club": venue.other_club,
        "service": uid("other_club service"), "location": uid("other_club location"),
    }  # fmt: skip
    asked: list[tuple[str, str, dict[str, Any]]] = [
        (GET_BOOKING, "booking", {"ref": {"id": "?"}}),
        (GET_BOOKING, "service", {"ref": {"external": {"externalServiceId": "?", "externalBookingId": "x"}}}),
        ("query ($id: ID!) { node(id: $id) { id } }", "booking", {"id": "?"}),
        ("query ($id: ID!) { node(id: $id) { id } }", "user", {"id": "?"}),
        ("query ($id: ID!) { node(id: $id) { id } }", "service", {"id": "?"}),
        ("query ($u: ID!, $b: ID!) { bookingPreview(accountId: $u, bookingId: $b) { id } }", "booking",
         {"u": ids["downer"], "b": "?"}),
        ("query ($u: ID!, $b: ID!) { bookingPreview(accountId: $u, bookingId: $b) { id } }", "user",
         {"u": "?", "b": ids["desk's"]}),
        (BOOKINGS, "service", {"filter": {"externalServiceId": "?"}}),
        (BOOKINGS, "resource", {"filter": {"resourceIds": ["?"]}}),
        (BOOKINGS, "location", {"filter": {"locationId": "?"}}),
        (BOOKINGS, "user", {"filter": {"ownerId": "?"}}),
        (UPSERT, "booking", {"input": {"id": "?", "resourceId": ids["room"], **free}}),
        (UPSERT, "resource", {"input": {"resourceId": "?", **free}}),
        (UPSERT, "user", {"input": {"resourceId": ids["room"], "ownerId": "?", **free}}),
        (UPSERT, "user", {"input": {"resourceId": ids["room"], "staffId": "?", **free}}),
        (UPSERT, "user", {"input": {"resourceId": ids["room"], **free, "participants": [{"userId": "?"}]}}),
        (UPSERT, "service", {"input": venue.partner_input(externalServiceId="?", **free)}),
        (DELETE, "booking", {"input": {"id": "?"}}),
        (STATUS, "booking", {"input": {"ref": {"id": "?"}, "status": "ACCEPTED"}}),
        (RESERVE, "resource", {"input": {"resourceId": "?", **span("18:00", "19:00")}}),
        (RESERVE, "user", {"input": {"resourceId": ids["room"], "staffId": "?", **span("18:00", "19:00")}}),
        (CONFIRM, "user", {"input": {"reservationToken": scene.hold, "participants": [], "ownerId": "?"}}),
        (set_up("upsertLocation", "location"), "club",
         {"input": {"organizationId": "?", "name": "x", "timezone": "UTC"}}),
        (set_up("upsertUser", "user"), "club", {"input": {"organizationId": "?"}}),
        (set_up("upsertResource", "resource"), "location", {"input": {**ours, "locationId": "?"}}),
        (set_up("upsertResource", "resource"), "resource", {"input": {**ours, "parentId": "?"}}),
        (set_up("upsertResource", "resource"), "user", {"input": {**ours, "userId": "?"}}),
        (set_up("upsertSchedule", "schedule", "weekly { weekday }"), "resource", {"input": {"resourceId": "?"}}),
        (set_up("upsertBlocker", "blocker"), "resource", {"input": {"resourceId": "?", **span("18:00", "19:00")}}),
        (set_up("deleteBlocker", "blocker"), "booking", {"input": {"id": "?"}}),
    ]  # fmt: skip

    for document, kind, variables in asked:
        foreign = await venue.gateway.execute(document, venue.desk, **_filled(variables, theirs[kind]))
        absent = await venue.gateway.execute(document, venue.desk, **_filled(variables, uid("nothing")))
        assert foreign == absent, (document[:60], kind)


@pytest.mark.decision(14)
async def test_an_id_of_any_foreign_record_finds_nothing(scene: Scene) -> None:
    venue, ids = scene.venue, scene.ids
    private = [
        value for name, value in ids.items() if name not in ("room", "court", "hall", "foreign court", "foreign")
    ]
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    assert await venue.gateway.data(document, venue.foreigner, ids=private) == [None] * len(private)
    for name in ("office", "chair"):
        single = await venue.gateway.execute("query ($id: ID!) { resource(id: $id) { id } }", None, id=ids[name])
        assert single == {"data": {"resource": None}}


@pytest.mark.decision(14)
@pytest.mark.parametrize("what", ["booking", "resource", "user", "calendar"])
async def test_looking_for_a_foreign_record_takes_the_same_steps_as_for_none(
    scene: Scene, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time that an answer takes follows from its statements: they are the same ones, in the same order."""
    venue, ids = scene.venue, scene.ids
    steps: list[str] = []
    fetch = venue.gateway.database.fetch

    async def noted(statement: Statement, **values: Any) -> Sequence[Row]:
        steps.append(re.sub(r"\s+", " ", statement.for_(venue.gateway.database.dialect).sql))
        return await fetch(statement, **values)

    monkeypatch.setattr(venue.gateway.database, "fetch", noted)
    document, variables, theirs = {
        "booking": (GET_BOOKING, {"ref": {"id": "?"}}, ids["foreign"]),
        "resource": ("query ($id: ID!) { resource(id: $id) { name } }", {"id": "?"}, uid("private")),
        "user": (BOOKINGS, {"filter": {"ownerId": "?"}}, venue.stranger),
        "calendar": (CALENDAR, {"resourceIds": ["?"]}, uid("private")),
    }[what]
    private = {"id": uid("private"), "locationId": uid("other_club location"), "name": "x", "type": "STAFF"}
    await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=private)

    taken = []
    for _ in range(3):  # until the document is compiled, and theirs is kept
        await venue.gateway.execute(document, venue.admin, **_filled(variables, theirs))
    for value in (uid("another"), theirs, uid("nothing")):  # the first also reads the token
        steps.clear()
        await venue.gateway.execute(document, venue.desk, **_filled(variables, value))
        taken.append(list(steps))
    assert taken[1] == taken[2]
    assert taken[1]


def _filled(value: Any, replacement: str) -> Any:
    """Put a value where the question marks are."""
    if isinstance(value, dict):
        return {key: _filled(inner, replacement) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, replacement) for inner in value]
    return replacement if value == "?" else value
