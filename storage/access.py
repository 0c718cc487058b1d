"""Who asks which store, and when: the first parameter of every read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

from domain.records import Viewer
from storage.database import Database, Row
from storage.directory import NOTHING, Directory, Kept, Kind, Stored
from storage.statements import Statement

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Access:
    """One caller's view of the store at one instant. What a read returns is what the viewer may see at `now`."""

    database: Database
    viewer: Viewer
    now: datetime
    events: list[int] = field(default_factory=list)
    """How many events the calendars of this query have: kept, since each alone may be small."""
    reads: Mapping[type, frozenset[str]] | None = None
    """The attributes that are read of each class of records; None: any."""

    directory: Directory | None = None
    """What the process keeps of the directory, as it stood after the request came; None: nobody has looked yet."""

    async def reading(self, reads: Mapping[type, frozenset[str]]) -> Access:
        """Return the access of a query of which it is known what it reads. It alone uses what is kept.

        Its calendars are counted anew: those of a query that is asked again otherwise are not twice as many.
        """
        directory = self.directory
        if directory is None and reads:
            directory = await self.database.directory()
        return Access(self.database, self.viewer, self.now, [], reads, directory)

    def kept(self, kind: Kind[K, V]) -> Kept[K, V]:
        """Return what is kept of a kind, unmasked; of a mutation and by the reference executor: nothing ever."""
        directory = self.directory if self.reads else None
        return (directory or NOTHING).of(kind)

    async def stored(self, kind: Stored[V], keys: Collection[str]) -> dict[str, V]:
        """Return the records of these keys, unmasked: what is kept of them, and the rest by one statement."""
        kept = self.kept(kind)
        found = {key: kept[key] for key in keys if key in kept}
        missing = [key for key in keys if key not in found]
        return found | await self._read(kind, missing) if missing else found

    async def seen(
        self,
        kind: Stored[V],
        keys: Collection[str],
        see: Callable[[Viewer, V], R | None],
        sees_all: Callable[[Viewer, Sequence[V]], bool] = lambda _viewer, _records: False,
    ) -> list[R | None]:
        """Return for each key, in order, the record as the viewer sees it, or None.

        `sees_all` tells of many records at once whether nothing of them is hidden. What is kept and not seen is read
        all the same: else others' records would tell of themselves by answering sooner than what does not exist.
        """
        viewer = self.viewer
        known: list[Any] = list(map(self.kept(kind).get, keys))
        if all(known) and sees_all(viewer, known):
            return known
        seen = [see(viewer, record) if record else None for record in known]
        if all(seen):
            return seen
        read = await self._read(kind, [key for key, record in zip(keys, seen, strict=True) if record is None])
        return [
            see(viewer, read[key]) if record is None and key in read else record
            for key, record in zip(keys, seen, strict=True)
        ]

    async def _read(self, kind: Stored[V], keys: Iterable[str]) -> dict[str, V]:
        kept, found = self.kept(kind), {}
        for row in await self.database.fetch_by_key(kind.statement, dict.fromkeys(keys)):
            record = found[row[0]] = kind.build(row)
            kept.keep(row[0], record)
        return found

    async def by_key(
        self,
        statement: Statement,
        keys: Iterable[Hashable],
        build: Callable[[Row], R],
        see: Callable[[Viewer, R], R | None],
    ) -> list[R | None]:
        """Run a statement over `keys`, with which its rows begin; return for each the record as the viewer sees it."""
        wanted = list(keys)
        rows = await self.database.fetch_by_key(statement, dict.fromkeys(wanted))
        found = {row[0]: see(self.viewer, build(row)) for row in rows}
        return [found.get(key) for key in wanted]

    async def groups(
        self,
        statement: Statement,
        keys: Sequence[Hashable],
        build: Callable[[Row], R],
        **values: Any,  # noqa: ANN401
    ) -> list[list[R]]:
        """Run a statement whose rows begin with their key; return for each key, in order, the records of its rows."""
        found: dict[Hashable, list[R]] = {key: [] for key in keys}
        for row in await self.database.fetch(statement, keys=list(found), **values):
            found[row[0]].append(build(row[1:]))
        return [found[key] for key in keys]


def builder(kind: type[R]) -> Callable[[Iterable[Any]], R]:
    """Return what builds a named tuple of its fields in order, in half the time of the class's own constructor."""
    return cast("Callable[[Iterable[Any]], R]", partial(tuple.__new__, kind))


def only_if(allowed: Callable[[Viewer, R], bool]) -> Callable[[Viewer, R], R | None]:
    """Make a masking function of a rule that shows a record whole or not at all."""
    return lambda viewer, record: record if allowed(viewer, record) else None
