"""What the answers alone tell of the order: versions and partner's timestamps of one booking, as they were shown.

Both only grow. So whatever shows an older one came before whatever shows a newer one, and the write that made it before
whatever else shows it. The model would say so too, but late: only after all has been tried that could come between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tests.writes.histories.operations import Delete, Event, Operation, Upsert, written_at
from tests.writes.histories.resolving import SHOWED, VERSION, parts

Rank = tuple[Any, bool]
"""A value that only grows, and whether it stood already: so that the write which made it comes first."""

MADE = {"CREATED", "REPLACED", "RESTORED", "DELETED"}
ONLY_SHOWED = {"UNCHANGED", "ALREADY_DELETED", "VersionConflict"}


class _Seen(NamedTuple):
    place: int
    earliest: Rank
    latest: Rank
    """Another, where the answer does not tell whether this made the value or found it."""


def before_each(events: Sequence[Event]) -> list[int]:
    """Return for each event the set, as bits, of those that came before it."""
    seen: dict[tuple[str, str], list[_Seen]] = defaultdict(list)
    for place, event in enumerate(events):
        for operation, result in parts(event):
            for what, earliest, latest in _values(operation, result or (None,)):
                seen[operation.name, what].append(_Seen(place, earliest, latest))
    before = [0] * len(events)
    for of_one in seen.values():
        for one in of_one:
            for other in of_one:
                if other.place != one.place and other.latest < one.earliest:
                    before[one.place] |= 1 << other.place
    return before


def _values(operation: Operation, result: Any) -> Iterator[tuple[str, Rank, Rank]]:
    outcome = result[0]
    if outcome == "StaleWrite":
        yield "written", (result[1], True), (result[1], True)
    elif outcome in SHOWED and len(result) > VERSION and result[VERSION]:
        version = result[VERSION]
        yield "version", (version, outcome in ONLY_SHOWED), (version, outcome not in MADE)
    elif outcome == "VersionConflict" and result[1]:
        yield "version", (result[1], True), (result[1], True)
    if isinstance(operation, Upsert) and outcome in {*MADE, *ONLY_SHOWED}:
        written = written_at(operation.written)
        yield "written", (written, outcome in ONLY_SHOWED), (written, outcome not in MADE)
    if isinstance(operation, Delete) and outcome in {"DELETED", "ALREADY_DELETED", "UNKNOWN"}:
        written = written_at(operation.written)
        yield "written", (written, False), (written, True)
