"""What a page of another site can do with a visitor's cookie: nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import DELETE
from tests.api.venue import Venue
from tests.contract.sending import send

BOOKINGS = "{ bookings { nodes { id } } }"
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Referer": "https://evil.example/page"},
]


def _own(venue: Venue) -> list[dict[str, str]]:
    """What a browser says of requests from our own pages, and what other clients say: nothing."""
    address = str(venue.gateway.client.make_url("")).rstrip("/")
    return [{"Sec-Fetch-Site": "same-origin"}, {"Origin": address}, {"Referer": f"{address}/calendar"}, {}]


def _cookie(venue: Venue) -> dict[str, str]:
    return {"Cookie": f"auth_token={venue.desk}"}


async def _codes(response: Any) -> list[str]:
    return [error["extensions"]["code"] for error in (await response.json()).get("errors", [])]


@pytest.mark.feature(41)
async def test_a_cookie_does_not_count_in_a_request_from_another_site(venue: Venue) -> None:
    for sender in FOREIGN:
        headers = {**_cookie(venue), **sender}
        posted = await send(venue, BOOKINGS, headers)
        got = await venue.gateway.client.get("/graphql", params={"query": BOOKINGS}, headers=headers)

        assert [posted.status, got.status] == [401, 401], sender
        assert [await _codes(posted), await _codes(got)] == [["missing_api_token"]] * 2


@pytest.mark.feature(41)
async def test_a_cookie_counts_in_requests_from_our_own_pages_and_from_programs(venue: Venue) -> None:
    answers = [await send(venue, BOOKINGS, {**_cookie(venue), **sender}) for sender in _own(venue)]

    assert [answer.status for answer in answers] == [200] * 4


async def test_a_token_in_the_header_counts_from_any_site(venue: Venue) -> None:
    answers = [await send(venue, BOOKINGS, sender, venue.desk) for sender in FOREIGN]

    assert {answer.status for answer in answers} == {200}


@pytest.mark.feature(41)
@pytest.mark.parametrize("credentials", ["cookie", "bearer"])
@pytest.mark.parametrize(
    "query",
    [
        DELETE,
        f"query Read {{ viewer {{ name }} }} {DELETE}",
    ],
    ids=["alone", "beside a query"],
)
async def test_a_mutation_is_never_run_by_get(venue: Venue, credentials: str, query: str) -> None:
    booking = (await venue.book())["booking"]["id"]
    headers = _cookie(venue) if credentials == "cookie" else {"Authorization": f"Bearer {venue.desk}"}
    sent = {"query": query, "operationName": "Delete", "variables": f'{{"input": {{"id": "{booking}"}}}}'}

    response = await venue.gateway.client.get("/graphql", params=sent, headers=headers)

    assert (response.status, response.headers["Allow"]) == (405, "POST")
    answer = await venue.gateway.data("query ($id: ID!) { node(id: $id) { id } }", venue.desk, id=booking)
    assert answer == {"id": booking}


@pytest.mark.feature(41)
async def test_what_a_form_can_send_is_no_request(venue: Venue) -> None:
    """Such requests are sent across sites without asking first."""
    body = b'{"query": "{ viewer { name } }"}'
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        headers = {**_cookie(venue), "Content-Type": content_type, "Sec-Fetch-Site": "same-origin"}

        response = await venue.gateway.client.post("/graphql", data=body, headers=headers)

        assert response.status == 415, content_type


async def test_other_sites_may_ask_with_a_token_of_their_own_but_never_with_cookies(venue: Venue) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}

    preflight = await venue.gateway.client.options("/graphql", headers=asked)
    response = await venue.gateway.send(BOOKINGS, token=venue.desk, Origin="https://app.example")

    assert preflight.status == 204
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    for headers in (preflight.headers, response.headers):
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in headers
