"""Short reads run on the event loop; what takes longer than a moment is left to a thread, and so are its next likes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Integer, literal_column, select

from storage import sqlite_inline
from storage.database import DatabaseUnavailableError
from storage.opening import open_database
from storage.sqlite_inline import LIKES, REMEMBERED, InlineReader
from storage.statements import Statement

SHORT = "SELECT ?"
LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT max(i) FROM n"


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[InlineReader]:
    opened = InlineReader(str(tmp_path / "x.db"))
    yield opened
    opened.close()


def test_a_short_read_is_answered(reader: InlineReader) -> None:
    assert reader.fetch(SHORT, [7]) == [(7,)]


def test_a_short_read_stays_short_however_often_it_is_asked(reader: InlineReader) -> None:
    assert all(reader.fetch(SHORT, [n]) == [(n,)] for n in range(50_000))


def test_a_long_read_is_stopped_and_so_are_its_next_likes_at_once(
    reader: InlineReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reader.fetch(LONG, []) is None
    monkeypatch.setattr(sqlite_inline, "LOOKS", 1_000_000)

    assert [reader.fetch(LONG, []) for _ in range(LIKES)] == [None] * LIKES
    assert reader.fetch(LONG, []) == [(100_000,)]


def test_of_ever_new_long_reads_only_some_are_remembered(reader: InlineReader, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reader.fetch(LONG, []) is None
    assert [reader.fetch(f"{LONG} LIMIT {n}", []) for n in range(1, REMEMBERED + 1)] == [None] * REMEMBERED
    monkeypatch.setattr(sqlite_inline, "LOOKS", 1_000_000)

    assert reader.fetch(LONG, []) == [(100_000,)]


def test_a_read_after_one_that_was_stopped_is_answered(reader: InlineReader) -> None:
    assert reader.fetch(LONG, []) is None

    assert reader.fetch(SHORT, [1]) == [(1,)]


def test_a_locked_file_is_left_to_a_thread_which_can_wait(
    reader: InlineReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Locked:
        def execute(self, *_: object) -> None:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error

        def close(self) -> None: ...

    monkeypatch.setattr(reader, "_connection", Locked())

    assert reader.fetch(SHORT, [1]) is None


def test_nothing_can_be_written(reader: InlineReader) -> None:
    with pytest.raises((sqlite3.Error, DatabaseUnavailableError)):
        reader.fetch("CREATE TABLE t (x)", [])


async def test_a_long_read_is_answered_by_a_thread(sqlite_database_url: str) -> None:
    numbers = select(literal_column("1", Integer).label("i")).cte("n", recursive=True)
    numbers = numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < 50_000))
    database = await open_database(sqlite_database_url)

    rows = await database.fetch(Statement(select(numbers.c.i)))

    assert len(rows) == 50_000
    await database.close()
