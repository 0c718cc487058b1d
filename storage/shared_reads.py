"""Reads by key that several requests share.

A statement costs a database and its driver more than most rows that it brings. What is asked for while a statement of
its kind is under way waits until that is back, and then goes out as one statement for all who wait: group commit, for
reads. Nobody is given rows that were read before they asked for them.
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
"""Seconds to wait for a statement of others: its connection may be lost without anyone knowing."""


class SharedReads:
    """Runs statements whose one parameter is `keys`, and whose rows begin with the key, by `read`."""

    def __init__(self, read: Read) -> None:
        self._run = read
        # Weak: there are ever new statements, by what clients ask for.
        self._kinds: WeakKeyDictionary[Statement, _Kind] = WeakKeyDictionary()

    async def rows(self, statement: Statement, keys: Iterable[Any]) -> Sequence[Row]:
        """Return the rows of these keys."""
        wanted = set(keys)
        if not wanted:
            return []
        kind = self._kinds.get(statement)
        if kind is None:
            kind = self._kinds[statement] = _Kind()
        if not kind.under_way:
            return await self._read(kind, statement, list(wanted))
        try:
            found = await kind.together(wanted)
        except TimeoutError:
            if self._kinds.get(statement) is kind:
                del self._kinds[statement]  # nobody new waits for the old one
            return await self.rows(statement, wanted)
        return [row for key in wanted for row in found.get(key, ())]

    async def _read(self, kind: _Kind, statement: Statement, keys: list[Any]) -> Sequence[Row]:
        kind.under_way += 1
        try:
            return await self._run(statement, keys)
        finally:
            kind.under_way -= 1
            if kind.waiting:
                waiting, kind.waiting = kind.waiting, None
                kind.following = asyncio.create_task(self._read_for_all(kind, statement, waiting))

    async def _read_for_all(self, kind: _Kind, statement: Statement, waiting: _Waiting) -> None:
        try:
            found = await self._read(kind, statement, list(waiting.keys))
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            waiting.fail(error)
            return
        waiting.tell(found)


class _Kind:
    """The reads by one statement: how many are under way, and who waits."""

    def __init__(self) -> None:
        self.under_way = 0
        self.waiting: _Waiting | None = None
        self.following: asyncio.Task[None] | None = None

    async def together(self, keys: set[Any]) -> ByKey:
        """Wait for the rows of all keys that are waited for, these among them. Raises TimeoutError."""
        if self.waiting is None:
            self.waiting = _Waiting()
        return await self.waiting.answer(keys)


class _Waiting:
    """Those who will share a statement."""

    def __init__(self) -> None:
        self.keys: set[Any] = set()
        self._answers: list[asyncio.Future[ByKey]] = []
        self._loop = asyncio.get_running_loop()
        self._patience = self._loop.call_later(PATIENCE, self.fail, TimeoutError())

    async def answer(self, keys: set[Any]) -> ByKey:
        """Wait for the rows."""
        answer: asyncio.Future[ByKey] = self._loop.create_future()
        self._answers.append(answer)
        self.keys |= keys
        return await answer

    def tell(self, rows: Sequence[Row]) -> None:
        """Give everybody the rows."""
        self._patience.cancel()
        found = defaultdict(list)
        for row in rows:
            found[row[0]].append(row)
        for answer in self._answers:
            if not answer.done():
                answer.set_result(found)

    def fail(self, error: BaseException) -> None:
        """Raise an error where the rows are waited for."""
        self._patience.cancel()
        for answer in self._answers:
            if not answer.done():
                answer.set_exception(error)
