"""An SQLite file: how it is opened, and what its driver's errors mean."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from storage.codecs import CONVERTERS
from storage.database import DatabaseBusyError, DatabaseUnavailableError

logger = logging.getLogger("bookgate.storage")

BUSY_SECONDS = 5.0
"""How long to wait for a lock that another process holds."""

BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM})
AWAY = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)

PREPARED = 512
"""Statements that a connection keeps prepared: those last used, since clients make ever new ones."""

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
WRITING = (
    "busy_timeout = 0",  # the event loop must not block: the writer waits by itself
    "temp_store = MEMORY",  # else a savepoint over a dozen index pages is kept in a file
    "cache_size = -65536",  # 64 MiB: a group of writes dirties more pages than the default keeps
    "wal_autocheckpoint = 4000",  # pages: every page is then copied back after more groups than two or three
)
"""What the writer's connection has besides."""


class FileMovedError(sqlite3.OperationalError):
    """The file was removed or replaced; SQLite, which looks for that itself only without a write-ahead log, goes on."""

    sqlite_errorcode = sqlite3.SQLITE_READONLY_DBMOVED


for _name, _converter in CONVERTERS.items():
    sqlite3.register_converter(_name, _converter)


def make(path: str) -> None:
    """Make the file, and its folders, if it is not there; for its owner alone, since people's addresses stand in it."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        file.touch(mode=0o600, exist_ok=False)
        logger.info("made the store %s", file.absolute())


def connect(path: str, *pragmas: str) -> sqlite3.Connection:
    """Open the file, in the write-ahead mode in which readers and the writer never wait for each other."""
    connection = sqlite3.connect(
        path,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # transactions begin where the writer says so, never by themselves
        detect_types=sqlite3.PARSE_DECLTYPES,
        cached_statements=PREPARED,
        check_same_thread=False,
    )
    try:
        for pragma in (*PRAGMAS, *pragmas):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def identity(path: str) -> tuple[int, int] | None:
    """The file itself, whatever its path: its device and inode; None if there is none at the path."""
    try:
        found = os.stat(path)  # noqa: PTH116 - half as fast by Path, and every commit asks
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds the lock."""
    return _code(error) == sqlite3.SQLITE_BUSY


def is_interrupted(error: sqlite3.Error) -> bool:
    """Whether the statement was stopped by our own progress handler."""
    return _code(error) == sqlite3.SQLITE_INTERRUPT


def translated(error: BaseException) -> BaseException:
    """Return what the error means to the other modules; one that is no driver's, or a mistake in SQL, stays."""
    code = _code(error)
    if code in BUSY:
        return DatabaseBusyError(str(error))
    if code in AWAY:
        return DatabaseUnavailableError(str(error))
    return error


def _code(error: BaseException) -> int:
    extended: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return extended & 0xFF
