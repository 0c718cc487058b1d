"""A bounded cache that a flood of things asked for once cannot empty."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, NamedTuple, TypeVar

V = TypeVar("V")


class _Entry(NamedTuple, Generic[V]):
    value: V
    weight: int


class Cache(Generic[V]):
    """Values by text, bounded by entries and by weight in bytes.

    What comes for the first time waits among the newcomers, a quarter of the room; what is asked for again moves to
    the regulars. Newcomers push out newcomers alone, and a regular that is pushed out is a newcomer once more.
    """

    def __init__(self, entries: int, size: int) -> None:
        self._newcomers: _Part[V] = _Part(entries // 4, size // 4)
        self._regulars: _Part[V] = _Part(entries - entries // 4, size - size // 4)

    def __len__(self) -> int:
        return len(self._newcomers.entries) + len(self._regulars.entries)

    @property
    def weight(self) -> int:
        """What all that is kept weighs."""
        return self._newcomers.weight + self._regulars.weight

    def get(self, key: str) -> V | None:
        """Find a value; a newcomer that is found becomes a regular."""
        found = self._regulars.touch(key)
        if found is None:
            found = self._newcomers.pop(key)
            if found is None:
                return None
            self._welcome(key, found)
        return found.value

    def put(self, key: str, value: V, weight: int) -> None:
        """Keep a new value as a newcomer."""
        self._newcomers.add(key, _Entry(value, weight))

    def grow(self, key: str, weight: int) -> None:
        """Note that a kept value weighs more than before, or less."""
        if (found := self._regulars.pop(key)) is not None:
            self._welcome(key, found._replace(weight=found.weight + weight))
        elif (found := self._newcomers.pop(key)) is not None:
            self._newcomers.add(key, found._replace(weight=found.weight + weight))

    def _welcome(self, key: str, entry: _Entry[V]) -> None:
        for pushed, out in self._regulars.add(key, entry):
            self._newcomers.add(pushed, out)


class _Part(Generic[V]):
    """The least recently used are at the front."""

    def __init__(self, most: int, size: int) -> None:
        self.entries: OrderedDict[str, _Entry[V]] = OrderedDict()
        self.weight = 0
        self._most, self._size = most, size

    def touch(self, key: str) -> _Entry[V] | None:
        entry = self.entries.get(key)
        if entry is not None:
            self.entries.move_to_end(key)
        return entry

    def pop(self, key: str) -> _Entry[V] | None:
        entry = self.entries.pop(key, None)
        if entry is not None:
            self.weight -= entry.weight
        return entry

    def add(self, key: str, entry: _Entry[V]) -> list[tuple[str, _Entry[V]]]:
        """Add an entry as the most recent and return what it pushed out; what would push out too much is not kept."""
        self.pop(key)
        if entry.weight > self._size // 4:
            return []
        self.entries[key] = entry
        self.weight += entry.weight
        pushed = []
        while self.weight > self._size or len(self.entries) > self._most:
            oldest, out = self.entries.popitem(last=False)
            self.weight -= out.weight
            pushed.append((oldest, out))
        return pushed
