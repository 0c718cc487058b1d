"""The program with the locks taken out of it, to see that the search finds it out: `python -m … serve …`.

On PostgreSQL no row and no name is locked. On SQLite, where a writer is alone, the transaction is taken away: other
processes' statements come between its own.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import app
import storage.postgres
from storage.database import DatabaseBusyError, Row, Transaction
from storage.sqlite import SqliteDatabase
from storage.sqlite_writer import SqliteTransaction
from storage.statements import Compiled, Statement


def main() -> None:
    """Unlock, and run."""
    unlock_postgresql()
    unlock_sqlite()
    app.main()


def unlock_postgresql() -> None:
    """Lock no rows, and no names."""
    compiling = Compiled.__init__

    def without_locks(compiled: Compiled, *of: Any) -> None:
        compiling(compiled, *of)
        compiled.sql = re.sub(r"\bFOR (NO KEY )?UPDATE\b", "", compiled.sql)

    Compiled.__init__ = without_locks  # type: ignore[method-assign, assignment]
    storage.postgres.HOLD_NAMES = "SELECT 1"


def unlock_sqlite() -> None:
    """Run each statement by itself."""

    async def write(database: Any, work: Callable[[Transaction], Awaitable[Any]], **_: Any) -> Any:
        connection = database._writer._connection  # noqa: SLF001 - there is no door for this
        connection.execute("PRAGMA busy_timeout = 5000")
        try:
            return await work(Interrupted(connection))
        except sqlite3.Error as error:
            raise DatabaseBusyError("ran into another") from error

    SqliteDatabase.write = write  # type: ignore[method-assign, assignment]


class Interrupted(SqliteTransaction):
    """No transaction at all."""

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:
        """Let others go first, then run one statement."""
        await asyncio.sleep(0)
        return await super().fetch(statement, **values)


if __name__ == "__main__":
    main()
