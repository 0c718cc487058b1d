"""What both engines promise: a work is written whole or not at all, and seen only when it is."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from datetime import datetime
from functools import partial

import pytest

from storage.database import Database, DatabaseUnavailableError, Transaction
from storage.opening import open_database
from tests.storage.rows import ADD_BOOKING, COUNT, NAMED, add, add_resource, booking, count, names, new_id

request_id: ContextVar[str] = ContextVar("request_id", default="none")


class RefusedError(Exception):
    """What a work raises in these tests."""


async def test_a_work_s_result_is_returned_and_its_rows_stay(database: Database) -> None:
    assert len(await database.write(partial(add, name="a"))) == 36
    assert await names(database) == ["a"]


async def test_a_work_that_raises_writes_nothing(database: Database) -> None:
    async def work(transaction: Transaction) -> None:
        await add(transaction, "a")
        raise RefusedError

    with pytest.raises(RefusedError):
        await database.write(work)
    assert await count(database) == 0


async def test_a_dry_run_answers_and_writes_nothing(database: Database) -> None:
    async def work(transaction: Transaction) -> int:
        await add(transaction, "a")
        (row,) = await transaction.fetch(COUNT)
        return int(row[0])

    assert await database.write(work, dry_run=True) == 1
    assert await count(database) == 0


async def test_a_work_sees_what_it_has_written_and_nobody_else_does(database: Database) -> None:
    async def work(transaction: Transaction) -> tuple[int, int]:
        await add(transaction, "a")
        (row,) = await transaction.fetch(COUNT)
        return int(row[0]), await count(database)

    assert await database.write(work) == (1, 0)
    assert await count(database) == 1


async def test_works_that_wait_together_are_all_written(database: Database) -> None:
    works = [database.write(partial(add, name=f"{n:03}")) for n in range(200)]
    await asyncio.gather(*works)
    assert await names(database) == [f"{n:03}" for n in range(200)]


async def test_of_works_that_wait_together_only_the_failing_are_undone(database: Database) -> None:
    async def work(transaction: Transaction, number: int) -> None:
        await add(transaction, f"{number:03}")
        if number % 3 == 0:
            raise RefusedError

    works = [database.write(partial(work, number=n), dry_run=n % 5 == 0) for n in range(60)]
    results = await asyncio.gather(*works, return_exceptions=True)
    assert [isinstance(result, RefusedError) for result in results] == [n % 3 == 0 for n in range(60)]
    assert await names(database) == [f"{n:03}" for n in range(60) if n % 3 and n % 5]


async def test_a_naive_instant_is_refused_and_writes_nothing(database: Database) -> None:
    row = booking(await add_resource(database), expires_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the point

    async def work(transaction: Transaction) -> None:
        await add(transaction, "a")
        await transaction.fetch(ADD_BOOKING, **row)

    with pytest.raises(ValueError, match="needs a time zone"):
        await database.write(work)
    assert await names(database) == ["Club"]


async def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    row = booking({"organization_id": new_id(), "resource_id": new_id()})
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await database.write(lambda transaction: transaction.fetch(ADD_BOOKING, **row))


async def test_a_caller_that_is_cancelled_takes_no_other_with_it(database: Database) -> None:
    started = asyncio.Event()

    async def slow(transaction: Transaction) -> None:
        await add(transaction, "slow")
        started.set()
        await asyncio.sleep(0.05)

    cancelled = asyncio.create_task(database.write(slow))
    await started.wait()
    others = [asyncio.create_task(database.write(partial(add, name="other"))) for _ in range(5)]
    await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.gather(*others)
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert (await names(database)).count("other") == 5


async def test_a_caller_cancelled_before_its_turn_writes_nothing(database: Database) -> None:
    task = asyncio.create_task(database.write(partial(add, name="a")))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.write(partial(add, name="b"))
    assert await names(database) == ["b"]


async def test_a_work_that_cancels_itself_is_cancelled_alone(database: Database) -> None:
    async def work(transaction: Transaction) -> None:
        await add(transaction, "a")
        raise asyncio.CancelledError

    results = await asyncio.gather(database.write(work), database.write(partial(add, name="b")), return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert await names(database) == ["b"]


async def test_a_work_runs_in_its_caller_s_context(database: Database) -> None:
    async def work(_: Transaction) -> str:
        return request_id.get()

    async def caller(name: str) -> str:
        request_id.set(name)
        return await database.write(work)

    callers = [asyncio.create_task(caller(str(n))) for n in range(10)]
    assert await asyncio.gather(*callers) == [str(n) for n in range(10)]


async def test_many_read_at_once(database: Database) -> None:
    await database.write(partial(add, name="a"))
    assert await asyncio.gather(*(count(database) for _ in range(200))) == [1] * 200


async def test_closing_waits_for_what_is_in_flight(database_url: str) -> None:
    database = await open_database(database_url)
    writes = [asyncio.create_task(database.write(partial(add, name="a"))) for _ in range(20)]
    await asyncio.sleep(0.01)
    await asyncio.wait_for(database.close(), 5)
    results = await asyncio.gather(*writes, return_exceptions=True)
    again = await open_database(database_url)
    written = [result for result in results if isinstance(result, str)]
    assert await count(again) == len(written) > 0
    await again.close()


async def test_closing_waits_for_reads_that_were_asked_for_but_not_sent(database_url: str) -> None:
    database = await open_database(database_url)
    key = await database.write(partial(add, name="a"))
    asked = [asyncio.create_task(database.fetch_by_key(NAMED, [key])) for _ in range(3)]
    await asyncio.sleep(0)  # they have asked, and share a statement that goes out in the next turn of the event loop
    async with asyncio.timeout(5):
        await database.close()
    assert [[tuple(row) for row in rows] for rows in await asyncio.gather(*asked)] == [[(key, "a")]] * 3


async def test_a_closed_database_is_unavailable(database_url: str) -> None:
    database = await open_database(database_url)
    await database.close()
    await database.close()
    with pytest.raises(DatabaseUnavailableError):
        await count(database)
    with pytest.raises(DatabaseUnavailableError):
        await database.write(partial(add, name="a"))


@pytest.mark.parametrize("url", ["mysql://x:secret@y/z", "sqlite://", "sqlite:///", "sqlite:///:memory:", "x.db", ""])
async def test_a_url_of_anything_else_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"a database URL is|SQLite needs a file") as refusal:
        await open_database(url)
    assert "secret" not in str(refusal.value)
