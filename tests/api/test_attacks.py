"""What a hostile client sends: refused by a typed error, at little cost, and nobody else is harmed."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from multidict import CIMultiDict
from yarl import URL

from gateway.server import LARGEST_BODY
from storage.database import DatabaseBusyError
from tests.api.clients import Gateway
from tests.api.documents import DELETE, UPSERT, set_up
from tests.api.venue import Venue

YEAR = {"startDate": "2026-01-01T00:00:00Z", "endDate": "2027-01-01T00:00:00Z"}
ASKED = "calendarEvents(resourceIds: $ids, startDate: $startDate, endDate: $endDate, timezone: "
OF_YEAR = "query ($ids: [ID!]!, $startDate: DateTime!, $endDate: DateTime!)"


def _chain(fragments: int, levels: int) -> str:
    """Fragments that name each other, none of them deep, and all together deeper than Python's stack."""
    down, up = "parent {" * levels, "}" * levels
    named = "".join(f"fragment F{n} on Resource {{ {down} ...F{n + 1} {up} }}" for n in range(fragments))
    return f'{{ resource(id: "1") {{ ...F0 }} }} {named} fragment F{fragments} on Resource {{ id }}'


def _nested(around: str, times: int) -> str:
    """A name within so many fields of fields."""
    return f"{around} {{ " * times + "name" + " }" * times * (around.count("{") + 1)


@pytest.mark.parametrize(
    "document",
    [
        _chain(190, 4),
        f"{{ locations {{ nodes {{ {_nested('resources { nodes { location', 5)} }} }} }}",
        f'{{ resource(id: "1") {{ {_nested("children", 3)} }} }}',
        f"{{ nodes(ids: []) {{ ... on Resource {{ {_nested('children', 2)} }} }} }}",
        f"{{ {' '.join(f'a{n}: viewer {{ name }}' for n in range(51))} }}",
    ],
)
async def test_a_document_that_would_answer_too_much_is_refused(gateway: Gateway, document: str) -> None:
    assert await gateway.codes(document) == ["operation_too_complex"]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"x":', "}")])
async def test_variables_nested_deeper_than_any_input_are_refused(gateway: Gateway, opening: str, closing: str) -> None:
    document = "query ($x: Int) { bookings(first: $x) { totalCount } }"
    body = f'{{"query": "{document}", "variables": {{"x": {opening * 1000}1{closing * 1000}}}}}'

    response = await gateway.client.post("/graphql", data=body, headers={"Content-Type": "application/json"})

    extensions = (await response.json())["errors"][0]["extensions"]
    assert (extensions["code"], extensions["issues"][0]["path"]) == ("invalid_schema", ["x"])


@pytest.mark.parametrize("zones", [("Etc/GMT+1", "Etc/GMT+2", "Etc/GMT+3"), ("UTC", "UTC", "UTC")])
async def test_many_calendars_in_one_request_are_bounded_together(
    venue: Venue, monkeypatch: pytest.MonkeyPatch, zones: tuple[str, ...]
) -> None:
    monkeypatch.setattr("resolvers.calendar.MOST_EVENTS", 1000)
    calendars = [f'a{n}: {ASKED} "{zone}") {{ startDate }}' for n, zone in enumerate(zones)]
    one, three = (f"{OF_YEAR} {{ {' '.join(calendars[:count])} }}" for count in (1, 3))

    assert await venue.gateway.codes(one, ids=[venue.court], **YEAR) == []
    assert "operation_too_complex" in await venue.gateway.codes(three, ids=[venue.court], **YEAR)


@pytest.mark.parametrize("failing", ["", "booking(ref: {id: 1}) { id }"])
async def test_an_answer_that_holds_too_many_values_is_refused(venue: Venue, failing: str) -> None:
    """Also when something else in the document fails, and graphql-core is asked."""
    wide = " ".join(f"a{n}: id" for n in range(700))
    calendar = f'{ASKED} "UTC") {{ events {{ {wide} }} }}'
    ids = [venue.court, venue.other_court, venue.room, venue.hall, venue.foreign_court]
    small = {"startDate": "2026-04-13T00:00:00Z", "endDate": "2026-04-14T00:00:00Z"}

    few = await venue.gateway.execute(f"{OF_YEAR} {{ {calendar} }}", ids=ids[:1], **small)
    codes = await venue.gateway.codes(f"{OF_YEAR} {{ {calendar} {failing} }}", ids=ids, **YEAR)

    assert len(few["data"]["calendarEvents"]["events"]) == 2
    assert codes == ["operation_too_complex"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/nothing", {}, 404),
        ("POST", "/graphql/", {}, 404),
        ("GET", "/assets/..%2f..%2fapp.py", {}, 404),
        ("GET", "/assets/%ff", {}, 404),
        ("PUT", "/graphql", {}, 405),
        ("DELETE", "/graphql", {}, 405),
        ("POST", "/healthz", {}, 405),
        ("GET", "/nothing", {"Expect": "x"}, 417),
        ("POST", "/graphql", {"Expect": "x"}, 417),
        ("POST", "/graphql", {"Content-Encoding": "gzip"}, 415),
        ("POST", "/graphql", {"Content-Encoding": "deflate"}, 415),
        ("POST", "/graphql", {"Content-Encoding": "br"}, 415),
        ("POST", "/graphql", {"Content-Type": "text/plain; " + "(" * 8000}, 415),
    ],
)
async def test_what_is_no_request_to_the_endpoint_is_told_as_json(
    gateway: Gateway, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    body = b'{"query": "{ viewer { name } }"}'
    sent = {"Content-Type": "application/json", **headers}

    response = await gateway.client.request(method, URL(path, encoded=True), data=body, headers=sent)

    assert (response.status, response.content_type) == (status, "application/json")
    assert (await response.json())["errors"][0]["extensions"]["code"] == "invalid_schema"
    assert ("Allow" in response.headers) == (status == 405)


@pytest.mark.parametrize("path", ["/graphql", "/healthz", "/nothing"])
async def test_no_body_is_ever_inflated(gateway: Gateway, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor what is left of one after it was answered: a megabyte of zeros is a kilobyte that takes time."""
    inflated: list[int] = []

    def inflate(_self: object, data: bytes, *_: object, **__: object) -> None:
        inflated.append(len(data))
        raise ValueError

    monkeypatch.setattr("aiohttp.compression_utils.ZLibDecompressor.decompress_sync", inflate)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    response = await gateway.client.post(path, data=gzip.compress(bytes(LARGEST_BODY * 5)), headers=headers)

    assert response.status in (404, 405, 415)
    assert inflated == []


async def test_a_body_that_is_told_to_be_as_it_is_is_taken(gateway: Gateway) -> None:
    headers = {"Content-Encoding": "identity"}

    response = await gateway.client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)

    assert response.status == 200


async def test_a_bug_outside_of_any_document_is_masked_and_named_by_an_id(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError("secret")

    monkeypatch.setattr("gateway.http.access_of", broken)

    response = await gateway.send("{ viewer { name } }")

    error = (await response.json())["errors"][0]
    assert (response.status, error["extensions"]["code"]) == (500, "internal_error")
    assert error["extensions"]["id"]
    assert "secret" not in await response.text()


@pytest.mark.parametrize("header", ["Origin", "Referer"])
async def test_a_cookie_does_not_count_where_the_sender_is_no_address(venue: Venue, header: str) -> None:
    headers = {"Cookie": f"auth_token={venue.desk}", header: "http://[::1"}

    response = await venue.gateway.client.post("/graphql", json={"query": "{ viewer { name } }"}, headers=headers)

    assert (await response.json())["data"]["viewer"]["name"] is None


async def test_two_authorizations_are_none(venue: Venue) -> None:
    both = CIMultiDict([("Authorization", f"Bearer {venue.desk}"), ("Authorization", f"Bearer {venue.admin}")])

    response = await venue.gateway.client.post("/graphql", json={"query": "{ viewer { name } }"}, headers=both)

    assert response.status == 401
    assert (await response.json())["errors"][0]["extensions"]["code"] == "invalid_api_token"


LONG = "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(501))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"externalBookingId": LONG}, ["externalBookingId"]),
        ({"externalUpdatedAt": "0001-01-01T00:00:00Z"}, ["externalUpdatedAt"]),
        ({"ownerMembershipId": "member 7"}, ["ownerMembershipId"]),
        ({"item": {"type": "PACK", "id": "pack 7"}}, ["item", "id"]),
        ({"participants": [{"email": "a@b.example", "membershipId": "7"}]}, ["participants", "0", "membershipId"]),
        ({"payment": {"transactionRef": "x" * 10_001}}, ["payment"]),
    ],
)
async def test_what_one_store_could_not_keep_as_it_is_is_refused(
    venue: Venue, changes: dict[str, Any], path: list[str]
) -> None:
    answer = await venue.upsert(**changes)

    assert (answer["__typename"], answer["code"], answer["path"]) == (
        "InvalidInput",
        "INVALID_SCHEMA",
        ["input", *path],
    )


async def test_the_longest_external_id_is_kept(venue: Venue) -> None:
    answer = await venue.upsert(externalBookingId="\U0001f3be" + LONG[:499])

    assert answer["booking"]["externalBookingId"] == "\U0001f3be" + LONG[:499]


@pytest.mark.parametrize(
    "changes", [{"externalBookingId": LONG}, {"externalUpdatedAt": "0001-01-01T00:00:00Z"}], ids=["id", "time"]
)
async def test_a_delete_of_what_cannot_be_kept_is_refused(venue: Venue, changes: dict[str, Any]) -> None:
    key = {"externalBookingId": "b-1", "externalUpdatedAt": "2026-04-13T07:00:00Z", **changes}

    answer = await venue.gateway.data(DELETE, venue.partner, input=key)

    assert (answer["__typename"], answer["code"]) == ("InvalidInput", "INVALID_SCHEMA")


@pytest.mark.parametrize("given", ["no UUID", "", "00000000-0000-0000-0000-000000000000"])
async def test_no_record_takes_the_id_that_stands_for_all_malformed_ones(venue: Venue, given: str) -> None:
    blocked = {"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T09:00:00Z"}
    inputs = {
        ("upsertOrganization", "organization"): {"name": "x"},
        ("upsertExternalService", "externalService"): {"organizationId": venue.club, "name": "x"},
        ("upsertLocation", "location"): {"organizationId": venue.club, "name": "x", "timezone": "UTC"},
        ("upsertUser", "user"): {"organizationId": venue.club},
        ("upsertResource", "resource"): {"locationId": venue.location, "name": "x", "type": "ROOM"},
        ("upsertBlocker", "blocker"): {"resourceId": venue.court, **blocked},
    }

    for (field, record), rest in inputs.items():
        answer = await venue.gateway.data(set_up(field, record), venue.admin, input={"id": given, **rest})
        assert (answer["__typename"], answer["path"]) == ("InvalidInput", ["input", "id"]), field


@pytest.mark.parametrize("amount", ["٣", "1_0", " 1", "1 ", "", ".", "NaN", "Infinity", "1E21", "1e", "0x1", "--1"])
async def test_a_decimal_in_any_other_writing_is_refused(venue: Venue, amount: str) -> None:
    given = venue.partner_input(payment={"amount": amount})

    assert await venue.gateway.codes(UPSERT, venue.partner, input=given) == ["invalid_schema"]


async def test_the_operator_reads_why_a_store_refused_what_the_client_is_not_told(
    venue: Venue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise DatabaseBusyError("database or disk is full")

    monkeypatch.setattr(venue.gateway.database, "write", full)

    answer = await venue.gateway.execute(UPSERT, venue.partner, input=venue.partner_input())

    assert answer["errors"][0]["extensions"] == {"code": "store_busy"}
    assert "disk is full" not in str(answer)
    assert "disk is full" in caplog.text
