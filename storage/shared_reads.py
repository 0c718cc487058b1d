"""Reads by key that several requests share.

A statement costs a database and its driver more than a few rows that it brings. What is asked for in one turn of the
event loop goes out as one statement in the next; what is asked for while a statement of its kind is under way waits
until that is back, and goes out as one, too: group commit, for reads. Nobody is given rows that were read before they
asked for them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storage.database import Reader, Row
    from storage.statements import Statement

    ByKey = Mapping[Any, Sequence[Row]]

FEW = 20
"""Who asks for more keys than that asks alone: the rows cost more than the statement, and all others would wait."""

PATIENCE, MOST_PATIENCE = 0.5, 2.0
"""Seconds to wait for a statement that is under way, whose connection may be lost without anyone knowing; twice as long
where two are, and so on: a database that is slow gets few at once. But not ever longer: what is lost stays under way
until the network gives it up, while the database may have long been well. None is ever sent again."""


class SharedReads:
    """Runs statements whose one parameter is `keys`, and whose rows begin with the key."""

    def __init__(self, database: Reader) -> None:
        self._database = database
        # Weak: there are ever new statements, by what clients ask for.
        self._kinds: WeakKeyDictionary[Statement, _Kind] = WeakKeyDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    async def rows(self, statement: Statement, keys: Iterable[Any]) -> Sequence[Row]:
        """Return the rows of these keys."""
        wanted = set(keys)
        if not wanted:
            return []
        if len(wanted) > FEW:
            return await self._database.fetch(statement, keys=list(wanted))
        kind = self._kinds.get(statement)
        if kind is None:
            kind = self._kinds[statement] = _Kind()
        if kind.waiting is None:
            waiting = kind.waiting = _Waiting()
            if kind.under_way:
                patience = min(PATIENCE * 2 ** (kind.under_way - 1), MOST_PATIENCE)
                waiting.timer = asyncio.get_running_loop().call_later(patience, self._send, statement, kind, waiting)
            else:
                self._send(statement, kind, waiting)
        found = await kind.waiting.rows(wanted)
        return [row for key in wanted for row in found.get(key, ())]

    async def drain(self) -> None:
        """Wait for all that has been asked for so far."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _send(self, statement: Statement, kind: _Kind, waiting: _Waiting | None) -> None:
        if waiting is None:
            return
        task = asyncio.create_task(self._read(statement, kind, waiting))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read(self, statement: Statement, kind: _Kind, waiting: _Waiting) -> None:
        if kind.waiting is not waiting:  # sent for two reasons in one turn
            return
        kind.waiting = None
        if waiting.timer is not None:
            waiting.timer.cancel()  # which would keep the rows as long
        keys = waiting.keys()
        if not keys:
            return
        kind.under_way += 1
        try:
            waiting.tell(await self._database.fetch(statement, keys=keys))
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
        self.timer: asyncio.TimerHandle | None = None
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
