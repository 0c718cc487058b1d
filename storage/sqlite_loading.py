"""Loading an SQLite file in bulk: without its indexes, a transaction for each lot of rows."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any

from storage.rows import insert_into
from storage.sqlite_files import connect

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy import Table

PRAGMAS = (
    "foreign_keys = OFF",  # the records are made together
    "synchronous = NORMAL",  # nobody is told yet that anything is stored
    "cache_size = -64000",  # 64 MB, for sorting whole indexes
)
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


@asynccontextmanager
async def sqlite_loader(path: str) -> AsyncIterator[SqliteLoader]:
    """Open the file for loading."""
    with closing(await asyncio.to_thread(connect, path, *PRAGMAS)) as connection:
        indexes = connection.execute(INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        yield SqliteLoader(connection)
        for _, definition in indexes:
            await asyncio.to_thread(connection.execute, definition)


class SqliteLoader:
    """Inserts on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def add(self, target: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, values named like the columns."""
        await asyncio.to_thread(self._add, target, rows)

    def _add(self, target: Table, rows: Sequence[dict[str, Any]]) -> None:
        compiled = insert_into(target).for_("sqlite")
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(compiled.sql, map(compiled.bind, rows))
        self._connection.execute("COMMIT")
