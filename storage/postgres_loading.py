"""Loading a PostgreSQL database in bulk: by COPY, without indexes and constraints, in one transaction."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg

from storage.postgres_pool import CONNECT_SECONDS, set_jsonb
from storage.rows import insert_into

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy import Table

SETTINGS = {"TimeZone": "UTC", "application_name": "bookgate", "maintenance_work_mem": "256MB"}

CONSTRAINTS = """
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype IN ('f', 'x')
"""
INDEXES = """
    SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relnamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@asynccontextmanager
async def postgres_loader(url: str) -> AsyncIterator[PostgresLoader]:
    """Open the database for loading; nothing is there before the context ends."""
    connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS, server_settings=SETTINGS)
    try:
        await set_jsonb(connection)
        async with connection.transaction():
            dropped = [*await connection.fetch(CONSTRAINTS), *await connection.fetch(INDEXES)]
            for drop, _ in dropped:
                await connection.execute(drop)
            yield PostgresLoader(connection)
            for _, make in reversed(dropped):  # the indexes first
                await connection.execute(make)
        await connection.execute("VACUUM (ANALYZE)")  # as the server itself would do, some time later
    finally:
        await connection.close()


class PostgresLoader:
    """Copies on one connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def add(self, target: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, values named like the columns."""
        compiled = insert_into(target).for_("postgresql")
        await self._connection.copy_records_to_table(
            target.name, columns=compiled.names, records=map(compiled.bind, rows)
        )
