"""Two gateways over one store: what one has written, the other answers at once, however warm it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from execution.documents import Documents
from resolvers.api import graphql_schema
from storage.database import Database
from storage.tokens import Grant, create_token, list_tokens, revoke_token
from tests.api.clients import Clock, Gateway
from tests.api.documents import set_up
from tests.api.venue import OPEN, Venue, uid

SCHEMA = graphql_schema()
EVERYTHING = """
query ($user: ID!, $location: ID!, $resource: ID!, $organization: ID!, $service: ID!) {
  user: node(id: $user) { id ... on User { name surname email } }
  location: node(id: $location) { id ... on Location { name timezone organization { name } } }
  organization: node(id: $organization) { id ... on Organization { name } }
  service: node(id: $service) { id ... on ExternalService { name } }
  resource(id: $resource) {
    name capacity publicCalendar hasSchedule user { name } location { name timezone }
    schedule { weekly { weekday start end } } children { name location { name } }
  }
}
"""


@pytest.fixture
async def there(other: Database, clock: Clock) -> AsyncIterator[Gateway]:
    """A second gateway, whose answers nobody checks by asking again."""
    application = Gateway.application(other, clock, Documents(SCHEMA))
    async with TestClient(TestServer(application)) as client:
        yield Gateway(client, other, clock)


@pytest.mark.parametrize(
    ("field", "record", "changes"),
    [
        ("upsertOrganization", "organization", {"id": "club"}),
        ("upsertExternalService", "externalService", {"id": "service", "organizationId": "club"}),
        ("upsertLocation", "location", {"id": "location", "organizationId": "club", "timezone": "=Asia/Tokyo"}),
        ("upsertUser", "user", {"id": "jane", "organizationId": "club"}),
        ("upsertResource", "resource", {"id": "room", "locationId": "location", "type": "=ROOM"}),
        ("upsertResource", "resource", {"parentId": "room", "locationId": "location", "type": "=ROOM"}),
    ],
)
async def test_what_one_gateway_has_written_the_other_answers(
    venue: Venue, there: Gateway, field: str, record: str, changes: dict[str, str]
) -> None:
    before = await _warm(there, venue)
    given = {name: value[1:] if value[0] == "=" else getattr(venue, value) for name, value in changes.items()}

    answer = await venue.gateway.data(set_up(field, record, "name"), venue.admin, input={**given, "name": "Renamed"})
    assert answer[record]["name"] == "Renamed"

    after = await _asked(there, venue)
    assert after != before
    assert "Renamed" in repr(after)
    assert after == await _asked(venue.gateway, venue)


async def test_a_schedule_that_one_gateway_has_written_the_other_answers(venue: Venue, there: Gateway) -> None:
    document = set_up("upsertSchedule", "schedule", "weekly { weekday }")
    before = await _warm(there, venue)
    sunday = [{"weekday": "SUNDAY", "start": "10:00", "end": "11:00"}]

    for weekly in (sunday, [], sunday):
        await venue.gateway.data(document, venue.admin, input={"resourceId": venue.room, "weekly": weekly})

        after = await _asked(there, venue)
        assert after["resource"]["hasSchedule"] == bool(weekly)
        assert after["resource"] != before["resource"]
        assert after == await _asked(venue.gateway, venue)
        before = after


async def test_a_calendar_has_the_parts_and_hours_that_another_gateway_has_written(
    venue: Venue, there: Gateway
) -> None:
    here, parts = venue.gateway, [uid(f"part {n}") for n in range(2)]
    remote = venue._replace(gateway=there)
    for _ in range(3):
        seen = await _events(remote)

    for part, parent in ((parts[0], venue.room), (parts[1], parts[0])):
        for hours in (OPEN, OPEN[:1], []):
            given = {"id": part, "locationId": venue.location, "parentId": parent, "name": "Part", "type": "ROOM"}
            await here.data(set_up("upsertResource", "resource"), venue.admin, input=given)
            rules = {"resourceId": part, "weekly": hours}
            await here.data(set_up("upsertSchedule", "schedule", "weekly { weekday }"), venue.admin, input=rules)

            before, seen = seen, await _events(remote)
            assert seen != before
            assert seen == await _events(venue) == await _events(remote)


async def test_a_calendar_is_public_no_longer_than_it_is(venue: Venue, there: Gateway) -> None:
    """Whether a place and an organization are known to everybody follows from their resources."""
    place, club = uid("new place"), uid("new club")
    for field, record, given in (
        ("upsertOrganization", "organization", {"id": club}),
        ("upsertLocation", "location", {"id": place, "organizationId": club, "timezone": "Asia/Tokyo"}),
    ):
        await venue.gateway.data(set_up(field, record), venue.admin, input={**given, "name": "New"})
    room = {"id": uid("new room"), "locationId": place, "name": "New", "type": "ROOM"}
    asks = f'{{ place: node(id: "{place}") {{ id }} club: node(id: "{club}") {{ id }} }}'
    for public in (True, False, True, False):
        changed = {**room, "publicCalendar": public}
        await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=changed)
        for _ in range(2):
            answer = await there.data(asks, venue.foreigner)
            assert [bool(found) for found in answer.values()] == [public, public]


async def test_a_token_that_is_revoked_opens_nothing_from_then_on(venue: Venue, there: Gateway) -> None:
    database, now = venue.gateway.database, venue.gateway.clock.now
    token = await create_token(database, Grant("guest", (venue.club,), scopes=("users:read",)), now)
    for _ in range(3):
        assert await there.data("{ viewer { name } }", token) == {"name": "guest"}
    known = next(known for known in await list_tokens(database) if known.name == "guest")

    await revoke_token(database, known.prefix, now)

    assert await there.codes("{ viewer { name } }", token) == ["invalid_api_token"]


async def test_a_token_that_is_kept_expires_all_the_same(venue: Venue, there: Gateway) -> None:
    now = venue.gateway.clock.now
    there.clock.advance(seconds=1)
    grant = Grant("guest", (venue.club,), scopes=("users:read",), expires_at=there.clock.now)
    token = await create_token(venue.gateway.database, grant, now)
    there.clock.now = now
    assert await there.data("{ viewer { name } }", token) == {"name": "guest"}

    there.clock.advance(seconds=1)

    assert await there.codes("{ viewer { name } }", token) == ["invalid_api_token"]


async def test_a_token_is_known_as_soon_as_it_is_made(venue: Venue, there: Gateway) -> None:
    unknown = "bg_000000000000_secret"
    assert await there.codes("{ viewer { name } }", unknown) == ["invalid_api_token"]

    token = await venue.gateway.token(venue.club)

    assert await there.data("{ viewer { name } }", token) == {"name": "test"}
    assert await there.codes("{ viewer { name } }", unknown) == ["invalid_api_token"]


async def _events(venue: Venue) -> Any:
    return await venue.calendar(venue.desk, venue.room)


async def _warm(gateway: Gateway, venue: Venue) -> Any:
    """Ask until the query is compiled and all that it reads is kept."""
    for _ in range(3):
        answer = await _asked(gateway, venue)
    return answer


async def _asked(gateway: Gateway, venue: Venue) -> Any:
    ids = {"user": venue.jane, "location": venue.location, "resource": venue.room}
    return await gateway.data(EVERYTHING, venue.admin, **ids, organization=venue.club, service=venue.service)
