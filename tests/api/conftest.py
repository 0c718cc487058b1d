"""A gateway over a fresh store on each database, and clients that talk HTTP to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from storage.database import Database
from tests.api.clients import Clock, Gateway
from tests.api.venue import Venue, open_venue


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def gateway(database: Database, database_url: str, clock: Clock) -> AsyncIterator[Gateway]:
    """The gateway over an empty store."""
    async with TestClient(TestServer(Gateway.application(database, database_url, clock))) as client:
        yield Gateway(client, database, clock)


@pytest.fixture
async def venue(gateway: Gateway) -> Venue:
    """A club with two courts and a partner, a coworking space, set up through the gateway itself."""
    return await open_venue(gateway)
