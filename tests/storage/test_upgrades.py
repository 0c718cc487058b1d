"""A filled store of any earlier version, brought to the newest: its rows stay, and its schema is a new store's."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
import pytest
from sqlalchemy import Connection, inspect, text

from domain.records import Participant
from storage import tables
from storage.database import Transaction
from storage.migrations import NEWEST, downgrade, migrate, revision_of
from storage.migrations.connecting import connected
from storage.opening import open_database
from storage.rows import insert_into
from storage.tables import table
from tests.storage.rows import ADD_BOOKING, add_resource, booking, new_id

ADD_PARTICIPANT = insert_into(table(tables.Participant))

# What stores of some commits lack: 0001 was still edited after 0002 had come, 0004 once after stores had it.
NO_PEOPLE_IN_BOOKINGS = ["ALTER TABLE bookings DROP COLUMN participants"]
NO_PEOPLE_BY_EMAIL = ["DROP INDEX users_by_email"]
NEWEST_FIRST = [
    *NO_PEOPLE_IN_BOOKINGS,
    *(
        statement
        for part, column in (("organization", "organization_id"), ("service", "external_service_id"))
        for statement in (
            f"DROP INDEX bookings_by_{part}_updated",
            f"CREATE INDEX bookings_by_{part}_updated ON bookings ({column}, updated_at DESC, id)",
        )
    ),
]
NO_HOLDS = [
    *NO_PEOPLE_IN_BOOKINGS,
    *(
        f"DROP INDEX bookings_{name}"
        for name in (
            "by_expiry",
            "by_organization_end",
            "by_reservation",
            "long_by_organization",
            "long_by_resource",
            "long_by_staff",
        )
    ),
    "ALTER TABLE bookings DROP COLUMN reservation_hash",
    "ALTER TABLE bookings DROP COLUMN reservation_request",
]
EARLIER = {
    "0001": ("0001", []),
    "0002": ("0002", []),
    "0003": ("0003", []),
    "0004": ("0004", []),
    "0001 before holds": ("0001", NO_HOLDS),
    "0001 with changes newest first": ("0001", NEWEST_FIRST),
    "0001 with participants beside their bookings": ("0001", NO_PEOPLE_IN_BOOKINGS),
    "0002 with participants beside their bookings": ("0002", NO_PEOPLE_IN_BOOKINGS),
    "0004 with participants beside their bookings": ("0004", NO_PEOPLE_IN_BOOKINGS),
    "0004 without people by e-mail": ("0004", NO_PEOPLE_BY_EMAIL),
}
DEFINITIONS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type <> 'table'",
    "postgresql": """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT table_name || '.' || column_name, column_default
            FROM information_schema.columns WHERE table_schema = 'public'
    """,
}


@pytest.mark.parametrize("earlier", EARLIER)
async def test_a_filled_store_of_an_earlier_version_keeps_its_rows(database_url: str, earlier: str) -> None:
    revision, statements = EARLIER[earlier]
    await fill(database_url)
    rows, schema = await connected(database_url, stored), await connected(database_url, described)
    await make_earlier(database_url, revision, statements)

    await migrate(database_url)

    assert await revision_of(database_url) == NEWEST
    assert await connected(database_url, stored) == rows
    assert await connected(database_url, described) == schema


@pytest.mark.parametrize("earlier", ["0001 before holds", "0004 without people by e-mail"])
async def test_a_mended_store_goes_down_and_up_like_any(database_url: str, earlier: str) -> None:
    schema = await connected(database_url, described)
    await make_earlier(database_url, *EARLIER[earlier])
    await migrate(database_url)

    await downgrade(database_url, "base")
    await migrate(database_url)

    assert await connected(database_url, described) == schema


async def test_rows_of_an_ordinary_store_are_not_written_anew_on_postgresql(postgres_database_url: str) -> None:
    await fill(postgres_database_url)
    await downgrade(postgres_database_url, "0004")
    connection = await asyncpg.connect(postgres_database_url)
    written = "SELECT pg_relation_filenode('bookings'), array_agg(xmin::text || ctid::text) FROM bookings"
    before = await connection.fetch(written)

    await migrate(postgres_database_url)

    assert await connection.fetch(written) == before
    await connection.close()


async def test_rows_of_an_ordinary_store_are_not_written_anew_on_sqlite(sqlite_database_url: str) -> None:
    await fill(sqlite_database_url)
    await downgrade(sqlite_database_url, "0004")
    refusing = "CREATE TRIGGER refusing BEFORE UPDATE ON bookings BEGIN SELECT raise(ABORT, 'written anew'); END"
    await connected(sqlite_database_url, lambda c: c.exec_driver_sql(refusing))

    await migrate(sqlite_database_url)

    assert await revision_of(sqlite_database_url) == NEWEST


async def fill(url: str) -> None:
    """Add bookings: of several people, of one, and of none."""
    database = await open_database(url)
    owner = await add_resource(database)
    user = {column.name: None for column in table(tables.User).columns} | {"id": new_id()}
    user["organization_id"] = owner["organization_id"]
    people = [
        Participant(new_id(), None, 'quoted"ö@example.net', None),
        Participant(new_id(), user["id"], None, new_id()),
        Participant(new_id(), None, "a@example.net", None),
    ]

    async def work(tx: Transaction) -> None:
        await tx.fetch(insert_into(table(tables.User)), **user)
        for taking_part in (people, people[1:2], []):
            row = booking(owner, participants=[list(person) for person in taking_part], exclusive=False)
            await tx.fetch(ADD_BOOKING, **row)
            for position, person in reversed(list(enumerate(taking_part))):
                await tx.fetch(ADD_PARTICIPANT, booking_id=row["id"], position=position, **person._asdict())

    await database.write(work)
    await database.close()


async def make_earlier(url: str, revision: str, statements: Sequence[str]) -> None:
    """Make of a new store what an earlier commit would have left."""
    await downgrade(url, revision)
    await connected(url, lambda connection: [connection.exec_driver_sql(statement) for statement in statements])


def stored(connection: Connection) -> dict[str, list[str]]:
    """All rows, by table, but for what every upgrade draws anew."""
    names = set(inspect(connection).get_table_names()) - {"alembic_version", "directory"}
    return {
        name: sorted(str(sorted(row.items())) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings())
        for name in sorted(names)
    }


def described(connection: Connection) -> dict[str, object]:
    """Columns of the tables, and how indexes, triggers and constraints are defined."""
    inspector = inspect(connection)
    found: dict[str, object] = {
        f"{name}.{column['name']}": (str(column["type"]), column["nullable"])
        for name in inspector.get_table_names()
        for column in inspector.get_columns(name)
    }
    return found | {
        f"definition of {name}": definition
        for name, definition in connection.execute(text(DEFINITIONS[connection.dialect.name]))
    }
