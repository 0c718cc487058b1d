"""The change records, as the store has them."""

from __future__ import annotations

from sqlalchemy import select

from storage import tables
from storage.database import Database
from storage.statements import Statement
from storage.tables import table

changes = table(tables.Change)
KINDS = Statement(select(changes.c.kind, changes.c.version).order_by(changes.c.sequence))


async def kinds(database: Database) -> list[str]:
    """What has happened, in order."""
    return [row[0] for row in await database.fetch(KINDS)]
