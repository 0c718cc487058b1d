"""A connection for migrations: SQLAlchemy's over the drivers of the engines, one transaction, one process at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
import asyncpg
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage import postgres_pool, sqlite_files
from storage.database import DatabaseUnavailableError
from storage.opening import sqlite_path

T = TypeVar("T")

TURN = 5_627_814_390
"""The advisory lock under which processes migrate one after another: any number that nothing else uses."""


async def connected(url: str, work: Callable[[Connection], T]) -> T:
    """Run the work in one transaction, alone. Raises DatabaseBusyError or DatabaseUnavailableError."""
    path = sqlite_path(url)
    engine = _postgres(url) if path is None else _sqlite(path)
    try:
        async with engine.begin() as connection:
            if path is None:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
            return await connection.run_sync(work)
    except (DBAPIError, sqlite3.Error, asyncpg.PostgresError, OSError) as error:
        raise _meant(error) from error
    finally:
        await engine.dispose()


def exists(url: str) -> bool:
    """Whether there is something to connect to, without making an SQLite file by looking."""
    path = sqlite_path(url)
    return path is None or Path(path).exists()


def _sqlite(path: str) -> AsyncEngine:
    sqlite_files.make(path)
    connect = partial(aiosqlite.Connection, partial(sqlite_files.connect, path), 64)
    engine = create_async_engine("sqlite+aiosqlite://", async_creator=connect, poolclass=NullPool)
    # By itself the driver would begin late, or not at all before DDL, and two processes would migrate at once.
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _postgres(url: str) -> AsyncEngine:
    connect = partial(asyncpg.connect, url, timeout=postgres_pool.CONNECT_SECONDS)
    return create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)


def _meant(error: BaseException) -> BaseException:
    """Find the driver's error below SQLAlchemy's; one without a meaning of its own is a refusal: of rights, mostly."""
    cause: Any = getattr(error, "orig", None) or error
    driver = getattr(cause, "__cause__", None) or cause
    for meaning in (sqlite_files.translated, postgres_pool.translated):
        if meaning(driver) is not driver:
            return meaning(driver)
    return DatabaseUnavailableError(f"the database refuses: {driver}")
