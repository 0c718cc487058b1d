"""What Bookgate is measured against: SQLModel with a transaction for each write, and the bare drivers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.writes.measuring import HOUR, NOW, Measured, Place, timed
from storage import tables
from storage.codecs import encode_instant
from storage.sqlite_files import WRITING, connect


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
        "participants": "[]",  # as drivers take a document
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


async def by_orm(way: str, place: Place, writers: int, seconds: float) -> Measured:
    """Write the plain way with SQLModel."""
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
            session.add(booking(**{**nullable, **row, "participants": []}))
            await session.flush()
            session.add(tables.Change(**_change(row)))

    try:
        return await timed(way, place, write, writers, seconds)
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


async def by_sqlite3(way: str, place: Place, writers: int, seconds: float) -> Measured:
    """Write by the bare driver, on one connection."""
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
        return await timed(way, place, write, writers, seconds)
    finally:
        connection.close()


SAME = "SELECT * FROM bookings WHERE external_service_id = $1 AND external_booking_id = $2"
IN_THE_WAY = "SELECT * FROM bookings WHERE resource_id = $1 AND active AND start_date < $2 AND end_date > $3"


async def by_asyncpg(way: str, place: Place, writers: int, seconds: float) -> Measured:
    """Write by the bare driver, on one connection."""
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
        return await timed(way, place, write, writers, seconds)
    finally:
        await connection.close()


def _insert(table: str, row: dict[str, Any], mark: str) -> str:
    marks = ", ".join("?" if mark == "?" else f"${n}" for n in range(1, len(row) + 1))
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
