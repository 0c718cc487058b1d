"""The schema's versions, on both databases."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select
from sqlmodel import SQLModel

from storage import tables
from storage.database import DatabaseUnavailableError, Transaction
from storage.migrations import NEWEST, downgrade, is_served, migrate, revision_of
from storage.migrations.commands import newest
from storage.migrations.connecting import TURN, connected
from storage.opening import open_database
from storage.statements import Statement

ROOT = Path(__file__).parents[2]


async def test_a_migrated_database_has_exactly_the_declared_tables(database_url: str) -> None:
    assert tables.table(tables.Booking).metadata is SQLModel.metadata
    assert await connected(database_url, _differences) == []


async def test_a_migrated_database_is_current(database_url: str) -> None:
    assert await revision_of(database_url) == NEWEST


def test_the_program_is_written_for_the_newest_revision() -> None:
    assert newest() == [NEWEST]


async def test_a_server_over_a_current_database_does_not_load_what_only_migrates(database_url: str) -> None:
    """Nor what only the demo needs: it would keep a tenth more memory."""
    loaded = f"""
import asyncio, sys, app
asyncio.run(app.migrate({database_url!r}))
print(*{{"alembic", "mako", "pygments", "rich", "examples"}} & set(sys.modules))
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", loaded, cwd=ROOT, stdout=PIPE)
    out, _ = await process.communicate()
    assert (process.returncode, out.strip()) == (0, b"")


async def test_down_leaves_nothing_and_up_makes_all_of_it_again(database_url: str) -> None:
    await downgrade(database_url, "base")
    assert await connected(database_url, _tables) == {"alembic_version"}
    assert await revision_of(database_url) != NEWEST
    await migrate(database_url)
    assert await revision_of(database_url) == NEWEST
    assert await connected(database_url, _differences) == []


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    await migrate(database_url)
    assert await revision_of(database_url) == NEWEST


async def test_many_may_migrate_an_empty_database_at_once(database_url: str) -> None:
    await downgrade(database_url, "base")
    await asyncio.gather(*(asyncio.to_thread(asyncio.run, migrate(database_url)) for _ in range(4)))
    assert await revision_of(database_url) == NEWEST


async def test_migrating_makes_the_folder_of_an_sqlite_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/50% off/bookgate.db"
    await migrate(url)
    assert await revision_of(url) == NEWEST


async def test_an_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bookgate.db"
    await migrate(url)
    database = await open_database(url)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}  # noqa: ASYNC240 - three files
    await database.close()
    assert modes == {"bookgate.db": 0o600, "bookgate.db-wal": 0o600, "bookgate.db-shm": 0o600}


async def test_a_store_tells_whether_it_is_current_while_somebody_writes_or_migrates(database_url: str) -> None:
    database, other = await open_database(database_url), await open_database(database_url)
    entered, done = asyncio.Event(), asyncio.Event()

    async def work(transaction: Transaction) -> None:
        if transaction.dialect == "postgresql":
            await transaction.fetch(Statement(select(func.pg_advisory_xact_lock(TURN))))
        entered.set()
        await done.wait()

    writing = asyncio.create_task(other.write(work))
    await entered.wait()
    assert await asyncio.wait_for(is_served(database), 2)
    assert await asyncio.wait_for(revision_of(database_url), 2) == NEWEST
    await asyncio.wait_for(migrate(database_url), 2)  # nothing to do, and nothing to wait for
    done.set()
    await writing

    await downgrade(database_url, "0003")
    assert not await is_served(database)
    await migrate(database_url)
    assert await is_served(database)
    await other.close()
    await database.close()
    assert not await is_served(database)


async def test_asking_whether_a_file_is_current_does_not_make_it(tmp_path: Path) -> None:
    assert await revision_of(f"sqlite:///{tmp_path}/none.db") is None
    assert not (tmp_path / "none.db").exists()


async def test_a_server_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError):
        await revision_of(f"postgresql://postgres@/none?host={tmp_path}")


async def test_the_type_of_ranges_goes_with_its_table(postgres_database_url: str) -> None:
    await downgrade(postgres_database_url, "base")
    connection = await asyncpg.connect(postgres_database_url)
    assert await connection.fetch("SELECT 1 FROM pg_type WHERE typname LIKE 'uuid%range'") == []
    await connection.close()


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), SQLModel.metadata))


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())
