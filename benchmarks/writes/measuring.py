"""A store with something to book in it, and how many writes a second so many writers are acknowledged."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg

from domain.enums import ResourceType
from domain.records import ExternalService, Location, Organization, Resource, Viewer
from storage.access import Access
from storage.directory_writes import save_location, save_organization, save_service
from storage.migrations import migrate
from storage.opening import open_database
from storage.resource_writes import save_resource
from storage.tokens import SCOPES, Grant, create_token

RESOURCES = 200
BASE = datetime(2031, 3, 3, tzinfo=UTC)
NOW = datetime(2026, 4, 13, tzinfo=UTC)
HOUR = timedelta(hours=1)

Write = Callable[[int], Awaitable[None]]


class Place(NamedTuple):
    """A store with something to book in it."""

    url: str
    organization: str
    service: str
    resources: list[str]
    token: str

    def slot(self, number: int) -> tuple[str, datetime]:
        """Return a resource and an hour that no other number has."""
        return self.resources[number % RESOURCES], BASE + number // RESOURCES * HOUR


class Measured(NamedTuple):
    """What was measured of one way to write."""

    way: str
    writers: int
    seconds: float
    waits: list[float]

    @property
    def per_second(self) -> float:
        """Acknowledged writes a second."""
        return len(self.waits) / self.seconds

    def row(self, base: float) -> str:
        """A row of the table; `base` is what the plain way does."""
        cuts = statistics.quantiles(self.waits, n=100)
        p50, p99 = cuts[49] * 1000, cuts[98] * 1000
        return (
            f"| {self.way} | {self.writers} | {self.per_second:,.0f} | {self.per_second / base:.1f} x "
            f"| {p50:.1f} | {p99:.1f} |"
        )


async def set_up(url: str) -> Place:
    """Fill a new store with what is needed to book."""
    await migrate(url)
    database = await open_database(url)
    organization, service, location = (str(uuid4()) for _ in range(3))
    access = Access(database, Viewer("bench", None, frozenset(SCOPES), None), NOW)
    await save_organization(access, Organization(organization, "Club"))
    await save_service(access, ExternalService(service, organization, "Partner"))
    await save_location(access, Location(location, organization, "Hall", "UTC"))
    resources = [str(uuid4()) for _ in range(RESOURCES)]
    fields: dict[str, Any] = dict.fromkeys(Resource._fields)
    fields |= {"location_id": location, "name": "Court", "type": ResourceType.ROOM, "capacity": 1, "timezone": "UTC"}
    fields |= {"preparation_minutes": 0, "public_calendar": True, "has_schedule": False, "organization_id": ""}
    for key in resources:
        await save_resource(access, Resource(**{**fields, "id": key}))
    token = await create_token(database, Grant("bench"), NOW)
    await database.close()
    return Place(url, organization, service, resources, token)


async def timed(way: str, place: Place, write: Write, writers: int, seconds: float) -> Measured:
    """Let so many writers write, each one booking after another."""
    numbers, waits = count(), list[float]()

    async def writer(until: float) -> None:
        while time.perf_counter() < until:
            started = time.perf_counter()
            await write(next(numbers))
            waits.append(time.perf_counter() - started)

    await asyncio.gather(*(writer(time.perf_counter() + seconds / 5) for _ in range(writers)))  # warms up
    await _look_through(place)
    waits.clear()
    started = time.perf_counter()
    await asyncio.gather(*(writer(started + seconds) for _ in range(writers)))
    return Measured(way, writers, time.perf_counter() - started, waits)


async def _look_through(place: Place) -> None:
    """Let PostgreSQL look at its tables, as it does by itself every minute: plans for empty ones read too much."""
    if place.url.startswith("postgresql"):
        connection = await asyncpg.connect(place.url)
        await connection.execute("ANALYZE")
        await connection.close()
