"""PostgreSQL, for more than one machine: a pool of connections, transactions that are run again when they collide."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import asyncpg

from storage.codecs import Dialect
from storage.database import Database, DatabaseBusyError, DatabaseUnavailableError, Row, Transaction
from storage.postgres_pool import LOCK_SECONDS, is_away, open_pool, translated
from storage.statements import Statement

T = TypeVar("T")

logger = logging.getLogger("bookgate.storage")

CLOSE_SECONDS = 10

ATTEMPTS = 8
"""How often a write is tried: the pauses between add up to about a second."""

COLLISIONS = (
    asyncpg.DeadlockDetectedError,
    asyncpg.ExclusionViolationError,  # a concurrent booking: run again, the work sees it and refuses
    asyncpg.SerializationError,
    asyncpg.UniqueViolationError,  # a concurrent create: run again, the work finds it
)


async def open_postgres(url: str) -> Database:
    """Open `postgresql://user@host/name`. Raises DatabaseUnavailableError."""
    return PostgresDatabase(await open_pool(url))


class PostgresDatabase:
    """An open PostgreSQL database."""

    dialect: Dialect = "postgresql"

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:  # noqa: ANN401
        """Run one statement on any connection; once more if its connection turns out to be lost."""
        compiled = statement.for_("postgresql")
        bound = compiled.bind(values)
        try:
            return await self._fetch(compiled.sql, bound)
        except Exception as error:
            if not is_away(error):
                raise _meant(error) from error
        try:
            return await self._fetch(compiled.sql, bound)
        except Exception as error:
            raise _meant(error) from error

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, dry_run: bool = False) -> T:
        """Run the work in a transaction, again from its start when it collided with another."""
        if self._pool.is_closing():
            raise DatabaseUnavailableError("the database is closed")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._attempt(work, dry_run=dry_run)
            except Exception as error:
                if attempt == ATTEMPTS or not (isinstance(error, COLLISIONS) or is_away(error)):
                    raise _meant(error) from error
            await asyncio.sleep(random.uniform(0, 0.005 * 2**attempt))  # noqa: S311 - parts those that collided
        raise AssertionError

    async def close(self) -> None:
        """Close every connection, after what is in flight; what takes too long is cut off."""
        try:
            await asyncio.wait_for(self._pool.close(), CLOSE_SECONDS)
        except TimeoutError:
            logger.warning("connections to PostgreSQL were cut off while closing")

    async def _fetch(self, sql: str, bound: list[Any]) -> Sequence[Row]:
        async with self._connection() as connection:
            return cast("Sequence[Row]", await connection.fetch(sql, *bound))

    async def _attempt(self, work: Callable[[Transaction], Awaitable[T]], *, dry_run: bool) -> T:
        async with self._connection() as connection:
            transaction = connection.transaction(isolation="read_committed")
            await transaction.start()
            try:
                result = await work(PostgresTransaction(connection))
            except BaseException:
                await _roll_back(transaction, connection)
                raise
            if dry_run:
                await transaction.rollback()
            else:
                await _commit(transaction)
            return result

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        try:
            connection = await self._pool.acquire(timeout=LOCK_SECONDS)
        except TimeoutError as error:
            raise DatabaseBusyError("every connection to PostgreSQL is in use") from error
        try:
            yield connection
        finally:
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


async def _commit(transaction: Any) -> None:  # noqa: ANN401 - asyncpg's
    try:
        await transaction.commit()
    except Exception as error:
        if is_away(error):  # nobody knows whether it arrived, so the work must not run again
            raise DatabaseUnavailableError("the connection was lost while committing") from error
        raise


async def _roll_back(transaction: Any, connection: Any) -> None:  # noqa: ANN401 - asyncpg's
    if not connection.is_closed():
        await transaction.rollback()


def _meant(error: Exception) -> Exception:
    return cast("Exception", translated(error))
