"""What is to be said of the stories that clients tell: counted, and each by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from tests.writes.histories.checker import Finding, Verdict, check
from tests.writes.histories.clients import Story
from tests.writes.histories.model import Model
from tests.writes.histories.operations import Bulk, Event
from tests.writes.histories.resolving import SHOWED, VERSION, parts, resolved

MUST_BE_NONE = ("double bookings", "lost writes", "impossible histories", "undecided histories")
ACTIVE = {"RESERVED", "REQUESTED", "ACCEPTED", "INVITED", "COMPLETED", "NO_SHOW"}


class Judged(NamedTuple):
    """What was found in one story."""

    operations: int
    unknown: int
    double_bookings: int
    lost_writes: int
    finding: Finding


def judge(story: Story) -> Judged:
    """Look for double bookings and lost writes in what is stored in the end, and for an order of all that happened."""
    events = story.history()
    asked = [event.operation for event in events]
    return Judged(
        operations=sum(len(asked_for.items) if isinstance(asked_for, Bulk) else 1 for asked_for in asked),
        unknown=sum(event.result is None for event in events),
        double_bookings=sum(1 for _ in _double_bookings(story)),
        lost_writes=sum(1 for _ in _lost_writes(story)),
        finding=_finding(story, events),
    )


def summary(judged: Sequence[Judged]) -> dict[str, int]:
    """Add up what was found."""
    verdicts = Counter(one.finding.verdict for one in judged)
    return {
        "histories": len(judged),
        "operations": sum(one.operations for one in judged),
        "of unknown outcome": sum(one.unknown for one in judged),
        "double bookings": sum(one.double_bookings for one in judged),
        "lost writes": sum(one.lost_writes for one in judged),
        "impossible histories": verdicts[Verdict.IMPOSSIBLE],
        "undecided histories": verdicts[Verdict.UNDECIDED],
    }


def _finding(story: Story, events: Sequence[Event]) -> Finding:
    finding = check(Model(story.cell), resolved(events, _final_versions(story)))
    if finding.verdict is Verdict.LINEARIZABLE:
        return finding
    return check(Model(story.cell), events)  # a lost delete may have moved a tombstone, which makes no version


def _final_versions(story: Story) -> dict[str, int]:
    stored = {node["id"]: node["version"] for node in story.final}
    return {name: stored[key] for name, key in story.ids.items() if key in stored}


def _double_bookings(story: Story) -> Iterator[tuple[Any, ...]]:
    """Every span at the end in which a resource has more seats taken than it has, or a person is in two sessions."""
    people = {key: user for key, _, user in story.cell.resources}
    taken = [node for node in story.final if _is_active(node)]
    instants = sorted({node[end] for node in taken for end in ("startDate", "endDate")})
    for start, _ in pairwise(instants):
        now = [node for node in taken if node["startDate"] <= start < node["endDate"]]
        seats = Counter[str]()
        sessions: dict[str, set[tuple[str, ...]]] = {}
        for node in now:
            seats[node["resource"]["id"]] += node["seats"]
            session = (node["resource"]["id"], node["startDate"], node["endDate"])
            for person in {node["staff"] and node["staff"]["id"], people[node["resource"]["id"]]} - {None}:
                sessions.setdefault(person, set()).add(session)
        yield from ((key, start) for key, capacity, _ in story.cell.resources if seats[key] > capacity)
        yield from ((person, start) for person, served in sessions.items() if len(served) > 1)


def _is_active(node: Any) -> bool:
    if node["deletedAt"] is not None or node["status"] not in ACTIVE:
        return False
    return node["status"] != "RESERVED" or datetime.fromisoformat(node["expiresAt"]) > datetime.now(UTC)


def _lost_writes(story: Story) -> Iterator[str]:
    """Every booking that was acknowledged and is not there, or in an older version than was acknowledged."""
    stored = {node["id"]: node["version"] for node in story.final}
    acknowledged: Counter[str] = Counter(dict.fromkeys(story.ids, 0))
    for event in story.events:
        for operation, result in parts(event):
            if result and result[0] in SHOWED and len(result) > VERSION:
                acknowledged[operation.name] = max(acknowledged[operation.name], result[VERSION])
    for name, version in acknowledged.items():
        if stored.get(story.ids.get(name, ""), -1) < version:
            yield name
