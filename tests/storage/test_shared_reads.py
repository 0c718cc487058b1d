"""Reads that several requests share: what goes out together, who gets what, and what befalls whom."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from storage import shared_reads, tables
from storage.codecs import Dialect
from storage.database import Row
from storage.opening import open_database
from storage.shared_reads import FEW, SharedReads
from storage.sqlite_inline import InlineReader
from storage.statements import Statement, among
from storage.tables import table
from tests.storage.rows import NAMED, add

users = table(tables.User)
ONE, OTHER = (Statement(select(users.c.id, column).where(among(users.c.id, "keys"))) for column in users.c[:2])


class Store:
    """Answers each statement when it is told to; counts the writes that a read has seen."""

    dialect: Dialect = "postgresql"

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], asyncio.Future[None]]] = []
        self.writes = 0
        self._news = asyncio.Event()

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:
        """Note what is asked for, and wait until it is answered."""
        del statement
        keys = values["keys"]
        done = asyncio.get_running_loop().create_future()
        self.asked.append((sorted(keys), done))
        self._news.set()
        seen = self.writes
        await done
        return [(key, seen) for key in sorted(keys) if key != "unknown"]

    async def until_asked(self, times: int) -> None:
        """Wait for so many statements."""
        while len(self.asked) < times:
            self._news.clear()
            await self._news.wait()

    async def answer(self, number: int, error: Exception | None = None) -> None:
        """Let a statement come back."""
        await _turns(2)
        done = self.asked[number][1]
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
        await _turns(5)


async def _turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def reads(store: Store) -> SharedReads:
    return SharedReads(store)


async def _begin(reads: SharedReads, *keys: str, statement: Statement = ONE) -> asyncio.Task[Sequence[Any]]:
    task = asyncio.create_task(reads.rows(statement, keys))
    await _turns(2)
    return task


async def test_what_waits_goes_out_as_one_statement_and_each_gets_its_own(store: Store, reads: SharedReads) -> None:
    first = await _begin(reads, "a")
    others = [await _begin(reads, *keys) for keys in ("bc", "cd", ["unknown"])]
    assert [keys for keys, _ in store.asked] == [["a"]]
    store.writes = 1
    await store.answer(0)
    assert [keys for keys, _ in store.asked] == [["a"], ["b", "c", "d", "unknown"]]
    await store.answer(1)
    assert await first == [("a", 0)]
    assert [sorted(await other) for other in others] == [[("b", 1), ("c", 1)], [("c", 1), ("d", 1)], []]


async def test_what_is_asked_for_in_one_turn_goes_out_as_one_statement(store: Store, reads: SharedReads) -> None:
    tasks = [asyncio.create_task(reads.rows(ONE, keys)) for keys in ("a", "b", "bc")]
    await store.answer(0)
    assert [sorted(await task) for task in tasks] == [[("a", 0)], [("b", 0)], [("b", 0), ("c", 0)]]
    assert [keys for keys, _ in store.asked] == [["a", "b", "c"]]


async def test_nobody_is_given_what_was_read_before_they_asked(store: Store, reads: SharedReads) -> None:
    await _begin(reads, "a")
    store.writes = 1
    late = await _begin(reads, "a")
    await store.answer(0)
    await store.answer(1)
    assert await late == [("a", 1)]


async def test_other_statements_do_not_wait(store: Store, reads: SharedReads) -> None:
    await _begin(reads, "a")
    await _begin(reads, "b", statement=OTHER)
    assert [keys for keys, _ in store.asked] == [["a"], ["b"]]


async def test_an_error_is_told_to_all_whose_read_it_was_and_to_no_other(store: Store, reads: SharedReads) -> None:
    first = await _begin(reads, "a")
    second, third = await _begin(reads, "b"), await _begin(reads, "c")
    await store.answer(0)
    await store.answer(1, ConnectionError("lost"))
    for failed in (second, third):
        with pytest.raises(ConnectionError):
            await failed
    assert await first == [("a", 0)]
    fourth = await _begin(reads, "d")
    await store.answer(2)
    assert await fourth == [("d", 0)]


async def test_who_gives_up_takes_nobody_along_and_is_not_read_for(store: Store, reads: SharedReads) -> None:
    first = await _begin(reads, "a")
    second, third = await _begin(reads, "b"), await _begin(reads, "c")
    second.cancel()
    first.cancel()
    await store.answer(0)
    assert [keys for keys, _ in store.asked] == [["a"], ["c"]]
    await store.answer(1)
    assert await third == [("c", 0)]
    assert first.cancelled()
    assert second.cancelled()


async def test_where_everybody_has_given_up_nothing_is_read(store: Store, reads: SharedReads) -> None:
    await _begin(reads, "a")
    for task in [await _begin(reads, "b"), await _begin(reads, "c")]:
        task.cancel()
    await store.answer(0)
    assert len(store.asked) == 1

    last = await _begin(reads, "d")
    await store.answer(1)
    assert await last == [("d", 0)]


async def test_a_statement_that_does_not_come_back_does_not_stop_the_others(
    store: Store, reads: SharedReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_reads, "PATIENCE", 0.01)
    lost = await _begin(reads, "a")
    others = [asyncio.create_task(reads.rows(ONE, key)) for key in "bc"]
    await store.until_asked(2)
    assert [keys for keys, _ in store.asked] == [["a"], ["b", "c"]]
    await store.answer(1)
    assert [await other for other in others] == [[("b", 0)], [("c", 0)]]

    store.writes = 1
    await store.answer(0)
    assert await lost == [("a", 0)]
    following = await _begin(reads, "d")
    await store.answer(2)
    assert await following == [("d", 1)]


async def test_a_database_that_is_slow_is_asked_less_and_less(
    store: Store, reads: SharedReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_reads, "PATIENCE", 0.01)
    loop = asyncio.get_running_loop()
    tasks, sent = [], []
    for number in range(5):
        tasks.append(await _begin(reads, str(number)))
        await store.until_asked(number + 1)
        sent.append(loop.time())

    waited = [after - before for before, after in pairwise(sent)]
    assert all(seconds > 0.009 * 2**number for number, seconds in enumerate(waited)), waited
    for number in range(5):
        await store.answer(number)
    assert [await task for task in tasks] == [[(str(number), 0)] for number in range(5)]


async def test_a_database_that_is_well_again_is_asked_soon_whatever_was_lost_before(
    store: Store, reads: SharedReads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_reads, "PATIENCE", 0.001)
    monkeypatch.setattr(shared_reads, "MOST_PATIENCE", 0.002)
    lost = []
    async with asyncio.timeout(5):  # without a bound the twentieth would go out after nine minutes
        for number in range(20):
            lost.append(await _begin(reads, str(number)))
            await store.until_asked(number + 1)

    for number in range(20):
        await store.answer(number)
    await asyncio.gather(*lost)


async def test_who_asks_for_many_asks_alone_and_at_once(store: Store, reads: SharedReads) -> None:
    many = [f"{number:02}" for number in range(FEW + 1)]
    first, large = await _begin(reads, "a"), await _begin(reads, *many)
    assert [keys for keys, _ in store.asked] == [["a"], many]
    await store.answer(1)
    assert len(await large) == FEW + 1
    await store.answer(0)
    await first


async def test_whoever_drains_waits_for_all_that_has_been_asked_for(store: Store, reads: SharedReads) -> None:
    tasks = [await _begin(reads, key) for key in "ab"]
    draining = asyncio.create_task(reads.drain())
    await store.answer(0)
    assert not draining.done()
    await store.answer(1)
    await draining
    assert all(task.done() for task in tasks)


async def test_a_statement_that_is_made_no_more_is_forgotten(store: Store, reads: SharedReads) -> None:
    statement = Statement(select(users.c.id).where(among(users.c.id, "keys")))
    known = weakref.ref(statement)
    reading = asyncio.create_task(reads.rows(statement, ["a"]))
    await store.answer(0)
    assert await reading == [("a", 0)]

    del statement, reading
    gc.collect()

    assert known() is None


async def test_who_asks_for_nothing_is_answered_at_once(store: Store, reads: SharedReads) -> None:
    first = await _begin(reads, "a")
    assert await asyncio.wait_for(reads.rows(ONE, ()), 1) == []
    await store.answer(0)
    assert await first == [("a", 0)]


async def test_on_sqlite_those_share_who_ask_in_the_same_turn_of_the_event_loop(
    sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await open_database(sqlite_database_url)
    names = [f"Club {number}" for number in range(5)]
    keys = [await database.write(partial(add, name=name)) for name in names]
    read: list[list[Any]] = []
    fetch = InlineReader.fetch

    def noted(reader: InlineReader, sql: str, values: list[Any]) -> list[Row] | None:
        read.append(values)
        return fetch(reader, sql, values)

    monkeypatch.setattr(InlineReader, "fetch", noted)

    rows = await asyncio.gather(*(database.fetch_by_key(NAMED, [key]) for key in keys))

    assert rows == [[(key, name)] for key, name in zip(keys, names, strict=True)]
    assert len(read) == 1
    await database.close()
