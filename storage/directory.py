"""What a process keeps of the directory: tokens, people, places, resources, schedules. Never older than the store.

The table `directory` has one row, whose `version` is drawn anew by triggers with every write to those tables, whoever
writes, in the same transaction. A request reads the version when it begins, and uses what is kept under that version.
What is kept there was read after the version was, so it is at least as new; and whatever was acknowledged before the
request came has changed the version that it reads. A version never comes back, not even with a backup or a standby: it
is random.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from sys import getsizeof
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import select

from storage import tables
from storage.statements import Statement, among
from storage.tables import table

if TYPE_CHECKING:
    from storage.database import Row

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

ENTRY = 200
"""Bytes that keeping a thing takes besides: in the mapping, and in the order of what came first."""

_directory = table(tables.Directory)
VERSION = Statement(select(_directory.c.id, _directory.c.version).where(among(_directory.c.id, "keys")))


def size_of(value: Any) -> int:  # noqa: ANN401 - any record
    """Return about how many bytes a record takes, with the records in it."""
    inside = sum(map(size_of, value)) if isinstance(value, tuple | list | frozenset) else 0
    return getsizeof(value) + inside


def size_of_flat(record: Iterable[Any]) -> int:
    """Return the same of a record of plain values, in a quarter of the time."""
    return sum(map(getsizeof, record), getsizeof(record))


class Kind(Generic[K, V]):
    """A kind of things that are kept by key, of about so many bytes at most. They follow from those tables alone."""

    def __init__(self, most: int, size: Callable[[V], int] = size_of) -> None:
        self.most, self.size = most, size


class Stored(Kind[str, V]):
    """Records of the directory, unmasked. The statement reads them by `keys`; its rows begin with the key."""

    def __init__(
        self, statement: Statement, build: Callable[[Row], V], most: int, size: Callable[[V], int] = size_of
    ) -> None:
        super().__init__(most, size)
        self.statement, self.build = statement, build


class Kept(dict[K, V]):
    """What is kept of one kind; the oldest makes room for the newest."""

    def __init__(self, most: int, size: Callable[[V], int]) -> None:
        super().__init__()
        self._most, self._room, self._size = most, most, size
        self._order: deque[tuple[K, int]] = deque()

    def keep(self, key: K, value: V) -> None:
        """Keep a thing, unless it takes more than an eighth of the room or is kept already."""
        size = self._size(value) + ENTRY
        if size * 8 > self._most or key in self:
            return
        self[key] = value
        self._order.append((key, size))
        self._room -= size
        while self._room < 0:
            oldest, freed = self._order.popleft()
            del self[oldest]
            self._room += freed


class Directory:
    """What is kept of the directory in one version; without a version: nothing ever.

    Those who hold it go on with it when another comes.
    """

    def __init__(self, version: str | None = None) -> None:
        self._version = version
        self._kinds: dict[Kind[Any, Any], Kept[Any, Any]] = {}

    def of(self, kind: Kind[K, V]) -> Kept[K, V]:
        """Return what is kept of a kind."""
        kept = self._kinds.get(kind)
        if kept is None:
            kept = self._kinds[kind] = Kept(kind.most if self._version else 0, kind.size)
        return kept

    def at(self, version: str) -> Directory:
        """Return the directory of a version: this one, or a new one of which nothing is known yet."""
        return self if version == self._version else Directory(version)


NOTHING = Directory()
