"""The one writer of an SQLite file: what is committed together, and what happens when it cannot be."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, text

from storage import sqlite_writer, tables
from storage.database import Database, DatabaseBusyError, DatabaseUnavailableError, Transaction
from storage.opening import open_database
from storage.statements import Statement
from storage.tables import table
from tests.storage.rows import ADD_BOOKING, START, add, add_resource, booking, count, names

ROOT = Path(__file__).parents[2]
WRITES_OF_A_PROCESS = """
import asyncio, sys
from functools import partial
from storage.opening import open_database
from tests.storage.rows import add

async def main():
    database = await open_database(sys.argv[1])
    for number in range(10):
        await asyncio.gather(*(database.write(partial(add, name=f"{sys.argv[2]}{number}{n}")) for n in range(10)))
    await database.close()

asyncio.run(main())
"""


@pytest.fixture
async def database(sqlite_database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(sqlite_database_url)
    yield opened
    await opened.close()


@pytest.fixture
def other(sqlite_database_url: str) -> Iterator[sqlite3.Connection]:
    """Another process's connection to the same file."""
    connection = sqlite3.connect(sqlite_database_url.removeprefix("sqlite:///"), isolation_level=None)
    yield connection
    connection.close()


async def test_works_that_wait_together_are_committed_together(database: Database, other: sqlite3.Connection) -> None:
    def version() -> int:
        (row,) = other.execute("PRAGMA data_version").fetchall()
        return int(row[0])

    seen: set[int] = {version()}

    async def work(transaction: Transaction) -> None:
        await add(transaction, "a")
        seen.add(version())  # changes with every commit of another connection

    await asyncio.gather(*(database.write(work) for _ in range(sqlite_writer.BATCH)))
    assert len(seen) == 1
    assert version() not in seen


async def test_a_commit_that_fails_fails_every_work_of_it(database: Database) -> None:
    async def breaks_the_commit(transaction: Transaction) -> None:
        row = booking({"organization_id": "nobody", "resource_id": "nothing"})
        await transaction.fetch(Statement(text("PRAGMA defer_foreign_keys = ON")))
        await transaction.fetch(ADD_BOOKING, **row)

    works = [database.write(partial(add, name="a")), database.write(breaks_the_commit)]
    results = await asyncio.gather(*works, return_exceptions=True)
    assert [type(result) for result in results] == [DatabaseBusyError, DatabaseBusyError]
    assert await count(database) == 0
    await database.write(partial(add, name="b"))
    assert await names(database) == ["b"]


async def test_a_full_disk_is_told_and_passes(database: Database) -> None:
    async def fill(transaction: Transaction) -> None:
        await transaction.fetch(Statement(text("PRAGMA max_page_count = 1")))  # as many as there are
        await add(transaction, "a" * 1_000_000)

    with pytest.raises(DatabaseBusyError, match="full"):
        await database.write(fill)
    await database.write(lambda transaction: transaction.fetch(Statement(text("PRAGMA max_page_count = 1000000"))))
    await database.write(partial(add, name="b"))
    assert await names(database) == ["b"]


async def test_a_write_waits_for_another_process(database: Database, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(0.1, other.execute, "COMMIT")
    await database.write(partial(add, name="a"))
    assert await names(database) == ["a"]


async def test_a_write_that_waits_too_long_is_told_busy(
    database: Database, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_writer, "BUSY_SECONDS", 0.1)
    other.execute("BEGIN IMMEDIATE")
    works = [database.write(partial(add, name="a")) for _ in range(100)]
    results = await asyncio.wait_for(asyncio.gather(*works, return_exceptions=True), 2)
    assert {type(result) for result in results} == {DatabaseBusyError}
    other.execute("COMMIT")
    await database.write(partial(add, name="b"))
    assert await names(database) == ["b"]


async def test_nothing_is_written_to_a_file_that_was_removed(database: Database, sqlite_database_url: str) -> None:
    path = sqlite_database_url.removeprefix("sqlite:///")
    shutil.move(path, f"{path}.away")
    with pytest.raises(DatabaseUnavailableError, match="removed or replaced"):
        await database.write(partial(add, name="a"))

    shutil.move(f"{path}.away", path)
    await database.write(partial(add, name="b"))
    assert await names(database) == ["b"]


async def test_nothing_is_written_to_a_file_that_was_replaced(
    database: Database, sqlite_database_url: str, tmp_path: Path
) -> None:
    path = sqlite_database_url.removeprefix("sqlite:///")
    shutil.move(shutil.copy(path, tmp_path / "backup.db"), path)
    with pytest.raises(DatabaseUnavailableError, match="removed or replaced"):
        await database.write(partial(add, name="a"))


async def test_reads_never_wait_for_a_writer(database: Database, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    assert await asyncio.wait_for(count(database), 1) == 0


async def test_several_processes_write_one_file(database: Database, sqlite_database_url: str) -> None:
    command = [sys.executable, "-c", WRITES_OF_A_PROCESS, sqlite_database_url]
    processes = [await asyncio.create_subprocess_exec(*command, name, cwd=ROOT) for name in "xyz"]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    assert await count(database) == 300


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseUnavailableError, match="readonly"):
        await database.fetch(Statement(text("DELETE FROM organizations")))


async def test_a_commit_is_on_the_disk(database: Database) -> None:
    async def settings(transaction: Transaction) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [(await transaction.fetch(Statement(text(f"PRAGMA {name}"))))[0][0] for name in names]

    assert await database.write(settings) == ["wal", 2, 1]  # 2: FULL


async def test_a_sequence_is_never_used_again(database: Database) -> None:
    changes = table(tables.Change)
    owner = await add_resource(database)
    row = booking(owner)
    change = owner | {"booking_id": row["id"], "version": 1, "kind": "CREATED", "at": START}
    write = Statement(changes.insert().values({name: bindparam(name) for name in change}).returning(changes.c.sequence))

    async def work(transaction: Transaction) -> int:
        ((sequence,),) = await transaction.fetch(write, **change)
        await transaction.fetch(Statement(delete(changes)))
        return int(sequence)

    await database.write(lambda transaction: transaction.fetch(ADD_BOOKING, **row))
    assert [await database.write(work) for _ in range(3)] == [1, 2, 3]


async def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError):
        await open_database(f"sqlite:///{tmp_path}/no/such/folder.db")


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.write_text("something else entirely, and long enough to be looked at" * 100)
    with pytest.raises(DatabaseUnavailableError):
        await open_database(f"sqlite:///{path}")


def test_a_loop_that_ends_without_closing_does_not_hang(sqlite_database_url: str) -> None:
    script = (
        "import asyncio, sys; from storage.opening import open_database\n"
        "async def main(): globals()['kept'] = await open_database(sys.argv[1])\n"
        "asyncio.run(main())"
    )
    subprocess.run([sys.executable, "-c", script, sqlite_database_url], cwd=ROOT, timeout=10, check=True)


class Failing:
    """A connection whose disk is broken for a while: it can neither commit nor roll back."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self.is_broken = connection, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if self.is_broken and sql == "COMMIT":
            raise sqlite3.OperationalError("disk I/O error")
        return self._connection.execute(sql, *values)

    def rollback(self) -> None:
        if self.is_broken:
            raise sqlite3.OperationalError("disk I/O error")
        self._connection.rollback()


async def test_the_writer_outlives_a_disk_on_which_nothing_can_even_be_rolled_back(database: Database) -> None:
    writer = vars(database)["_writer"]
    connection = writer._connection = Failing(writer._connection)  # noqa: SLF001 - a disk cannot be broken from outside

    for _ in range(2):
        with pytest.raises((DatabaseBusyError, DatabaseUnavailableError)):
            await asyncio.wait_for(database.write(partial(add, name="lost")), 5)
    connection.is_broken = False
    with suppress(DatabaseBusyError, DatabaseUnavailableError):  # the first that meets what was left open
        await database.write(partial(add, name="meets it"))

    await asyncio.wait_for(database.write(partial(add, name="kept")), 5)
    assert "lost" not in await names(database)
    assert "kept" in await names(database)
