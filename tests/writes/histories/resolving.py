"""What the rest of a history tells about operations whose answers were lost with the process that owed them.

Every write makes the next version of its booking, and answers tell versions. So a version that is there and that no
answer accounts for was made by a lost operation; and where every version is accounted for, no lost operation has made
any. To leave those out can only make a history look impossible that is not, never the other way round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.writes.histories.operations import Bulk, Event, Read, ReadAll

WROTE = {"ok", "CREATED", "REPLACED", "RESTORED", "DELETED"}
SHOWED = {*WROTE, "UNCHANGED", "ALREADY_DELETED"}
VERSION = 2
"""Where an answer shows the version of the booking; 0 of a hold that has expired."""


def parts(event: Event) -> Iterator[tuple[Any, Any]]:
    """Give the operations on single bookings of which an event consists, with their results."""
    if isinstance(event.operation, Bulk):
        yield from zip(event.operation.items, event.result or [None] * len(event.operation.items), strict=True)
    elif not isinstance(event.operation, ReadAll):
        yield event.operation, event.result


def resolved(events: Sequence[Event], final: Mapping[str, int]) -> list[Event]:
    """Leave out the lost operations that have not made a version. `final`: the version of each name in the end."""
    made, newest = _made(events), _newest(events, final)
    gaps = {name for name, version in newest.items() if set(range(1, version + 1)) - made[name]}
    return [
        event
        for event in events
        if event.result is not None or any(operation.name in gaps for operation, _ in parts(event))
    ]


def _newest(events: Sequence[Event], final: Mapping[str, int]) -> dict[str, int]:
    """The newest version that was ever shown, by name."""
    newest: dict[str, int] = defaultdict(int, final)
    for event in events:
        for operation, result in parts(event):
            if result and result[0] in SHOWED and len(result) > VERSION:
                newest[operation.name] = max(newest[operation.name], result[VERSION])
    return newest


def _made(events: Sequence[Event]) -> dict[str, set[int]]:
    """The versions that were made by operations whose answers are known, by name."""
    made: dict[str, set[int]] = defaultdict(set)
    for event in events:
        for operation, result in parts(event):
            if result and result[0] in WROTE and len(result) > VERSION and not isinstance(operation, Read):
                made[operation.name].add(result[VERSION])
    return made
