"""Setting up the venue once for many tests."""

from __future__ import annotations

from typing import TypeAlias

from aiohttp.test_utils import TestClient, TestServer

from storage.opening import open_database
from tests.api.clients import Clock, Gateway
from tests.api.venue import open_venue

VenueFields: TypeAlias = tuple[str, ...]
"""The IDs and tokens of a venue, without its gateway."""


async def set_up_venue(url: str) -> VenueFields:
    """Set up the venue through a gateway over an empty database; return what it is reached by."""
    database, clock = await open_database(url), Clock()
    async with TestClient(TestServer(Gateway.application(database, clock))) as client:
        venue = await open_venue(Gateway(client, database, clock))
    await database.close()
    return tuple(str(field) for field in venue[1:])
