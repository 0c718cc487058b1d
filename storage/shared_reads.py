"""Reads by key that several requests share.

A statement costs a database and its driver more than most rows that it brings. What is asked for in one turn of the
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

PATIENCE = 0.5
"""Seconds to wait for a statement, whose connection may be lost without anyone knowing; then it is asked anew."""
MORE_PATIENCE = 8
"""So many times longer is waited after each time in vain: a database that is slow gets little more to do by it."""


class SharedReads:
    """Runs statements whose one parameter is `keys`, and whose rows begin with the key, by `read`."""

    def __init__(self, read: Read, patience: float = PATIENCE) -> None:
        self._run, self._patience = read, patience
        # Weak: there are ever new statements, by what clients ask for.
        self._kinds: WeakKeyDictionary[Statement, _Kind] = WeakKeyDictionary()

    async def rows(self, statement: Statement, keys: Iterable[Any]) -> Sequence[Row]:
        """Return the rows of these keys."""
        wanted = set(keys)
        return await self._rows(statement, wanted, self._patience) if wanted else []

    async def _rows(self, statement: Statement, wanted: set[Any], patience: float) -> Sequence[Row]:
        kind = self._kinds.get(statement)
        if kind is None:
            kind = self._kinds[statement] = _Kind()
        if kind.under_way is None:
            self._begin(kind, statement)
        try:
            found = await kind.waiting.rows(wanted, patience)
        except TimeoutError:
            if self._kinds.get(statement) is kind:
                del self._kinds[statement]  # nobody new waits for the old one
            return await self._rows(statement, wanted, patience * MORE_PATIENCE)
        return [row for key in wanted for row in found.get(key, ())]

    def _begin(self, kind: _Kind, statement: Statement) -> None:
        kind.under_way = asyncio.create_task(self._read(kind, statement))

    async def _read(self, kind: _Kind, statement: Statement) -> None:
        waiting, kind.waiting = kind.waiting, _Waiting()
        try:
            waiting.tell(await self._run(statement, list(waiting.keys)))
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            waiting.fail(error)
        kind.under_way = None
        if kind.waiting.keys:
            self._begin(kind, statement)


class _Kind:
    """The reads by one statement: the one that is under way or about to begin, and who waits for the next."""

    def __init__(self) -> None:
        self.under_way: asyncio.Task[None] | None = None
        self.waiting = _Waiting()


class _Waiting:
    """Those who will share a statement."""

    def __init__(self) -> None:
        self.keys: set[Any] = set()
        self._answers: list[asyncio.Future[ByKey]] = []

    async def rows(self, keys: set[Any], patience: float) -> ByKey:
        """Wait for the rows of all keys that are waited for, these among them. Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[ByKey] = loop.create_future()
        self.keys |= keys
        self._answers.append(answer)
        timer = loop.call_later(patience, _fail, answer, TimeoutError())
        try:
            return await answer
        finally:
            timer.cancel()

    def tell(self, rows: Sequence[Row]) -> None:
        """Give everybody the rows."""
        found = defaultdict(list)
        for row in rows:
            found[row[0]].append(row)
        for answer in self._answers:
            if not answer.done():
                answer.set_result(found)

    def fail(self, error: BaseException) -> None:
        """Raise an error where the rows are waited for."""
        for answer in self._answers:
            _fail(answer, error)


def _fail(answer: asyncio.Future[ByKey], error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)
