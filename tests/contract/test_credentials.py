"""How a caller shows who it is: bearer, Basic, cookie; and what becomes of credentials that do not hold."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse

from storage.tokens import Grant, create_token
from tests.api.clients import NOW
from tests.api.documents import set_up
from tests.api.venue import Venue, uid
from tests.contract.sending import send

MEDIA_TYPES = ["application/json", "application/graphql-response+json"]
WHO = "{ viewer { name organizations { id } } }"
BOOKINGS = "{ bookings { nodes { id } } }"


async def _answer(response: ClientResponse) -> tuple[int, list[str]]:
    """The status of a response and the codes of its errors."""
    errors = (await response.json()).get("errors", [])
    return response.status, [error["extensions"]["code"] for error in errors]


async def _who(venue: Venue, headers: dict[str, str]) -> Any:
    response = await send(venue, WHO, headers)
    return (await response.json())["data"]["viewer"]["name"]


def _prefix(token: str) -> str:
    return "_".join(token.split("_")[:2])


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


HOLLOW = [
    "Bearer",
    "Bearer bg_0123456789ab_unknown",
    "Bearer \u00e4",
    "Basic",
    "Basic ?",
    "Basic \u00e9",
    "Basic " + b64encode(b"\xff\xfe:x").decode(),
    _basic("bg_0123456789ab", "bg_ba9876543210_other"),
    _basic("", "bg_0123456789ab_x"),
    "Digest username=x",
    "bg_0123456789ab_unknown",
]


@pytest.mark.feature(26)
@pytest.mark.feature(27)
@pytest.mark.feature(41)
async def test_a_token_is_shown_as_bearer_as_basic_or_as_a_cookie(venue: Venue) -> None:
    token = venue.desk
    ways = [
        {"Authorization": f"Bearer {token}"},
        {"Authorization": f"bearer  {token} "},
        {"Authorization": _basic(_prefix(token), token)},
        {"Cookie": f"auth_token={token}"},
    ]

    assert [await _who(venue, way) for way in ways] == ["test"] * 4
    assert await _who(venue, {}) is None


@pytest.mark.feature(48)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
async def test_what_needs_a_token_is_401_without_one(venue: Venue, media_type: str) -> None:
    response = await venue.gateway.send(BOOKINGS, Accept=media_type)

    assert await _answer(response) == (401, ["missing_api_token"])
    assert response.content_type == media_type
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.feature(15)
@pytest.mark.feature(48)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
async def test_credentials_that_do_not_hold_are_401(venue: Venue, media_type: str) -> None:
    for credentials in HOLLOW:
        response = await venue.gateway.send(BOOKINGS, Accept=media_type, Authorization=credentials)

        assert await _answer(response) == (401, ["invalid_api_token"]), credentials
        assert "data" not in await response.json()
        assert response.content_type == media_type


async def test_basic_credentials_need_the_prefix_of_the_very_token(venue: Venue) -> None:
    response = await venue.gateway.send(WHO, Authorization=_basic(_prefix(venue.admin), venue.desk))

    assert await _answer(response) == (401, ["invalid_api_token"])


async def test_a_token_whose_secret_is_another_is_401(venue: Venue) -> None:
    forged = f"{_prefix(venue.desk)}_{'x' * 43}"

    assert await _answer(await venue.gateway.send(WHO, token=forged)) == (401, ["invalid_api_token"])


async def test_a_header_that_does_not_hold_is_not_saved_by_a_cookie(venue: Venue) -> None:
    response = await venue.gateway.send(WHO, Authorization="Bearer x", Cookie=f"auth_token={venue.desk}")

    assert await _answer(response) == (401, ["invalid_api_token"])


async def test_a_token_is_good_until_the_instant_it_expires(venue: Venue) -> None:
    grant = Grant("short", (venue.club,), None, ("bookings:read",), NOW + timedelta(hours=1))
    token = await create_token(venue.gateway.database, grant, NOW)

    venue.gateway.clock.now = NOW + timedelta(hours=1) - timedelta(microseconds=1)
    assert await _answer(await venue.gateway.send(WHO, token=token)) == (200, [])
    venue.gateway.clock.now = NOW + timedelta(hours=1)
    assert await _answer(await venue.gateway.send(WHO, token=token)) == (401, ["invalid_api_token"])


NEEDS = [
    (("bookings:read",), "{ users { nodes { id } } }"),
    (("users:read",), BOOKINGS),
    (("users:write", "resources:write"), BOOKINGS),
    (("bookings:read",), "{ bookings(filter: { includeDeleted: true }) { nodes { id } } }"),
    (("bookings:read",), '{ bookings(filter: { participantEmail: "a@b.example" }) { nodes { id } } }'),
    (("bookings:read",), 'mutation { deleteBooking(input: { id: "x" }) { __typename } }'),
    (("resources:read",), 'mutation { deleteBlocker(input: { id: "x" }) { __typename } }'),
    (("resources:write",), 'mutation { upsertUser(input: { organizationId: "x" }) { __typename } }'),
]


@pytest.mark.feature(15)
@pytest.mark.feature(26)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
async def test_a_missing_scope_is_403(venue: Venue, media_type: str) -> None:
    for scopes, document in NEEDS:
        token = await venue.gateway.token(venue.club, scopes=scopes)

        response = await venue.gateway.send(document, token=token, Accept=media_type)

        assert await _answer(response) == (403, ["scope_permission_denied"]), document
        assert response.content_type == media_type


@pytest.mark.feature(26)
async def test_a_write_scope_implies_reading(venue: Venue) -> None:
    token = await venue.gateway.token(venue.club, scopes=("bookings:write", "users:write"))

    document = "{ users { nodes { id } } bookings { nodes { id } } }"
    assert await _answer(await venue.gateway.send(document, token=token)) == (200, [])


@pytest.mark.feature(15)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
async def test_another_service_is_403(venue: Venue, media_type: str) -> None:
    document = f'{{ bookings(filter: {{ externalServiceId: "{venue.other_service}" }}) {{ nodes {{ id }} }} }}'

    response = await venue.gateway.send(document, token=venue.partner, Accept=media_type)

    assert await _answer(response) == (403, ["external_service_access_denied"])


@pytest.mark.decision(17)
async def test_what_is_public_is_answered_beside_what_needs_a_token(venue: Venue) -> None:
    response = await venue.gateway.send(f'{{ node(id: "{venue.jane}") {{ id }} locations {{ totalCount }} }}')

    assert await _answer(response) == (200, ["missing_api_token"])
    assert (await response.json())["data"] == {"node": None, "locations": {"totalCount": 2}}


@pytest.mark.feature(27)
async def test_a_token_of_several_organizations_is_held_to_the_one_that_the_header_names(venue: Venue) -> None:
    token = await venue.gateway.token(venue.club, venue.other_club)
    document = "{ viewer { organizations { name } } users { nodes { name } } }"

    async def seen(headers: dict[str, str]) -> tuple[set[str], set[str]]:
        answer = (await (await send(venue, document, headers, token)).json())["data"]
        organizations = {organization["name"] for organization in answer["viewer"]["organizations"]}
        return organizations, {user["name"] for user in answer["users"]["nodes"]}

    assert await seen({}) == ({"club", "other_club"}, {"Jane", "John", "Sam"})
    assert await seen({"Bookgate-Organization": venue.club}) == ({"club"}, {"Jane", "John"})
    assert await seen({"Bookgate-Organization": f" {venue.other_club.upper()} "}) == ({"other_club"}, {"Sam"})


@pytest.mark.feature(27)
async def test_the_header_holds_writes_too(venue: Venue) -> None:
    token = await venue.gateway.token(venue.club, venue.other_club)
    variables = {"input": {"organizationId": venue.other_club, "name": "Ann"}}

    headers = {"Bookgate-Organization": venue.club}
    response = await send(venue, set_up("upsertUser", "user"), headers, token, variables)

    assert (await response.json())["data"]["upsertUser"]["code"] == "ORGANIZATION_ACCESS_DENIED"


@pytest.mark.feature(27)
async def test_a_header_that_names_no_organization_of_the_token_is_401(venue: Venue) -> None:
    for named in (venue.other_club, uid("nothing"), "club", "", "\u00e4", "'; --"):
        for token in (venue.desk, venue.partner):
            response = await send(venue, BOOKINGS, {"Bookgate-Organization": named}, token)

            assert await _answer(response) == (401, ["invalid_api_token"]), named


@pytest.mark.feature(27)
async def test_a_header_that_is_no_id_is_401_for_administrators_too(venue: Venue) -> None:
    for named in ("club", "", "\u00e4", "'; --"):
        response = await send(venue, BOOKINGS, {"Bookgate-Organization": named}, venue.admin)

        assert await _answer(response) == (401, ["invalid_api_token"]), named


@pytest.mark.feature(27)
async def test_an_administrator_is_held_to_the_named_organization(venue: Venue) -> None:
    headers = {"Bookgate-Organization": venue.club}

    response = await send(venue, "{ users { nodes { name } } }", headers, venue.admin)

    assert {user["name"] for user in (await response.json())["data"]["users"]["nodes"]} == {"Jane", "John"}
