"""How many new bookings a second can be acknowledged: `python -m benchmarks.writes [sqlite|postgresql] [--seconds N]`.

Side by side in one run, each on a fresh store of the same kind that flushes every commit to the disk: Bookgate's own
path (locks, checks, change record and all), the plain way with SQLModel (AsyncSession, one transaction for each write),
the bare driver one write after another, and the whole gateway over HTTP. All insert a booking of a resource of one seat
for a free hour, after having looked whether it is free.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import aiohttp
import asyncpg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.drafts import BookingDraft
from domain.enums import ResourceType
from domain.records import ExternalService, Location, Organization, Resource, Viewer
from storage import tables
from storage.access import Access
from storage.booking_writes import UpsertBookingSuccess, upsert_booking
from storage.codecs import encode_instant
from storage.directory_writes import save_location, save_organization, save_service
from storage.migrations import migrate
from storage.opening import open_database
from storage.resource_writes import save_resource
from storage.sqlite_files import WRITING, connect
from storage.tokens import SCOPES, Grant, create_token
from tests.writes.histories.servers import GatewayProcess, PostgresProcess, postgres
from tests.writes.histories.wire import UPSERT

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


def main() -> None:
    """Measure and print a table for each database."""
    parser = argparse.ArgumentParser(description="Acknowledged new bookings a second.")
    parser.add_argument("databases", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=5.0, help="for each way")
    arguments = parser.parse_args()
    for kind in arguments.databases:
        with ExitStack() as stack:
            server = stack.enter_context(postgres()) if kind == "postgresql" else None
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            rows = asyncio.run(_measured(kind, server, folder, arguments.seconds))
        base = next(row.per_second for row in rows if row.way.startswith("SQLModel"))
        print(f"\n{kind}\n\n| way | writers | upserts/s | to SQLModel | p50 ms | p99 ms |\n|---|---|---|---|---|---|")
        print("\n".join(row.row(base) for row in rows))


async def _measured(kind: str, server: PostgresProcess | None, folder: Path, seconds: float) -> list[Measured]:
    ways = {
        "SQLModel, a transaction each": (_orm, 16),
        "bare driver, one by one": (_raw_postgres if server else _raw_sqlite, 1),
        "Bookgate, storage": (_storage, 16),
        "Bookgate, storage, many": (_storage, 64),
        "Bookgate, HTTP + GraphQL": (_http, 16),
        "Bookgate, HTTP + GraphQL, many": (_http, 64),
    }
    found = []
    for number, (name, (way, writers)) in enumerate(ways.items()):
        place = await _set_up(await _new_store(kind, server, folder, number))
        found.append(await way(name, place, writers, seconds))
    return found


async def _new_store(kind: str, server: PostgresProcess | None, folder: Path, number: int) -> str:
    if server is None:
        return f"sqlite:///{folder}/{number}.db"
    name = f"{kind}_{number}"
    connection = await asyncpg.connect(server.url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return server.url.replace("/postgres?", f"/{name}?")


async def _set_up(url: str) -> Place:
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


async def _timed(way: str, place: Place, write: Write, writers: int, seconds: float) -> Measured:
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


async def _storage(way: str, place: Place, writers: int, seconds: float) -> Measured:
    database = await open_database(place.url)
    access = Access(database, Viewer("bench", None, frozenset(SCOPES), None), NOW)

    async def write(number: int) -> None:
        resource, start = place.slot(number)
        draft = BookingDraft(
            resource, start, start + HOUR, None, (), {"title": "Match"}, place.service, f"b{number}", NOW
        )
        done = await upsert_booking(access, draft)
        assert isinstance(done, UpsertBookingSuccess), done
        access.written.clear()

    try:
        return await _timed(way, place, write, writers, seconds)
    finally:
        await database.close()


async def _http(way: str, place: Place, writers: int, seconds: float) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        gateway = GatewayProcess(place.url, Path(folder, "log"))
        await gateway.start()
        headers = {"Authorization": f"Bearer {place.token}"}
        async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:

            async def write(number: int) -> None:
                resource, start = place.slot(number)
                given = {"externalServiceId": place.service, "externalBookingId": f"b{number}", "participants": []}
                given |= {"externalUpdatedAt": "2026-04-13T00:00:00Z", "resourceId": resource, "title": "Match"}
                given |= {"startDate": start.isoformat(), "endDate": (start + HOUR).isoformat()}
                asked = {"query": UPSERT, "variables": {"input": given}}
                async with session.post(f"{gateway.address}/graphql", json=asked) as response:
                    body = await response.json()
                assert body["data"]["upsertBooking"]["outcome"] == "CREATED", body

            try:
                return await _timed(way, place, write, writers, seconds)
            finally:
                await gateway.kill()


def _row(place: Place, number: int) -> dict[str, Any]:
    resource, start = place.slot(number)
    return {
        "id": str(uuid4()),
        "organization_id": place.organization,
        "resource_id": resource,
        "version": 1,
        "status": "ACCEPTED",
        "asserted_status": "ACCEPTED",
        "title": "Match",
        "seats": 1,
        "start_date": start,
        "end_date": start + HOUR,
        "external_service_id": place.service,
        "external_booking_id": f"b{number}",
        "external_updated_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
        "active": True,
        "exclusive": True,
        "long": False,
    }


def _change(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in ("organization_id", "resource_id", "external_service_id", "version")}
    return {**kept, "booking_id": row["id"], "kind": "CREATED", "at": NOW}


async def _orm(way: str, place: Place, writers: int, seconds: float) -> Measured:
    engine = _engine(place.url)
    sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
    nullable = {column.name: None for column in tables.table(tables.Booking).columns if column.nullable}

    async def write(number: int) -> None:
        row = _row(place, number)
        booking = tables.Booking
        async with sessions() as session, session.begin():
            locked = select(tables.Resource).where(col(tables.Resource.id) == row["resource_id"]).with_for_update()
            resource = (await session.exec(locked)).one()
            same = select(booking).where(
                col(booking.external_service_id) == place.service, col(booking.external_booking_id) == f"b{number}"
            )
            in_the_way = select(booking).where(
                col(booking.resource_id) == resource.id,
                col(booking.active),
                col(booking.start_date) < row["end_date"],
                col(booking.end_date) > row["start_date"],
            )
            assert not (await session.exec(same)).all()
            assert not (await session.exec(in_the_way)).all()
            session.add(booking(**{**nullable, **row}))
            await session.flush()
            session.add(tables.Change(**_change(row)))

    try:
        return await _timed(way, place, write, writers, seconds)
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    if url.startswith("postgresql"):
        return create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1), pool_size=16)
    engine = create_async_engine(
        url.replace("sqlite:///", "sqlite+aiosqlite:///", 1), connect_args={"timeout": 60}, pool_size=16
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _(connection: Any, _: Any) -> None:  # noqa: ANN401
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine.sync_engine, "begin")
    def _(connection: Any) -> None:  # noqa: ANN401
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


async def _raw_sqlite(way: str, place: Place, writers: int, seconds: float) -> Measured:
    connection = connect(place.url.removeprefix("sqlite:///"), *WRITING)

    async def write(number: int) -> None:
        row = {k: encode_instant(v) if isinstance(v, datetime) else v for k, v in _row(place, number).items()}
        change = {k: encode_instant(v) if isinstance(v, datetime) else v for k, v in _change(row).items()}
        run = connection.execute
        run("BEGIN IMMEDIATE")
        run("SELECT * FROM resources WHERE id = ?", [row["resource_id"]]).fetchall()
        run(SAME.replace("$1", "?").replace("$2", "?"), [place.service, row["external_booking_id"]]).fetchall()
        taken = IN_THE_WAY.replace("$1", "?").replace("$2", "?").replace("$3", "?")
        assert not run(taken, [row["resource_id"], row["end_date"], row["start_date"]]).fetchall()
        run(_insert("bookings", row, "?"), [*row.values()])
        run(_insert("changes", change, "?"), [*change.values()])
        run("COMMIT")

    try:
        return await _timed(way, place, write, writers, seconds)
    finally:
        connection.close()


SAME = "SELECT * FROM bookings WHERE external_service_id = $1 AND external_booking_id = $2"
IN_THE_WAY = "SELECT * FROM bookings WHERE resource_id = $1 AND active AND start_date < $2 AND end_date > $3"


async def _raw_postgres(way: str, place: Place, writers: int, seconds: float) -> Measured:
    connection = await asyncpg.connect(place.url)

    async def write(number: int) -> None:
        row = _row(place, number)
        async with connection.transaction():
            await connection.fetch("SELECT * FROM resources WHERE id = $1 FOR UPDATE", row["resource_id"])
            await connection.fetch(SAME, place.service, row["external_booking_id"])
            taken = await connection.fetch(IN_THE_WAY, row["resource_id"], row["end_date"], row["start_date"])
            assert not taken
            await connection.execute(_insert("bookings", row, "$"), *row.values())
            change = _change(row)
            await connection.execute(_insert("changes", change, "$"), *change.values())

    try:
        return await _timed(way, place, write, writers, seconds)
    finally:
        await connection.close()


def _insert(table: str, row: dict[str, Any], mark: str) -> str:
    marks = ", ".join("?" if mark == "?" else f"${n}" for n in range(1, len(row) + 1))
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"


if __name__ == "__main__":
    main()
