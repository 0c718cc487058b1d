"""The directory's version changes with every write to what is kept of it, whoever writes."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import Table, UpdateBase, delete, insert, select, update
from sqlmodel import SQLModel

import storage
from storage.database import Database, Transaction
from storage.directory import Stored
from storage.migrations.versions.directory_0002 import TABLES
from storage.opening import open_database
from storage.sqlite_inline import InlineReader
from storage.statements import Statement
from tests.api.venue import Venue

BY_NAME: dict[str, Table] = dict(SQLModel.metadata.tables)


@pytest.mark.parametrize("name", TABLES)
async def test_every_write_to_the_directory_is_seen_by_everybody_at_once(
    venue: Venue, other: Database, name: str
) -> None:
    database = venue.gateway.database
    for statement in await _writes(database, BY_NAME[name]):
        before = await other.directory(), await database.directory()

        await _run(database, statement)

        assert await other.directory() is not before[0], statement
        assert await database.directory() is not before[1], statement
    assert await other.directory() is await other.directory()


@pytest.mark.parametrize("name", TABLES)
async def test_an_operator_who_empties_a_table_is_seen_too(postgres_database_url: str, name: str) -> None:
    database = await open_database(postgres_database_url)
    before = await database.directory()
    operator = await asyncpg.connect(postgres_database_url, server_settings={"search_path": ""})

    await operator.execute(f"TRUNCATE public.{name} CASCADE")
    await operator.close()

    assert await database.directory() is not before
    await database.close()


async def test_what_is_not_committed_and_what_is_no_directory_changes_nothing(venue: Venue, other: Database) -> None:
    database, users = venue.gateway.database, BY_NAME["users"]
    before = await other.directory()

    async def write(tx: Transaction) -> None:
        await tx.fetch(Statement(update(users).values(name="Nobody")))

    await database.write(write, dry_run=True)
    assert (await venue.upsert())["outcome"] == "CREATED"
    assert (await venue.book())["outcome"] == "CREATED"

    assert await other.directory() is before


async def test_while_a_file_is_locked_the_version_is_read_by_a_thread(
    sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await open_database(sqlite_database_url)
    before = await database.directory()

    def is_locked(*_: object) -> None:
        """What both ways of the inline reader tell then."""

    monkeypatch.setattr(InlineReader, "stamp", is_locked)
    monkeypatch.setattr(InlineReader, "fetch", is_locked)

    assert await database.directory() is before
    await _run(database, insert(BY_NAME["organizations"]).values(id=str(uuid4()), name="New"))
    assert await database.directory() is not before
    await database.close()


def test_whatever_is_kept_is_read_of_tables_that_tell_of_writes() -> None:
    modules = [import_module(module.name) for module in pkgutil.iter_modules(storage.__path__, "storage.")]
    kinds = {found for module in modules for found in vars(module).values() if isinstance(found, Stored)}

    read = {name for kind in kinds for name in BY_NAME if re.search(rf"\b{name}\b", kind.statement.for_("sqlite").sql)}

    assert len(kinds) >= 6
    assert {"users", "resources", "locations", "schedules"} <= read <= set(TABLES)


async def _writes(database: Database, written: Table) -> list[UpdateBase]:
    """Return statements that insert a row, change it to what it is, and delete it."""
    row = await _a_row(database, written)
    key = next(iter(written.primary_key))
    new = {**row, key.name: str(uuid4()), **({"prefix": "bg_new"} if "prefix" in row else {})}
    if written.name == "schedules":
        resource = await _a_row(database, BY_NAME["resources"])
        await _run(database, insert(BY_NAME["resources"]).values({**resource, "id": new[key.name]}))
    this = key == new[key.name]
    return [insert(written).values(new), update(written).where(this).values(new), delete(written).where(this)]


async def _a_row(database: Database, written: Table) -> dict[str, Any]:
    found = await database.fetch(Statement(select(*written.columns).limit(1)))
    return dict(zip(written.columns.keys(), found[0], strict=True))


async def _run(database: Database, statement: UpdateBase) -> None:
    async def work(tx: Transaction) -> None:
        await tx.fetch(Statement(statement))

    await database.write(work)
