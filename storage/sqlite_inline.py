"""Short reads without a thread: handing a statement over costs more than most statements do.

A booking with its relations, three statements, takes 100 µs of work here and 255 µs through a thread. What takes longer
than a moment is stopped and read by a thread after all, so that a long scan does not keep everybody waiting; and so are
its next likes.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from storage.sqlite_files import connect, is_busy, is_interrupted, translated

if TYPE_CHECKING:
    from storage.database import Row

STEPS, LOOKS = 10_000, 10
"""A moment: so many instructions of SQLite's machine, so many times; some 2 ms. No clock is asked, which would cost
every read as much as it takes, and on a busy machine blame it for the work of others."""

LIKES = 100
"""How many of the next reads by the same statement go to a thread at once."""

REMEMBERED = 200
"""Statements of which that is remembered; clients make ever new ones, by what they ask for."""


class InlineReader:
    """A connection that only reads, on the event loop itself."""

    def __init__(self, path: str) -> None:
        self._connection = connect(path, "query_only = ON", "busy_timeout = 0")
        self._connection.set_progress_handler(self._is_over, STEPS)
        self._looks = 0
        self._long: dict[str, int] = {}

    def fetch(self, sql: str, values: list[Any]) -> list[Row] | None:
        """Run one statement; None: a thread has to, it takes too long or would have to wait for a lock."""
        if sql in self._long:
            self._forget(sql)
            return None
        self._looks = 0
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            if is_interrupted(error):
                self._remember(sql)
            elif not is_busy(error):
                raise translated(error) from error
            return None

    def stamp(self) -> int | None:
        """Return a number that changes whenever any other connection, of any process, commits; None: not now."""
        try:
            found: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as error:
            if is_busy(error):
                return None
            raise translated(error) from error
        return found

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _is_over(self) -> bool:
        self._looks += 1
        return self._looks > LOOKS

    def _remember(self, sql: str) -> None:
        if len(self._long) == REMEMBERED:
            del self._long[next(iter(self._long))]
        self._long[sql] = LIKES

    def _forget(self, sql: str) -> None:
        self._long[sql] -= 1
        if not self._long[sql]:
            del self._long[sql]
