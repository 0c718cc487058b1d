"""The store as the other modules see it: statements in, rows out; one door for writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from storage.codecs import Dialect
    from storage.directory import Directory
    from storage.statements import Statement

T = TypeVar("T")
Row = tuple[Any, ...]
ExternalName = tuple[str, str]
"""A service's ID and its ID of a booking."""


class Reader(Protocol):
    """What can run a statement: a database (any connection) or a transaction (its own)."""

    dialect: Dialect

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:  # noqa: ANN401
        """Run one statement and return all its rows, values decoded: IDs `str`, instants aware UTC, JSON parsed."""
        ...


class Transaction(Reader, Protocol):
    """A write transaction: what it reads is locked or alone, what it writes is there for all or for none."""

    async def execute_many(self, statement: Statement, rows: Sequence[dict[str, Any]]) -> None:
        """Run one statement once for each row of values."""
        ...


class Database(Reader, Protocol):
    """An open store."""

    async def write(
        self, work: Callable[[Transaction], Awaitable[T]], *, names: Iterable[ExternalName] = (), dry_run: bool = False
    ) -> T:
        """Run `work` in one write transaction; commit when it returns, roll back when it raises or for a dry run.

        `names` are locked before it begins, also of bookings that do not exist: so a delete and a create of one name
        never miss each other.
        The work may be run again from its start (a deadlock, a serialization failure), so it has no other effects.
        Raises DatabaseBusyError (locked, full) or DatabaseUnavailableError (away); then nothing was written.
        """
        ...

    async def fetch_by_key(self, statement: Statement, keys: Iterable[Any]) -> Sequence[Row]:
        """Run a statement whose one parameter is `keys` and whose rows begin with the key; others may share it."""
        ...

    async def directory(self) -> Directory:
        """Return what this process keeps of the directory as it is now: with all that was committed before the call."""
        ...

    async def close(self) -> None:
        """Close every connection, after what is in flight."""
        ...


class DatabaseBusyError(Exception):
    """The store is locked or full for now; nothing was written, a retry may succeed."""


class MovedError(Exception):
    """What was to be locked has moved, or been made, meanwhile: the work begins anew, and finds it."""


class DatabaseUnavailableError(Exception):
    """The store cannot be reached; nothing is known to be written, a retry may succeed."""
