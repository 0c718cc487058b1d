"""The two stores that everybody reads: the same bookings in SQLite and PostgreSQL, with a token for the gateway."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from benchmarks.peers.works import Contents
from examples.demo import grow
from storage import tables
from storage.database import Database
from storage.migrations import migrate
from storage.opening import open_database
from storage.statements import Statement, among
from storage.tables import table
from storage.tokens import SCOPES, Grant, create_token
from tests.writes.histories.servers import postgres

bookings, resources = table(tables.Booking), table(tables.Resource)
LARGEST = Statement(
    select(bookings.c.organization_id)
    .group_by(bookings.c.organization_id)
    .order_by(func.count().desc(), bookings.c.organization_id)
    .limit(1)
)
BOOKINGS = Statement(
    select(bookings.c.id, bookings.c.start_date)
    .where(among(bookings.c.organization_id, "keys"), bookings.c.active)
    .order_by(bookings.c.start_date, bookings.c.id)
)
RESOURCES = Statement(select(resources.c.id).where(among(resources.c.organization_id, "keys")).order_by(resources.c.id))


class Store(NamedTuple):
    """A filled database, the organization whose data are asked for, and its token, which has every scope."""

    kind: str
    url: str
    folder: Path
    organization: str
    token: str
    contents: Contents


@contextmanager
def new_store(kind: str, size: int) -> Iterator[Store]:
    """Make a store of so many bookings, with a folder for what else there is to write; all of it is gone afterwards."""
    server = postgres() if kind == "postgresql" else nullcontext()
    with tempfile.TemporaryDirectory(prefix="bookgate-") as name, server as running:
        url = running.url if running else f"sqlite:///{name}/bookings.db"
        yield asyncio.run(_filled(kind, url, Path(name), size))


async def _filled(kind: str, url: str, folder: Path, size: int) -> Store:
    print(f"{size:,} bookings into {kind} ", end="", file=sys.stderr, flush=True)
    await migrate(url)
    now = datetime.now(UTC)
    await grow(url, now, size, lambda _bookings: print(".", end="", file=sys.stderr, flush=True))
    print(file=sys.stderr)
    database = await open_database(url)
    try:
        organization = (await database.fetch(LARGEST))[0][0]
        token = await create_token(database, Grant("peers", (organization,), None, SCOPES), now)
        return Store(kind, url, folder, organization, token, await _contents(database, organization))
    finally:
        await database.close()


async def _contents(database: Database, organization: str) -> Contents:
    found = await database.fetch(BOOKINGS, keys=[organization])
    rooms = [row[0] for row in await database.fetch(RESOURCES, keys=[organization])]
    first, last = found[0][1], found[len(found) * 49 // 50][1]  # after the last few a page would not be full
    return Contents(rooms, [row[0] for row in found], first, last)
