"""A gateway over a fresh store on each database, and clients that talk HTTP to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient

from storage.database import Database
from tests.api.clients import Clock, Gateway, Server
from tests.api.filling import VenueFields
from tests.api.venue import Venue


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def gateway(database: Database, clock: Clock) -> AsyncIterator[Gateway]:
    """The gateway over an empty store."""
    async with TestClient(Server(Gateway.application(database, clock))) as client:
        yield Gateway(client, database, clock)


@pytest.fixture
def venue(request: pytest.FixtureRequest, gateway: Gateway, database_url: str) -> Venue:
    """A club with two courts and a partner, a coworking space; it stands in the database from the beginning."""
    kind = "sqlite_venue" if database_url.startswith("sqlite") else "postgres_venue"
    fields: VenueFields = request.getfixturevalue(kind)[1]
    return Venue(gateway, *fields)
