"""What only PostgreSQL has: collisions that are run again, connections that are lost, the wall against overlaps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import asyncpg
import pytest
from sqlalchemy import bindparam, func, select, text, update

from storage import postgres, postgres_pool
from storage.database import Database, DatabaseBusyError, DatabaseUnavailableError, MovedError, Transaction
from storage.opening import open_database
from storage.statements import Statement
from tests.storage.rows import (
    ADD,
    ADD_BOOKING,
    NAMED,
    START,
    add,
    add_resource,
    booking,
    count,
    names,
    new_id,
    organizations,
)

RENAME = Statement(update(organizations).where(organizations.c.id == bindparam("key")).values(name=bindparam("new")))
DIE = Statement(select(func.pg_terminate_backend(func.pg_backend_pid())))
KILL_OTHERS = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()")
DIE_AT_COMMIT = """
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON organizations DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION die()
"""


@pytest.fixture
async def database(postgres_database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(postgres_database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def other(postgres_database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Another process's connection."""
    connection = await asyncpg.connect(postgres_database_url)
    yield connection
    await connection.close()


@pytest.mark.parametrize("changes", [{}, {"start_date": START + timedelta(minutes=59)}])
async def test_the_database_refuses_bookings_that_overlap(database: Database, changes: dict[str, Any]) -> None:
    owner = await add_resource(database)
    await _book(database, booking(owner))
    with pytest.raises(asyncpg.ExclusionViolationError):
        await _book(database, booking(owner, end_date=START + timedelta(hours=2), **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"start_date": START + timedelta(hours=1), "end_date": START + timedelta(hours=2)},
        {"start_date": START - timedelta(hours=1), "end_date": START},
        {"active": False},
        {"exclusive": False},
    ],
)
async def test_the_database_lets_others_pass(database: Database, changes: dict[str, Any]) -> None:
    owner = await add_resource(database)
    await _book(database, booking(owner))
    await _book(database, booking(owner, **changes))


async def test_another_resource_is_free_at_the_same_time(database: Database) -> None:
    for _ in range(2):
        await _book(database, booking(await add_resource(database)))


async def test_a_booking_that_is_moved_into_another_is_refused(database: Database, other: asyncpg.Connection) -> None:
    owner = await add_resource(database)
    await _book(database, booking(owner))
    await _book(database, booking(owner, active=False))
    with pytest.raises(asyncpg.ExclusionViolationError):
        await other.execute("UPDATE bookings SET active = true")


async def test_of_two_that_create_the_same_the_second_finds_the_first_s(database: Database) -> None:
    key, both = new_id(), asyncio.Barrier(2)
    runs: list[str] = []

    async def work(transaction: Transaction, name: str) -> str:
        runs.append(name)
        found = await transaction.fetch(NAMED, keys=[key])
        if found:
            return str(found[0][1])
        await both.wait()
        await transaction.fetch(ADD, id=key, name=name)
        return name

    answers = await asyncio.gather(*(database.write(partial(work, name=name)) for name in "ab"))
    assert answers[0] == answers[1]
    assert len(runs) == 3


async def test_of_two_that_wait_for_each_other_one_is_run_again(database: Database) -> None:
    keys = [await database.write(partial(add, name="a")) for _ in range(2)]
    runs: list[str] = []

    async def work(transaction: Transaction, order: list[str], name: str) -> None:
        runs.append(name)
        for key in order:
            await transaction.fetch(RENAME, key=key, new=name)
            await asyncio.sleep(0.1)

    works = [partial(work, order=keys, name="b"), partial(work, order=keys[::-1], name="c")]
    await asyncio.gather(*(database.write(each) for each in works))
    assert len(runs) == 3
    assert await names(database) in (["b", "b"], ["c", "c"])


async def test_a_connection_lost_before_the_commit_is_replaced(database: Database) -> None:
    runs: list[str] = []

    async def work(transaction: Transaction) -> None:
        runs.append(await add(transaction, "a"))
        if len(runs) == 1:
            await transaction.fetch(DIE)

    await database.write(work)
    assert len(runs) == 2
    assert await names(database) == ["a"]


async def test_a_connection_lost_while_committing_is_told_and_not_run_again(
    database: Database, other: asyncpg.Connection
) -> None:
    await other.execute(DIE_AT_COMMIT)
    runs: list[str] = []

    async def work(transaction: Transaction) -> None:
        runs.append(await add(transaction, "a"))

    with pytest.raises(DatabaseUnavailableError, match="while committing"):
        await database.write(work)
    assert len(runs) == 1


async def test_reads_survive_the_loss_of_every_connection(database: Database, other: asyncpg.Connection) -> None:
    await asyncio.gather(*(count(database) for _ in range(20)))
    await other.execute(f"{KILL_OTHERS} AND pid <> pg_backend_pid()")
    assert await count(database) == 0


async def test_a_row_that_stays_locked_is_told_busy(
    postgres_database_url: str, other: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgres_pool.SETTINGS, "lock_timeout", "100ms")
    database = await open_database(postgres_database_url)
    key = await database.write(partial(add, name="a"))
    async with other.transaction():
        await other.execute("UPDATE organizations SET name = 'b'")
        with pytest.raises(DatabaseBusyError):
            await database.write(lambda transaction: transaction.fetch(RENAME, key=key, new="c"))
    await database.write(lambda transaction: transaction.fetch(RENAME, key=key, new="c"))
    assert await names(database) == ["c"]
    await database.close()


async def test_a_pool_in_which_nothing_is_free_is_told_busy(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_at_work, done = asyncio.Barrier(postgres_pool.CONNECTIONS + 1), asyncio.Event()

    async def work(_: Transaction) -> None:
        await all_at_work.wait()
        await done.wait()

    holders = [asyncio.create_task(database.write(work)) for _ in range(postgres_pool.CONNECTIONS)]
    await all_at_work.wait()
    monkeypatch.setattr(postgres, "LOCK_SECONDS", 0.1)
    with pytest.raises(DatabaseBusyError):
        await count(database)
    done.set()
    await asyncio.gather(*holders)
    assert await count(database) == 0


async def test_what_is_moved_away_again_and_again_is_told_busy(database: Database) -> None:
    runs: list[int] = []

    async def work(_: Transaction) -> None:
        runs.append(1)
        raise MovedError

    with pytest.raises(DatabaseBusyError):
        await database.write(work)
    assert len(runs) == postgres.ATTEMPTS


async def test_sessions_are_in_utc(database: Database) -> None:
    ((zone,),) = await database.fetch(Statement(select(func.current_setting("TimeZone"))))
    assert zone == "UTC"


async def test_a_server_that_is_away_is_unavailable(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(DatabaseUnavailableError):
        await open_database(f"postgresql://postgres@/none?host={tmp_path_factory.mktemp('away')}")


async def test_a_database_that_does_not_exist_is_unavailable(postgres_url: str) -> None:
    with pytest.raises(DatabaseUnavailableError):
        await open_database(postgres_url.replace("/postgres?", "/none?"))


async def _book(database: Database, row: dict[str, Any]) -> None:
    await database.write(lambda transaction: transaction.fetch(ADD_BOOKING, **row))


async def test_a_work_that_is_cancelled_twice_leaves_no_transaction_open(database: Database) -> None:
    """Whoever was given its connection next would read within what had failed."""
    begun = asyncio.Event()

    async def work(transaction: Transaction) -> None:
        await add(transaction, "a")
        begun.set()
        await transaction.fetch(Statement(select(func.pg_sleep(3600))))

    for _ in range(5):
        begun.clear()
        writing = asyncio.ensure_future(database.write(work))
        await begun.wait()
        for _ in range(2):  # the second time while it waits for the end of the statement
            await asyncio.sleep(0.01)
            writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing
        assert await count(database) == 0
        idle = vars(database)["_at_hand"]
        assert not any(connection.is_in_transaction() for connection in idle if not connection.is_closed())


async def test_every_setting_holds_on_every_connection(database: Database) -> None:
    await count(database)
    connection = vars(database)["_at_hand"][0]

    for name, value in postgres_pool.SETTINGS.items():
        shown = await connection.fetchval(f"SHOW {name}")
        assert shown == {"60s": "1min"}.get(value, value), name
