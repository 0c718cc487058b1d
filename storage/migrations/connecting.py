"""A connection for migrations: SQLAlchemy's over sqlite3 or asyncpg. They are made by one process at a time."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage import postgres_pool, sqlite_files
from storage.database import DatabaseUnavailableError
from storage.opening import sqlite_path

T = TypeVar("T")

TURN = 5_627_814_390
"""The advisory lock under which processes migrate one after another: any number that nothing else uses."""

TURNS = {
    "postgresql": (f"SELECT pg_advisory_xact_lock({TURN})",),
    # Begun here: by itself the driver would begin late, or not at all before DDL, and two processes would migrate at
    # once. Until then a file stays as it is, also in its mode: it may be another program's.
    "sqlite": (*(f"PRAGMA {pragma}" for pragma in sqlite_files.PRAGMAS), "BEGIN IMMEDIATE"),
}


async def connected(url: str, work: Callable[[Connection], T]) -> T:
    """Run the work on a connection, as one transaction (on SQLite only from its turn on).

    Raises DatabaseBusyError or DatabaseUnavailableError.
    """
    path = sqlite_path(url)
    if path is not None:
        sqlite_files.make(path)
    try:
        return await _on_postgres(url, work) if path is None else await asyncio.to_thread(_on_sqlite, path, work)
    except (DBAPIError, sqlite3.Error, asyncpg.PostgresError, OSError) as error:
        raise _meant(error) from error


def take_turn(connection: Connection) -> None:
    """Wait until nobody else migrates nor, on SQLite, writes; nobody will until the transaction ends."""
    for statement in TURNS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def exists(url: str) -> bool:
    """Whether there is something to connect to, without making an SQLite file by looking."""
    path = sqlite_path(url)
    return path is None or Path(path).exists()


def _on_sqlite(path: str, work: Callable[[Connection], T]) -> T:
    """Work without a loop: a driver with one leaves a traceback of its thread where a file cannot be opened."""
    connect = partial(sqlite3.connect, path, timeout=sqlite_files.BUSY_SECONDS, isolation_level=None)
    with create_engine("sqlite://", creator=connect, poolclass=NullPool).begin() as connection:
        return work(connection)


async def _on_postgres(url: str, work: Callable[[Connection], T]) -> T:
    connect = partial(asyncpg.connect, url, timeout=postgres_pool.CONNECT_SECONDS)
    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _meant(error: BaseException) -> BaseException:
    """Find the driver's error below SQLAlchemy's; one without a meaning of its own is a refusal: of rights, mostly."""
    cause: Any = getattr(error, "orig", None) or error
    driver = getattr(cause, "__cause__", None) or cause
    for meaning in (sqlite_files.translated, postgres_pool.translated):
        if meaning(driver) is not driver:
            return meaning(driver)
    return DatabaseUnavailableError(f"the database refuses: {driver}")
