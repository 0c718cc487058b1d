"""Reads by key that several requests share.

A round trip costs a database and its driver more than most rows that it brings. What is asked for while a statement of
its kind is under way waits until that is back, and then goes out as one statement for all who wait: group commit, for
reads. Nobody is given rows that were read before they asked for them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storage.database import Reader, Row
    from storage.statements import Statement

PATIENCE = 0.5
"""Seconds to wait for a statement of others: its connection may be lost without anyone knowing."""


class SharedReads:
    """Runs statements whose one parameter is `keys`, and whose rows begin with the key."""

    def __init__(self, database: Reader) -> None:
        self._database = database
        # Weak: there are ever new statements, by what clients ask for.
        self._kinds: WeakKeyDictionary[Statement, _Kind] = WeakKeyDictionary()

    async def rows(self, statement: Statement, keys: Iterable[Any]) -> Sequence[Row]:
        """Return the rows of these keys."""
        wanted = set(keys)
        if not wanted:
            return []
        kind = self._kinds.setdefault(statement, _Kind())
        if not kind.under_way:
            return await self._read(kind, statement, list(wanted))
        try:
            async with asyncio.timeout(PATIENCE):
                found = await kind.together(wanted)
        except TimeoutError:
            kind = self._kinds[statement] = _Kind()  # nobody new waits for the old one
            return await self._read(kind, statement, list(wanted))
        return [row for row in found if row[0] in wanted]

    async def _read(self, kind: _Kind, statement: Statement, keys: list[Any]) -> Sequence[Row]:
        kind.under_way += 1
        try:
            return await self._database.fetch(statement, keys=keys)
        finally:
            kind.under_way -= 1
            if kind.keys:
                kind.following = asyncio.create_task(self._read_for_all(kind, statement, *kind.taken()))

    async def _read_for_all(
        self, kind: _Kind, statement: Statement, keys: list[Any], waiting: list[asyncio.Future[Sequence[Row]]]
    ) -> None:
        try:
            found = await self._read(kind, statement, keys)
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            for one in waiting:
                if not one.done():
                    one.set_exception(error)
            return
        for one in waiting:
            if not one.done():
                one.set_result(found)


class _Kind:
    """The reads by one statement: what is under way, and who waits for which keys."""

    def __init__(self) -> None:
        self.under_way = 0
        self.keys: set[Any] = set()
        self.following: asyncio.Task[None] | None = None
        self._waiting: list[asyncio.Future[Sequence[Row]]] = []

    async def together(self, keys: set[Any]) -> Sequence[Row]:
        """Wait for the rows of all keys that are waited for, these among them."""
        answer: asyncio.Future[Sequence[Row]] = asyncio.get_running_loop().create_future()
        self.keys |= keys
        self._waiting.append(answer)
        return await answer

    def taken(self) -> tuple[list[Any], list[asyncio.Future[Sequence[Row]]]]:
        """Take what waits, to be read now."""
        taken = list(self.keys), self._waiting
        self.keys, self._waiting = set(), []
        return taken
