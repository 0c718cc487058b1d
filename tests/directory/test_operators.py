"""An operator's session in PostgreSQL beside a gateway: both change the directory, whose version is one row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from storage import postgres, postgres_pool
from tests.api.documents import set_up
from tests.api.venue import Venue

RENAME = "UPDATE users SET name = $2 WHERE id = $1"
PAINT = "UPDATE resources SET color = '#000000' WHERE id = $1"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
NAME = "query ($id: ID!) { node(id: $id) { ... on User { name } } }"


@pytest.fixture
def database_url(postgres_database_url: str) -> str:
    """SQLite has one writer, for whom nobody waits while it holds anything."""
    return postgres_database_url


@pytest.fixture
async def operator(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def test_what_an_operator_writes_is_answered_once_it_is_committed(
    venue: Venue, operator: asyncpg.Connection
) -> None:
    async with operator.transaction():
        await operator.execute(RENAME, venue.jane, "Operated")

        assert await _name(venue) == "Jane"
        assert (await venue.upsert())["outcome"] == "CREATED", "bookings wait for nobody who changes the directory"

    assert await _name(venue) == "Operated"


async def test_a_gateway_that_collides_with_an_operator_writes_all_the_same(
    venue: Venue, operator: asyncpg.Connection, failed: list[BaseException]
) -> None:
    """The operator has the version and wants the resource, the gateway has the resource and wants the version."""
    await operator.execute("SET deadlock_timeout = '3s'")  # the gateway's is one second: it is the one to give way
    async with operator.transaction():
        await operator.execute(RENAME, venue.jane, "Operated")
        writing = asyncio.create_task(_save_resource(venue, venue.room))
        await _until_somebody_waits(operator)
        await operator.execute(PAINT, venue.room)

    assert (await writing)["resource"]["name"] == venue.room
    assert [type(error) for error in failed] == [asyncpg.DeadlockDetectedError]


async def test_gateways_that_change_the_directory_never_collide(venue: Venue, failed: list[BaseException]) -> None:
    """The version is the last row that each of them locks."""
    rooms = [venue.room, venue.court, venue.other_court]

    await asyncio.gather(
        *(_save_resource(venue, room, userId=person) for room in rooms for person in (venue.jane, venue.john)),
        *(_save_resource(venue, room, parentId=venue.hall) for room in rooms),
        *(_save(venue, "upsertSchedule", "schedule", "weekly { start }", resourceId=room) for room in rooms),
        *(_save(venue, "upsertUser", "user", "name", id=venue.jane, organizationId=venue.club) for _ in range(5)),
        *(_save(venue, "upsertUser", "user", "name", organizationId=venue.club) for _ in range(5)),
    )

    assert not any(isinstance(error, asyncpg.DeadlockDetectedError) for error in failed)


@pytest.fixture
def failed(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """With what the gateway's transactions have failed, to be run again."""
    errors: list[BaseException] = []

    def may_repeat(error: BaseException) -> bool:
        errors.append(error)
        return postgres_pool.may_repeat(error)

    monkeypatch.setattr(postgres, "may_repeat", may_repeat)
    return errors


async def _until_somebody_waits(operator: asyncpg.Connection) -> None:
    for _ in range(500):
        if await operator.fetchval(WAITING):
            return
        await asyncio.sleep(0.01)


async def _save_resource(venue: Venue, room: str, **more: Any) -> Any:
    given = {"id": room, "locationId": venue.location, "name": room, "type": "ROOM", **more}
    return await _save(venue, "upsertResource", "resource", "name", **given)


async def _save(venue: Venue, field: str, record: str, selection: str, /, **given: Any) -> Any:
    answer = await venue.gateway.data(set_up(field, record, selection), venue.admin, input=given)
    assert answer["__typename"].endswith("Success"), answer
    return answer


async def _name(venue: Venue) -> Any:
    for _ in range(3):
        found = await venue.gateway.data(NAME, venue.admin, id=venue.jane)
    return found["name"]
