"""The schema's versions: a database is brought to the newest by `migrate`, which many processes may call at once.

Alembic is loaded only where there is something to migrate: it brings 10 MB along, which a server would keep.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection, Text, column, inspect, select, table, text

from storage.database import Database
from storage.migrations.connecting import connected, exists
from storage.statements import Statement

NEWEST = "0005"
"""The revision that the program is written for."""

REVISIONS = Statement(select(column("version_num", Text)).select_from(table("alembic_version")))


async def migrate(url: str) -> None:
    """Bring the database up to the newest revision; an SQLite file is made if it is not there.

    Raises ValueError, and changes nothing, if it is a newer version's or another program's.
    """
    if await revision_of(url) != NEWEST:
        await _upgrade(url)


async def make_tables(url: str) -> None:
    """Make those of an empty database; an SQLite file is made if it is not there.

    Raises ValueError, and changes nothing, as `migrate` does, and if the database is an older version's: when to bring
    that up is the operator's to say.
    """
    found = await revision_of(url)
    if found is None:
        await _upgrade(url)
    elif found != NEWEST:
        raise ValueError(
            f"the database is of an older version ({found}): read Upgrades in docs/operations.md, run `app.py migrate`"
        )


async def downgrade(url: str, revision: str) -> None:
    """Take the database back to the revision; `base` leaves nothing."""
    from storage.migrations.commands import downgrade  # noqa: PLC0415 - see above

    await connected(url, lambda connection: downgrade(connection, revision))


async def revision_of(url: str) -> str | None:
    """Read the database's revision, None if it is empty, waiting for nobody who writes or migrates.

    Raises ValueError as `migrate` does.
    """
    return await connected(url, _revision) if exists(url) else None


async def is_served(database: Database) -> bool:
    """Whether an open database answers, and has the newest schema or a newer one: upgrades let older gateways go on.

    Asked through the database's own connections: to open others, and wait until nobody migrates, is not for everybody.
    """
    with suppress(Exception):  # whatever stands in the way
        return any(revision >= NEWEST for (revision,) in await database.fetch(REVISIONS))
    return False


async def _upgrade(url: str) -> None:
    from storage.migrations.commands import upgrade  # noqa: PLC0415 - see above

    await connected(url, lambda connection: upgrade(connection, NEWEST))


def _revision(connection: Connection) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise ValueError("the database has tables already, and they are another program's")
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found > NEWEST:
        raise ValueError(f"the database is of a revision that this version does not know: {found}")
    return found
