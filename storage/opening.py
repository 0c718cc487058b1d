"""A database by its URL."""

from __future__ import annotations

from storage.database import Database
from storage.postgres import open_postgres
from storage.sqlite import open_sqlite
from storage.sqlite_files import identity

SQLITE_SCHEME, SQLITE = "sqlite:", "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")


async def open_database(url: str) -> Database:
    """Open `sqlite:///file.db` (relative), `sqlite:////abs/file.db` or `postgresql://user@host/name`.

    Raises ValueError for any other URL, DatabaseBusyError or DatabaseUnavailableError if it cannot be opened now.
    """
    path = sqlite_path(url)
    if path is None:
        return await open_postgres(url)
    return await open_sqlite(path)


def file_of(url: str) -> tuple[int, int] | None:
    """The very file that an SQLite URL names now; None if there is none, and for PostgreSQL."""
    path = sqlite_path(url)
    return None if path is None else identity(path)


def sqlite_path(url: str) -> str | None:
    """The file of an SQLite URL, None for a PostgreSQL URL; raises ValueError for any other."""
    if url.startswith(POSTGRES):
        return None
    if not url.startswith(SQLITE_SCHEME):
        scheme = url.partition("://")[0]  # the rest may hold a password
        raise ValueError(f"a database URL is sqlite:///<file> or postgresql://<user>@<host>/<name>, not {scheme!r}://…")
    if not url.startswith(SQLITE) or url == SQLITE or ":memory:" in url:
        raise ValueError("SQLite needs a file: sqlite:///bookgate.db, or sqlite:////folder/bookgate.db")
    return url.removeprefix(SQLITE)
