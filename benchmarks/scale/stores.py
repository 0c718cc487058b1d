"""Stores of several sizes, filled once and kept."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import asyncpg
from sqlalchemy import bindparam, select

from examples.demo import grow
from storage import tables
from storage.database import Database
from storage.migrations import migrate
from storage.opening import open_database
from storage.statements import Statement
from storage.tables import ID, table
from tests import postgres_server
from tests.writes.histories.servers import PostgresProcess

bookings, resources = table(tables.Booking), table(tables.Resource)
RESOURCES = Statement(
    select(resources.c.organization_id, resources.c.id).order_by(resources.c.organization_id, resources.c.id)
)
BOOKINGS = Statement(
    select(bookings.c.id).where(bookings.c.resource_id == bindparam("resource", type_=ID)).order_by(bookings.c.id)
)


class Filled(NamedTuple):
    """A store of so many bookings, made up around `now`, and the server that has it, if there is one."""

    size: int
    url: str
    now: datetime
    server: Path | None


class Store(NamedTuple):
    """A store that is open, with the resources of each organization."""

    size: int
    database: Database
    now: datetime
    server: Path | None
    resources: dict[str, list[str]]

    def work(self) -> float:
        """Return the seconds of CPU so far of PostgreSQL's backends; none where this process does all."""
        if self.server is None:
            return 0.0
        pid = (self.server / "data" / "postmaster.pid").read_text().split()[0]
        backends = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        done = 0
        for key in backends:
            with suppress(FileNotFoundError, ProcessLookupError):  # one that ends meanwhile, which is none of ours
                done += int(Path(f"/proc/{key}/schedstat").read_text().partition(" ")[0])
        return done / 1e9

    async def bookings_of(self, resource: str) -> list[str]:
        """Return the IDs of a resource's bookings."""
        return [row[0] for row in await self.database.fetch(BOOKINGS, resource=resource)]


@contextmanager
def filled_stores(kind: str, sizes: list[int], folder: Path) -> Iterator[list[Filled]]:
    """Have a store of each size; fill those that the folder does not have."""
    with ExitStack() as stack:
        files: Files | Databases = Files(folder)
        if kind == "postgresql":
            files = Databases(folder / kind)
            stack.callback(files.start().kill)
        yield [_filled(files, folder / f"{kind}-{size}.filled", size) for size in sizes]


def _filled(files: Files | Databases, mark: Path, size: int) -> Filled:
    if not mark.exists():
        files.clear(size)
        mark.write_text(asyncio.run(_fill(files.url(size), size)).isoformat())
    return Filled(size, files.url(size), datetime.fromisoformat(mark.read_text()), files.server)


async def _fill(url: str, size: int) -> datetime:
    now = datetime.now(UTC)
    print(f"{size:,} bookings ", end="", file=sys.stderr, flush=True)
    await migrate(url)
    await grow(url, now, size, lambda _bookings: print(".", end="", file=sys.stderr, flush=True))
    print(file=sys.stderr)
    return now


@asynccontextmanager
async def opened(stores: list[Filled]) -> AsyncIterator[list[Store]]:
    """Open all at once."""
    async with AsyncExitStack() as stack:
        yield [await _opened(stack, store) for store in stores]


async def _opened(stack: AsyncExitStack, store: Filled) -> Store:
    database = await open_database(store.url)
    stack.push_async_callback(database.close)
    known: dict[str, list[str]] = {}
    for organization, resource in await database.fetch(RESOURCES):
        known.setdefault(organization, []).append(resource)
    return Store(store.size, database, store.now, store.server, known)


class Files:
    """SQLite files."""

    server = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, size: int) -> str:
        """Where the store of that size is."""
        return f"sqlite:///{self._path(size)}"

    def clear(self, size: int) -> None:
        """Forget what a run that was stopped has left."""
        for rest in ("", "-wal", "-shm"):
            Path(f"{self._path(size)}{rest}").unlink(missing_ok=True)

    def _path(self, size: int) -> Path:
        return self._folder / f"sqlite-{size}.db"


class Databases:
    """Databases of one PostgreSQL server of the benchmark's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = self.server = folder

    def start(self) -> PostgresProcess:
        """Start the server."""
        binaries = postgres_server.find_binaries()
        if binaries is None or not postgres_server.is_allowed():
            raise SystemExit("this needs PostgreSQL's own programs on the machine, and as root its user")
        if not self._folder.exists():
            self._folder.mkdir()
            postgres_server.prepare(binaries, str(self._folder))
        server = PostgresProcess(binaries, self._folder)
        server.start()
        return server

    def url(self, size: int) -> str:
        """Where the store of that size is."""
        return f"postgresql://postgres@/{self._name(size)}?host={self._folder}"

    def clear(self, size: int) -> None:
        """Make an empty database, whatever a run that was stopped has left."""
        asyncio.run(self._clear(size))

    async def _clear(self, size: int) -> None:
        connection = await asyncpg.connect(f"postgresql://postgres@/postgres?host={self._folder}")
        try:
            await connection.execute(f"DROP DATABASE IF EXISTS {self._name(size)}")
            await connection.execute(f"CREATE DATABASE {self._name(size)}")
        finally:
            await connection.close()

    def _name(self, size: int) -> str:
        return f"bookings_{size}"
