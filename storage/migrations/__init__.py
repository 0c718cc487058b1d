"""The schema's versions: a database is brought to the newest by `migrate`, which many processes may call at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.migrations.connecting import connected, exists


async def migrate(url: str, revision: str = "head") -> None:
    """Bring the database up to the revision; an SQLite file is made if it is not there."""
    await connected(url, lambda connection: command.upgrade(_config(connection), revision))


async def downgrade(url: str, revision: str) -> None:
    """Take the database back to the revision; `base` leaves nothing."""
    await connected(url, lambda connection: command.downgrade(_config(connection), revision))


async def is_current(url: str) -> bool:
    """Whether the database has exactly the newest schema."""
    if not exists(url):
        return False
    newest = ScriptDirectory.from_config(_config(None)).get_heads()
    return await connected(url, _heads) == set(newest)


def _heads(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
