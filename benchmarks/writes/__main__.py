"""How many new bookings a second can be acknowledged: `python -m benchmarks.writes [sqlite|postgresql] [--seconds N]`.

Side by side in one run, each on a fresh store of the same kind that flushes every commit to the disk: Bookgate's own
path (locks, checks, change record and all), the plain way with SQLModel (AsyncSession, one transaction for each write),
the bare driver one write after another, and the whole gateway over HTTP. All insert a booking of a resource of one seat
for a free hour, after having looked whether it is free.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path

import asyncpg

from benchmarks.writes.bookgate import over_http, through_storage
from benchmarks.writes.measuring import Measured, set_up
from benchmarks.writes.others import by_asyncpg, by_orm, by_sqlite3
from tests.writes.histories.servers import PostgresProcess, postgres


def main() -> None:
    """Measure and print a table for each database."""
    parser = argparse.ArgumentParser(description="Acknowledged new bookings a second.")
    parser.add_argument("databases", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=5.0, help="for each way")
    arguments = parser.parse_args()
    for kind in arguments.databases:
        with ExitStack() as stack:
            server = stack.enter_context(postgres()) if kind == "postgresql" else None
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            rows = asyncio.run(_measured(kind, server, folder, arguments.seconds))
        base = next(row.per_second for row in rows if row.way.startswith("SQLModel"))
        print(f"\n{kind}\n\n| way | writers | upserts/s | to SQLModel | p50 ms | p99 ms |\n|---|---|---|---|---|---|")
        print("\n".join(row.row(base) for row in rows))


async def _measured(kind: str, server: PostgresProcess | None, folder: Path, seconds: float) -> list[Measured]:
    ways = {
        "SQLModel, a transaction each": (by_orm, 16),
        "bare driver, one by one": (by_asyncpg if server else by_sqlite3, 1),
        "Bookgate, storage": (through_storage, 16),
        "Bookgate, storage, many": (through_storage, 64),
        "Bookgate, HTTP + GraphQL": (over_http, 16),
        "Bookgate, HTTP + GraphQL, many": (over_http, 64),
    }
    found = []
    for number, (name, (way, writers)) in enumerate(ways.items()):
        place = await set_up(await _new_store(kind, server, folder, number))
        found.append(await way(name, place, writers, seconds))
    return found


async def _new_store(kind: str, server: PostgresProcess | None, folder: Path, number: int) -> str:
    if server is None:
        return f"sqlite:///{folder}/{number}.db"
    name = f"{kind}_{number}"
    connection = await asyncpg.connect(server.url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return server.url.replace("/postgres?", f"/{name}?")


if __name__ == "__main__":
    main()
