"""The store locked, full, failing and away: what clients are told meanwhile, and that it passes without a restart."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage import sqlite_writer
from storage.database import DatabaseBusyError, Row
from storage.statements import Statement
from tests.api.documents import BOOKINGS, UPSERT
from tests.api.venue import Venue
from tests.writes.changes import KINDS, kinds
from tests.writes.documents import BULK

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MEDIA_TYPES = ("application/json", "application/graphql-response+json")


@pytest.fixture
def path(database_url: str) -> Path:
    """The SQLite file."""
    return Path(database_url.removeprefix("sqlite:///"))


@pytest.fixture
def other(path: Path) -> Iterator[sqlite3.Connection]:
    """Another process's connection to the same file."""
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


@ON_SQLITE
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
async def test_while_the_file_is_locked_writes_are_refused_and_reads_go_on(
    venue: Venue, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, media_type: str
) -> None:
    monkeypatch.setattr(sqlite_writer, "BUSY_SECONDS", 0.3)
    await venue.upsert()
    given = venue.partner_input(title="later", externalUpdatedAt="2026-04-13T07:00:01Z")
    other.execute("BEGIN IMMEDIATE")

    writing = asyncio.create_task(refused(venue, UPSERT, media_type, input=given))
    while not writing.done():
        assert await titles(venue) == [None]
        await asyncio.sleep(0.01)
    assert await writing == "store_busy"

    other.execute("COMMIT")
    assert (await venue.gateway.data(UPSERT, venue.partner, input=given))["outcome"] == "REPLACED"
    assert await titles(venue) == ["later"]


@ON_SQLITE
async def test_on_a_full_disk_a_write_is_refused_whole_and_reads_go_on(venue: Venue) -> None:
    await venue.upsert()
    given = bulk(venue)
    await limit_pages(venue, 1)  # as many as there are

    assert await refused(venue, BULK, inputs=given) == "store_busy"
    assert await kinds(venue.gateway.database) == ["CREATED"]
    assert await titles(venue) == [None]

    await limit_pages(venue, 1_000_000)
    answers = await venue.gateway.data(BULK, venue.partner, inputs=given)
    assert [answer["outcome"] for answer in answers] == ["CREATED"] * len(given)


@ON_SQLITE
async def test_a_disk_that_fails_to_take_a_commit_is_told_and_passes(venue: Venue, path: Path) -> None:
    await venue.upsert()
    given = bulk(venue)

    with files_no_longer_than(path.with_name(f"{path.name}-wal").stat().st_size + 10_000):
        assert await refused(venue, BULK, inputs=given) == "store_unavailable"
        assert await kinds(venue.gateway.database) == ["CREATED"]
        assert await titles(venue) == [None]

    answers = await venue.gateway.data(BULK, venue.partner, inputs=given)
    assert [answer["outcome"] for answer in answers] == ["CREATED"] * len(given)
    assert await kinds(venue.gateway.database) == ["CREATED"] * (1 + len(given))


async def test_of_a_write_whose_answer_cannot_be_read_nobody_says_that_nothing_was_written(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = venue.gateway.database.fetch

    async def is_busy_afterwards(statement: Statement, **values: Any) -> Sequence[Row]:
        if await fetch(KINDS):
            raise DatabaseBusyError("every connection is in use")
        return await fetch(statement, **values)

    monkeypatch.setattr(venue.gateway.database, "fetch", is_busy_afterwards)
    assert await refused(venue, UPSERT, input=venue.partner_input()) == "store_unavailable"

    monkeypatch.undo()
    assert (await venue.upsert())["outcome"] == "UNCHANGED"


async def refused(venue: Venue, document: str, media_type: str = MEDIA_TYPES[0], **variables: Any) -> str:
    """Send what must be refused by a code that says: try again, and when; return the code."""
    response = await venue.gateway.send(document, variables, venue.partner, Accept=media_type)
    body = await response.json()
    assert (response.status, response.headers["Retry-After"], response.content_type) == (503, "1", media_type), body
    (extensions,) = {tuple(error["extensions"].items()) for error in body["errors"]}
    ((_, code),) = extensions
    return str(code)


async def titles(venue: Venue) -> list[str | None]:
    """The titles of all bookings."""
    return [node["title"] for node in (await venue.gateway.data(BOOKINGS, venue.desk))["nodes"]]


def bulk(venue: Venue) -> list[dict[str, Any]]:
    """More than fits where there is no room: 30 bookings of the hall."""
    return [
        venue.partner_input(externalBookingId=f"n-{n}", resourceId=venue.hall, notes="x" * 9_000) for n in range(30)
    ]


async def limit_pages(venue: Venue, most: int) -> None:
    """Set how large the file may become, to the connection that writes."""
    limit = Statement(text(f"PRAGMA max_page_count = {most}"))
    await venue.gateway.database.write(lambda transaction: transaction.fetch(limit))


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """Let the system refuse to make any file of this process longer."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
