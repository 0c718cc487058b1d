"""Alembic's commands, on a connection of ours."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from storage.migrations.connecting import take_turn


def upgrade(connection: Connection, revision: str) -> None:
    """Run the migrations up to the revision, alone. Raises ValueError for what no earlier version has left."""
    take_turn(connection)
    try:
        command.upgrade(_config(connection), revision)
    except CommandError as error:
        raise ValueError(f"the database is of a revision that this version does not know: {error}") from error


def downgrade(connection: Connection, revision: str) -> None:
    """Run the migrations down to the revision, alone."""
    take_turn(connection)
    command.downgrade(_config(connection), revision)


def newest() -> list[str]:
    """Return the revisions that no other one follows: one, unless two were written side by side."""
    return ScriptDirectory.from_config(_config(None)).get_heads()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
