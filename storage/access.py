"""Who asks which store, and when: the first parameter of every read."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

from domain.records import Participant, Viewer
from storage.database import Database, Row
from storage.statements import Statement

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Access:
    """One caller's view of the store at one instant. What a read returns is what the viewer may see at `now`.

    `written`: the participants, by booking, that this caller's request has just written, or tried to in a dry run.
    They are answered from here: of a dry run the store has nothing.
    """

    database: Database
    viewer: Viewer
    now: datetime
    written: dict[str, Sequence[Participant]] = field(default_factory=dict)
    events: dict[Hashable, int] = field(default_factory=dict)
    """How many events each calendar of this request has: kept, since each alone may be small."""
    reads: Mapping[type, frozenset[str]] | None = None
    """The attributes that are read of each class of records; None: any."""

    def reading(self, reads: Mapping[type, frozenset[str]]) -> Access:
        """Return the access of an operation of which it is known what it reads."""
        return Access(self.database, self.viewer, self.now, self.written, self.events, reads)

    def reads_only(self, record: type, names: frozenset[str]) -> bool:
        """Whether nothing but these attributes is read of such records."""
        return self.reads is not None and self.reads.get(record, frozenset()) <= names

    async def by_key(
        self,
        statement: Statement,
        keys: Iterable[Hashable],
        build: Callable[[Row], R],
        see: Callable[[Viewer, R], R | None],
        name: str = "id",
    ) -> list[R | None]:
        """Run a statement over `keys`; return for each key, in order, the record as the viewer sees it, or None."""
        wanted = list(keys)
        rows = await self.database.fetch(statement, keys=list(dict.fromkeys(wanted)))
        found = {getattr(record, name): see(self.viewer, record) for record in map(build, rows)}
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
