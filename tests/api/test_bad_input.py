"""Bad input: a typed error with a code and a path, never a 500, never our insides, and nothing written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.clients import Gateway
from tests.api.documents import BOOKINGS, CALENDAR, DELETE, UPSERT, set_up
from tests.api.venue import Venue, uid

INSIDES = ("Traceback", "SELECT", "INSERT", "sqlite", "asyncpg", "psycopg", "NoneType", "Error(", "object at 0x")


def _issue(answer: dict[str, Any]) -> tuple[str, list[str]]:
    """The code of the first error and the path of its first issue."""
    extensions = answer["errors"][0]["extensions"]
    return extensions["code"], extensions["issues"][0]["path"]


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"endDate": "2026-04-15T07:00:00Z"}, "INVALID_TIME_RANGE", ["input", "endDate"]),
        ({"endDate": "2026-04-15T08:00:00Z"}, "INVALID_TIME_RANGE", ["input", "endDate"]),
        ({"endDate": None, "duration": 0}, "INVALID_TIME_RANGE", ["input", "duration"]),
        ({"duration": 60}, "MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION", ["input", "endDate"]),
        ({"endDate": None}, "MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION", ["input", "endDate"]),
        ({"externalBookingId": ""}, "INVALID_SCHEMA", ["input", "externalBookingId"]),
        ({"externalUpdatedAt": None}, "INVALID_SCHEMA", ["input", "externalUpdatedAt"]),
        ({"externalUpdatedAt": "2026-04-13T08:05:01Z"}, "INVALID_SCHEMA", ["input", "externalUpdatedAt"]),
        ({"participants": []}, "INVALID_SCHEMA", ["input", "participants"]),
        (
            {"participants": [{"email": "not an address"}]},
            "INVALID_SCHEMA",
            ["input", "participants", "0", "email"],
        ),
        ({"participants": [{}]}, "MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION", ["input", "participants", "0"]),
        (
            {"participants": [{"email": "A@b.example"}, {"email": "a@B.example"}]},
            "DUPLICATE_ENTRIES_PROVIDED",
            ["input", "participants", "1"],
        ),
        ({"seats": 0}, "INVALID_SCHEMA", ["input", "seats"]),
        ({"seats": 2}, "INVALID_SCHEMA", ["input", "seats"]),
        ({"status": "RESERVED"}, "INVALID_SCHEMA", ["input", "status"]),
        ({"payment": {"currencyCode": "EURO"}}, "INVALID_SCHEMA", ["input", "payment", "currencyCode"]),
        ({"payment": {"currencyCode": "eur"}}, "INVALID_SCHEMA", ["input", "payment", "currencyCode"]),
    ],
)
async def test_an_upsert_that_breaks_a_rule_is_refused_with_a_path(
    venue: Venue, changes: dict[str, Any], code: str, path: list[str]
) -> None:
    answer = await venue.upsert(**changes)

    assert (answer["__typename"], answer["code"], answer["path"]) == ("InvalidInput", code, path)
    assert (await venue.gateway.data(BOOKINGS, venue.desk))["totalCount"] == 0


async def test_all_that_is_wrong_is_said_at_once(venue: Venue) -> None:
    answer = await venue.upsert(externalBookingId="", endDate="2026-04-15T07:00:00Z", participants=[], seats=0)

    assert [issue["path"][1] for issue in answer["issues"]] == ["externalBookingId", "endDate", "participants", "seats"]


@pytest.mark.parametrize("resource", [uid("nothing"), "no-uuid", uid("other_club court")])
@pytest.mark.decision(14)
async def test_an_unknown_a_malformed_and_a_foreign_court_look_alike(venue: Venue, resource: str) -> None:
    answer = await venue.upsert(resourceId=resource)

    assert answer == {
        "__typename": "NotFound",
        "code": "COURT_NOT_FOUND",
        "message": "There is no such court or resource.",
        "path": ["input", "resourceId"],
    }


@pytest.mark.parametrize(
    ("variables", "path"),
    [
        ({"startDate": "2026-04-15T08:00:00"}, ["startDate"]),
        ({"startDate": "2026"}, ["startDate"]),
        ({"startDate": 1776240000}, ["startDate"]),
        ({"startDate": "2026-02-30T08:00:00Z"}, ["startDate"]),
        ({"startDate": "0001-01-01T00:00:00+14:00"}, ["startDate"]),
        ({"types": ["HOLIDAY"]}, ["types", "0"]),
        ({"timezone": "Mars/Olympus"}, ["timezone"]),
        ({"timezone": "a\0b"}, ["timezone"]),
        ({"resourceIds": None}, ["resourceIds"]),
    ],
)
async def test_a_value_that_does_not_fit_is_refused_with_its_path(
    venue: Venue, variables: dict[str, Any], path: list[str]
) -> None:
    answer = await venue.gateway.execute(CALENDAR, venue.desk, **{"resourceIds": [venue.court], **variables})

    assert "data" not in answer
    assert _issue(answer) == (
        "invalid_timezone" if variables.get("timezone") == "Mars/Olympus" else "invalid_schema",
        path,
    )


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ('{ bookings(filter: {from: "x"}) { totalCount } }', ["bookings", "filter", "from"]),
        ("{ bookings(filter: {startDate: {gte: 5}}) { totalCount } }", ["bookings", "filter", "startDate", "gte"]),
        (
            '{ bookings(filter: {agenda: {start: "2026-02-30"}}) { totalCount } }',
            ["bookings", "filter", "agenda", "start"],
        ),
        (
            '{ calendarEvents(resourceIds: [], timezone: "Mars") { startDate } }',
            ["calendarEvents", "timezone"],
        ),
        ("{ bookings(first: many) { totalCount } }", ["bookings", "first"]),
    ],
)
async def test_a_literal_that_does_not_fit_is_refused_with_its_place(venue: Venue, query: str, path: list[str]) -> None:
    answer = await venue.gateway.execute(query, venue.desk)

    assert _issue(answer) == ("invalid_timezone" if "Mars" in query else "invalid_schema", path)
    assert answer["errors"][0]["locations"]


@pytest.mark.parametrize(
    ("variables", "code", "path"),
    [
        ({"resourceIds": []}, "resource_id_required", ["resourceIds"]),
        ({"resourceIds": ["nothing"]}, "resource_not_found", ["resourceIds"]),
        ({"endDate": "2026-04-01T00:00:00Z"}, "invalid_filter_time_range", ["endDate"]),
        (
            {"startDate": "2026-04-15T00:00:00Z", "endDate": "2026-04-15T00:00:00Z"},
            "invalid_filter_time_range",
            ["endDate"],
        ),
        ({"endDate": "2027-04-15T00:00:00Z"}, "invalid_filter_time_range", ["endDate"]),
        ({"startDate": "9999-12-31T00:00:00Z"}, "invalid_filter_time_range", ["endDate"]),
        ({"startDate": "9999-12-30T00:00:00Z", "endDate": "9999-12-31T23:00:00Z"}, "invalid_filter_time_range", None),
        ({"startDate": "0001-01-01T00:00:00Z"}, "invalid_filter_time_range", None),
    ],
)
async def test_a_calendar_that_cannot_be_is_refused(
    venue: Venue, variables: dict[str, Any], code: str, path: list[str] | None
) -> None:
    answer = await venue.gateway.execute(CALENDAR, venue.desk, **{"resourceIds": [venue.court], **variables})

    found, where = _issue(answer)
    assert found == code
    assert path in (None, where)
    assert answer["errors"][0]["path"] == ["calendarEvents"]


@pytest.mark.parametrize(
    ("variables", "code", "path"),
    [
        ({"first": 0}, "invalid_schema", ["first"]),
        ({"first": 101}, "invalid_schema", ["first"]),
        ({"last": 101}, "invalid_schema", ["last"]),
        ({"first": 1, "last": 1}, "invalid_schema", ["last"]),
        ({"offset": -1}, "invalid_schema", ["offset"]),
        ({"offset": 1, "after": "x"}, "invalid_schema", ["offset"]),
        ({"first": 99999999999}, "invalid_schema", ["first"]),
        ({"after": "nonsense"}, "invalid_cursor", ["after"]),
        ({"after": "ünïcode"}, "invalid_cursor", ["after"]),
        (
            {"filter": {"from": "2026-04-15T09:00:00Z", "to": "2026-04-15T09:00:00Z"}},
            "invalid_filter_time_range",
            ["filter", "to"],
        ),
        (
            {"filter": {"updatedFrom": "2026-04-15T09:00:00Z", "updatedTo": "2026-04-15T08:00:00Z"}},
            "invalid_updated_filter_time_range",
            ["filter", "updatedTo"],
        ),
        ({"filter": {"agenda": {"start": "2026-04-15"}}}, "invalid_schema", ["filter", "agenda"]),
        ({"filter": {"participantEmail": "a\0b"}}, "invalid_schema", ["filter", "participantEmail"]),
        ({"filter": {"unheard": 1}}, "invalid_schema", ["filter", "unheard"]),
        (
            {"filter": {"externalServiceId": "nothing"}},
            "external_service_access_denied",
            ["filter", "externalServiceId"],
        ),
    ],
)
async def test_a_list_that_cannot_be_is_refused(
    venue: Venue, variables: dict[str, Any], code: str, path: list[str]
) -> None:
    answer = await venue.gateway.execute(BOOKINGS, venue.desk, **variables)

    assert _issue(answer) == (code, path)


@pytest.mark.feature(33)
async def test_a_cursor_of_another_filter_or_order_is_refused(venue: Venue) -> None:
    for n in range(3):
        await venue.upsert(externalBookingId=f"b-{n}", resourceId=venue.room, title=f"{n}")
    page = await venue.gateway.data(BOOKINGS, venue.desk, first=1)
    whole = await venue.gateway.data(BOOKINGS, venue.desk)
    cursor = page["pageInfo"]["endCursor"]
    damaged = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    by_end = {"field": "END_DATE", "direction": "ASC"}

    for arguments in (
        {"after": cursor, "filter": {"resourceIds": [venue.room]}},
        {"after": cursor, "orderBy": by_end},
        {"after": damaged},
    ):
        assert await venue.gateway.codes(BOOKINGS, venue.desk, **arguments) == ["invalid_cursor"]
    assert (await venue.gateway.data(BOOKINGS, venue.desk, after=cursor))["nodes"] == whole["nodes"][1:]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"1",
        b'"text"',
        b"[]",
        b'[{"query": "{ viewer { name } }"}]',
        b"{}",
        b'{"query": 1}',
        b'{"query": null}',
        b'{"query": "{ viewer { name } }", "variables": []}',
        b'{"query": "{ viewer { name } }", "operationName": 1}',
        b'{"query": "\xff\xfe"}',
        b'{"query": "{ viewer { name } }", "variables": {"x": "\\ud800"}}',
    ],
)
async def test_a_malformed_request_is_refused(gateway: Gateway, body: bytes) -> None:
    response = await gateway.client.post("/graphql", data=body, headers={"Content-Type": "application/json"})

    assert response.status == 400
    assert (await response.json())["errors"][0]["extensions"]["code"] == "invalid_schema"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "{",
        "{ nothing }",
        "{ viewer }",
        "{ viewer { name } } { viewer { name } }",
        "query A { viewer { name } } query B { viewer { name } }",
        "subscription { x }",
        '{ resource(id: "\\u0000") { id } }',
        '{ resource(id: "\\uD800") { id } }',
        "{ viewer { ...F } } fragment F on Viewer { ...F }",
        "{" * 400,
        "query ($x: Int!) { bookings(first: $x) { totalCount } }",
    ],
)
async def test_a_document_that_cannot_run_is_refused(gateway: Gateway, query: str) -> None:
    response = await gateway.client.post(
        "/graphql", json={"query": query}, headers={"Accept": "application/graphql-response+json"}
    )

    assert response.status == 400, await response.text()
    errors = (await response.json())["errors"]
    assert all(error["extensions"]["code"] == "invalid_schema" for error in errors)


async def test_a_text_that_no_store_can_keep_is_refused(venue: Venue) -> None:
    for document, given in (
        (UPSERT, venue.partner_input(title="a\0b")),
        (UPSERT, venue.partner_input(externalBookingId="\0")),
        (set_up("upsertLocation", "location"), {"organizationId": venue.club, "name": "\0", "timezone": "UTC"}),
    ):
        answer = await venue.gateway.execute(document, venue.admin, input=given)
        code, path = _issue(answer)
        assert code == "invalid_schema"
        assert path[0] == "input"
    assert (await venue.gateway.data(BOOKINGS, venue.desk))["totalCount"] == 0


async def test_a_lone_surrogate_is_refused_before_anything_is_read(venue: Venue) -> None:
    body = json.dumps({"query": UPSERT, "variables": {"input": venue.partner_input(title="\ud800")}}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {venue.partner}"}

    response = await venue.gateway.client.post("/graphql", data=body, headers=headers)

    assert response.status == 400
    assert (await response.json())["errors"][0]["extensions"]["code"] == "invalid_schema"


async def test_no_refusal_shows_our_insides(venue: Venue) -> None:
    texts = [
        json.dumps(await venue.gateway.execute(document, venue.desk, **variables))
        for document, variables in (
            (UPSERT, {"input": venue.partner_input(startDate="x")}),
            (UPSERT, {"input": {}}),
            (UPSERT, {"input": []}),
            (DELETE, {"input": {"id": uid("nothing")}}),
            (BOOKINGS, {"filter": "x"}),
            (BOOKINGS, {"after": "\ud7ff"}),
            (CALENDAR, {"resourceIds": [{}]}),
        )
    ]

    assert not [text for text in texts if any(word in text for word in INSIDES)]


async def test_a_bug_is_masked_and_named_by_an_id(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise KeyError("SELECT secret")

    monkeypatch.setattr(venue.gateway.database, "write", broken)

    answer = await venue.gateway.execute(UPSERT, venue.partner, input=venue.partner_input())

    assert answer["errors"][0]["extensions"]["code"] == "internal_error"
    assert answer["errors"][0]["extensions"]["id"]
    assert "secret" not in json.dumps(answer)


@pytest.mark.parametrize("year", ["1000", "9998"])
async def test_a_booking_out_of_all_reason_is_refused(venue: Venue, year: str) -> None:
    span = {"startDate": f"{year}-04-15T08:00:00Z", "endDate": f"{year}-04-15T09:00:00Z"}

    answer = await venue.upsert(**span)

    assert (answer["code"], answer["path"]) == ("INVALID_TIME_RANGE", ["input", "startDate"])
