"""Reads by key that several requests share.

A statement costs a database and its driver more than a few rows that it brings. What is asked for in one turn of the
event loop goes out as one statement in the next; what is asked for while a statement of its kind is under way waits
until that is back, and goes out as one, too: group commit, for reads. Nobody is given rows that were read before they
asked for them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from storage.database import Row
    from storage.statements import Statement

    Read = Callable[[Statement, list[Any]], Awaitable[Sequence[Row]]]
    ByKey = Mapping[Any, Sequence[Row]]

FEW = 20
"""Who asks for more keys than that asks alone: the rows cost more than the statement, and all others would wait."""

PATIENCE = 0.5
"""Seconds to wait for a statement that is under way, whose connection may be lost without anyone knowing; twice as long
where two are, and so on: a database that is slow gets few at once. None is ever sent again."""


class SharedReads:
    """Runs statements whose one parameter is `keys`, and whose rows begin with the key, by `read`."""

    def __init__(self, read: Read, patience: float = PATIENCE) -> None:
        self._run, self._patience = read, patience
        # Weak: there are ever new statements, by what clients ask for.
        self._kinds: WeakKeyDictionary[Statement, _Kind] = WeakKeyDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    async def rows(self, statement: Statement, keys: Iterable[Any]) -> Sequence[Row]:
        """Return the rows of these keys."""
        wanted = set(keys)
        if not wanted:
            return []
        if len(wanted) > FEW:
            return await self._run(statement, list(wanted))
        kind = self._kinds.get(statement)
        if kind is None:
            kind = self._kinds[statement] = _Kind()
        if kind.waiting is None:
            kind.waiting = _Waiting()
            if kind.under_way:
                patience = self._patience * 2 ** (kind.under_way - 1)
                asyncio.get_running_loop().call_later(patience, self._send, statement, kind, kind.waiting)
            else:
                self._send(statement, kind, kind.waiting)
        found = await kind.waiting.rows(wanted)
        return [row for key in wanted for row in found.get(key, ())]

    async def drain(self) -> None:
        """Wait for all that has been asked for so far."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _send(self, statement: Statement, kind: _Kind, waiting: _Waiting | None) -> None:
        if waiting is not None and kind.waiting is waiting:  # else they have been sent already
            task = asyncio.create_task(self._read(statement, kind, waiting))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _read(self, statement: Statement, kind: _Kind, waiting: _Waiting) -> None:
        if kind.waiting is not waiting:
            return
        kind.waiting = None
        keys = waiting.keys()
        if not keys:
            return
        kind.under_way += 1
        try:
            waiting.tell(await self._run(statement, keys))
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            waiting.fail(error)
        finally:
            kind.under_way -= 1
        self._send(statement, kind, kind.waiting)


class _Kind:
    """The reads by one statement: how many are under way, and who waits for the next."""

    def __init__(self) -> None:
        self.under_way = 0
        self.waiting: _Waiting | None = None


class _Waiting:
    """Those who will share a statement."""

    def __init__(self) -> None:
        self._asked: list[tuple[asyncio.Future[ByKey], set[Any]]] = []

    async def rows(self, keys: set[Any]) -> ByKey:
        """Wait for the rows of all keys that are waited for, these among them."""
        answer: asyncio.Future[ByKey] = asyncio.get_running_loop().create_future()
        self._asked.append((answer, keys))
        return await answer

    def keys(self) -> list[Any]:
        """What is still waited for."""
        return list(set().union(*(keys for answer, keys in self._asked if not answer.done())))

    def tell(self, rows: Sequence[Row]) -> None:
        """Give everybody the rows."""
        found = defaultdict(list)
        for row in rows:
            found[row[0]].append(row)
        for answer, _ in self._asked:
            if not answer.done():
                answer.set_result(found)

    def fail(self, error: Exception) -> None:
        """Raise an error where the rows are waited for."""
        for answer, _ in self._asked:
            if not answer.done():
                answer.set_exception(error)
