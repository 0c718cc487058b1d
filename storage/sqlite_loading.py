"""Loading an SQLite file in bulk: without its indexes, a transaction for each lot of rows."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
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
    opened = closing(await asyncio.to_thread(connect, path, *PRAGMAS))
    # Whoever stops waiting stops no statement: the thread ends with it before the connection is closed.
    with opened as connection, ThreadPoolExecutor(1, "loading") as thread:
        indexes = connection.execute(INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        yield SqliteLoader(connection, thread)
        for _, definition in indexes:
            await asyncio.get_running_loop().run_in_executor(thread, connection.execute, definition)


class SqliteLoader:
    """Inserts on one connection."""

    def __init__(self, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread

    async def add(self, target: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, values named like the columns."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._add, target, rows)

    def _add(self, target: Table, rows: Sequence[dict[str, Any]]) -> None:
        compiled = insert_into(target).for_("sqlite")
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(compiled.sql, map(compiled.bind, rows))
        self._connection.execute("COMMIT")
