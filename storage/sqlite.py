"""The embedded database: one SQLite file, connections that read, on the event loop and on threads, one that writes."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar, cast

import aiosqlite

from storage.codecs import Dialect
from storage.database import Database, DatabaseUnavailableError, ExternalName, Row, Transaction
from storage.directory import NOTHING, VERSION, Directory
from storage.shared_reads import SharedReads
from storage.sqlite_files import WRITING, connect, translated
from storage.sqlite_inline import InlineReader
from storage.sqlite_writer import Writer
from storage.statements import Statement

T = TypeVar("T")

READERS = 4


async def open_sqlite(path: str) -> Database:
    """Open the file, made if it is not there. Raises DatabaseBusyError or DatabaseUnavailableError."""
    try:
        connection = await asyncio.to_thread(connect, path, *WRITING)
    except sqlite3.Error as error:
        raise translated(error) from error
    readers: list[_Reader] = []
    try:
        readers.extend([await _Reader.opened(path) for _ in range(READERS)])
        inline = await asyncio.to_thread(InlineReader, path)
    except sqlite3.Error as error:
        connection.close()
        raise translated(error) from error
    return SqliteDatabase(inline, readers, Writer(connection, path))


class SqliteDatabase:
    """An open SQLite file."""

    dialect: Dialect = "sqlite"

    def __init__(self, inline: InlineReader, readers: list[_Reader], writer: Writer) -> None:
        self._inline = inline
        self._readers = readers
        self._writer = writer
        self._directory = NOTHING
        self._stamp: int | None = None
        self._shared = SharedReads(self)
        self._closed = False

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:  # noqa: ANN401
        """Run one statement at once, or if that takes too long, on the thread with the least to do."""
        if self._closed:
            raise DatabaseUnavailableError("the database is closed")
        compiled = statement.for_("sqlite")
        bound = compiled.bind(values)
        rows = self._inline.fetch(compiled.sql, bound)
        if rows is None:
            reader = min(self._readers, key=attrgetter("waiting"))
            rows = await reader.fetch(compiled.sql, bound)
        return compiled.decode(rows)

    async def fetch_by_key(self, statement: Statement, keys: Iterable[Any]) -> Sequence[Row]:
        """Run one statement over keys, together with those of other requests in this turn of the event loop."""
        return await self._shared.rows(statement, keys)

    async def write(
        self, work: Callable[[Transaction], Awaitable[T]], *, names: Iterable[ExternalName] = (), dry_run: bool = False
    ) -> T:
        """Run the work in a transaction, committed together with others that wait."""
        del names  # a writer is alone
        if self._closed:
            raise DatabaseUnavailableError("the database is closed")
        return await self._writer.write(work, dry_run=dry_run)

    async def directory(self) -> Directory:
        """Return what is kept of the directory: the same as before without a statement, if nothing was committed."""
        if self._closed:
            raise DatabaseUnavailableError("the database is closed")
        stamp = self._inline.stamp()
        if stamp is None or stamp != self._stamp:
            # The version is of that stamp, or newer: then the next stamp differs.
            ((_, version),) = await self.fetch(VERSION, keys=[1])
            self._directory, self._stamp = self._directory.at(version), stamp
        return self._directory

    async def close(self) -> None:
        """Close after what is in flight; closing again does nothing."""
        if self._closed:
            return
        await self._shared.drain()
        self._closed = True
        self._inline.close()
        await self._writer.close()
        for reader in self._readers:
            await reader.close()


class _Reader:
    """A connection that only reads, with a thread of its own."""

    def __init__(self, path: str) -> None:
        self._connection = aiosqlite.Connection(partial(connect, path, "query_only = ON"), iter_chunk_size=64)
        self._connection._thread.daemon = True  # noqa: SLF001 - else a process that fails before `close` never ends
        self.waiting = 0

    @classmethod
    async def opened(cls, path: str) -> _Reader:
        reader = cls(path)
        await reader._connection
        return reader

    async def fetch(self, sql: str, values: list[Any]) -> list[Row]:
        self.waiting += 1
        try:
            return cast("list[Row]", await self._connection.execute_fetchall(sql, values))
        except sqlite3.Error as error:
            raise translated(error) from error
        finally:
            self.waiting -= 1

    async def close(self) -> None:
        await self._connection.close()
