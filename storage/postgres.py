"""PostgreSQL, for more than one machine: a pool of connections, transactions that are run again when they collide."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from hashlib import blake2b
from typing import Any, TypeVar, cast

import asyncpg

from storage.codecs import Dialect
from storage.database import (
    Database,
    DatabaseBusyError,
    DatabaseUnavailableError,
    ExternalName,
    Row,
    Transaction,
)
from storage.directory import NOTHING, VERSION, Directory
from storage.postgres_pool import LOCK_SECONDS, is_away, may_repeat, open_pool, raise_translated
from storage.shared_reads import SharedReads
from storage.statements import Statement

T = TypeVar("T")

logger = logging.getLogger("bookgate.storage")

CLOSE_SECONDS = 10

BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL plan_cache_mode = force_generic_plan; "
"""A writer reads by keys and short ranges of an index, by the same plan every time: planning cost more."""
HOLD_NAMES = "SELECT pg_advisory_xact_lock(unnest('{{{}}}'::bigint[]))"

ATTEMPTS = 8
PAUSE = 0.005
"""Seconds, doubled with every attempt: about one second in all."""


async def open_postgres(url: str) -> Database:
    """Open `postgresql://user@host/name`. Raises DatabaseUnavailableError."""
    return PostgresDatabase(await open_pool(url))


class PostgresDatabase:
    """An open PostgreSQL database."""

    dialect: Dialect = "postgresql"

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._directory = NOTHING
        self._shared = SharedReads(self)
        self._at_hand: list[Any] = []
        self._waiting = 0
        self._closed = False
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:  # noqa: ANN401
        """Run one statement on any connection, again if that connection turns out to be lost."""
        compiled = statement.for_("postgresql")
        return await self._repeated(partial(self._fetch, compiled.sql, compiled.bind(values)))

    async def fetch_by_key(self, statement: Statement, keys: Iterable[Any]) -> Sequence[Row]:
        """Run one statement over keys, together with those of other requests while one is under way."""
        return await self._shared.rows(statement, keys)

    async def write(
        self, work: Callable[[Transaction], Awaitable[T]], *, names: Iterable[ExternalName] = (), dry_run: bool = False
    ) -> T:
        """Run the work in a transaction, again from its start when it collided with another or lost its connection."""
        return await self._repeated(partial(self._attempt, work, _beginning(names), dry_run=dry_run))

    async def directory(self) -> Directory:
        """Return what is kept of the directory, by asking for its version."""
        ((_, version),) = await self.fetch_by_key(VERSION, (1,))
        self._directory = self._directory.at(version)
        return self._directory

    async def close(self) -> None:
        """Close every connection, after what is in flight; what takes too long is cut off."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._shared.drain()
                self._closed = True
                await self._idle.wait()  # the pool waits only for those who have a connection, and cuts off the others
                for connection in self._at_hand:
                    await self._released(connection)
                await self._pool.close()
        except TimeoutError:
            self._closed = True
            self._pool.terminate()
            logger.warning("connections to PostgreSQL were cut off while closing")

    async def _repeated(self, run: Callable[[], Awaitable[T]]) -> T:
        attempt = 1
        while True:
            try:
                return await run()
            except Exception as error:  # noqa: BLE001 - raised again, by its meaning
                if attempt == ATTEMPTS or not may_repeat(error):
                    raise_translated(error)
            await asyncio.sleep(PAUSE * 2**attempt * random.uniform(0.5, 1))  # noqa: S311 - parts those that collided
            attempt += 1

    async def _fetch(self, sql: str, bound: list[Any]) -> Sequence[Row]:
        async with self._connection() as connection:
            return cast("Sequence[Row]", await connection.fetch(sql, *bound))

    async def _attempt(self, work: Callable[[Transaction], Awaitable[T]], beginning: str, *, dry_run: bool) -> T:
        async with self._connection() as connection:
            try:
                await connection.execute(beginning)
                result = await work(PostgresTransaction(connection))
            except BaseException:
                await _roll_back(connection)
                raise
            await (_roll_back if dry_run else _commit)(connection)
            return result

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        if self._closed:
            raise DatabaseUnavailableError("the database is closed")
        self._in_flight += 1
        self._idle.clear()
        try:
            connection = await self._acquired()
            try:
                yield connection
            finally:
                await self._put_back(connection)
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._idle.set()

    async def _acquired(self) -> Any:  # noqa: ANN401 - a pooled connection
        while self._at_hand:
            connection = self._at_hand.pop()
            if not _is_lost(connection):
                return connection
            await self._released(connection)
        self._waiting += 1
        try:
            async with asyncio.timeout(LOCK_SECONDS):
                return await self._pool.acquire()
        except TimeoutError as error:
            raise DatabaseBusyError("every connection to PostgreSQL is in use") from error
        finally:
            self._waiting -= 1

    async def _put_back(self, connection: Any) -> None:  # noqa: ANN401 - a pooled connection
        """Keep a connection at hand, unless somebody waits for it: the pool costs more than most statements."""
        if not self._waiting and not _is_lost(connection):
            self._at_hand.append(connection)
        else:
            await self._released(connection)

    async def _released(self, connection: Any) -> None:  # noqa: ANN401 - a pooled connection
        # What was committed is committed: that its connection is lost on the way back is nobody's failure.
        with suppress(Exception):
            await self._pool.release(connection)


class PostgresTransaction:
    """Runs the statements of one work."""

    dialect: Dialect = "postgresql"

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - a pooled connection
        self._connection = connection

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:  # noqa: ANN401
        """Run one statement and return all its rows."""
        compiled = statement.for_("postgresql")
        return cast("Sequence[Row]", await self._connection.fetch(compiled.sql, *compiled.bind(values)))

    async def execute_many(self, statement: Statement, rows: Sequence[dict[str, Any]]) -> None:
        """Run one statement once for each row of values, in one round trip."""
        compiled = statement.for_("postgresql")
        await self._connection.executemany(compiled.sql, [compiled.bind(row) for row in rows])


def _beginning(names: Iterable[ExternalName]) -> str:
    """Return the statements that begin a transaction and lock external names, sent in one round trip."""
    numbers = sorted({_number(*name) for name in names})
    return BEGIN + (HOLD_NAMES.format(",".join(map(str, numbers))) if numbers else "")


def _number(service_id: str, external_id: str) -> int:
    digest = blake2b(f"{service_id}\n{external_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _is_lost(connection: Any) -> bool:  # noqa: ANN401 - a pooled connection
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # the pool has noticed, and taken it back
        return True


async def _commit(connection: Any) -> None:  # noqa: ANN401 - asyncpg's
    if connection.is_closed():
        raise ConnectionError("the connection was lost before committing")
    try:
        await connection.execute("COMMIT")
    except Exception as error:
        if is_away(error):  # nobody knows whether it arrived, so the work must not run again
            raise DatabaseUnavailableError("the connection was lost while committing") from error
        raise


async def _roll_back(connection: Any) -> None:  # noqa: ANN401 - asyncpg's
    if connection.is_closed():
        return
    try:
        await connection.execute("ROLLBACK")
    except BaseException:  # cancelled once more, say
        connection.terminate()  # whoever had it next would read within what was left open
        raise
