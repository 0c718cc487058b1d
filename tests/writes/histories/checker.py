"""Is there an order of the operations, each between its sending and its answer, in which the model answers the same?

Wing and Gong's search with Lowe's memory of what has been tried: depth first over the orders, where an operation may
come next if no other was answered before it was sent. An operation whose answer nobody knows may have happened at any
time after its sending, or never.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from tests.writes.histories.model import Model, State
from tests.writes.histories.operations import Event

STEPS = 30_000


class Verdict(Enum):
    """What the search has found."""

    LINEARIZABLE = "linearizable"
    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"


class Finding(NamedTuple):
    """A verdict, and of an impossible history the operations at which the longest order got stuck."""

    verdict: Verdict
    stuck: tuple[Event, ...] = ()


def check(model: Model, history: Sequence[Event], steps: int = STEPS) -> Finding:
    """Look for an order, by at most so many steps."""
    events = sorted(history, key=lambda event: event.sent)
    known = sum(1 << n for n, event in enumerate(events) if event.result is not None)
    tried: set[tuple[int, int]] = set()
    deepest, stuck = -1, 0
    stack: list[tuple[int, Iterator[tuple[int, State]]]] = [(0, _nexts(model, events, 0, State()))]
    while stack:
        done, nexts = stack[-1]
        if done & known == known:
            return Finding(Verdict.LINEARIZABLE)
        if done.bit_count() > deepest:
            deepest, stuck = done.bit_count(), done
        found = next(nexts, None)
        if found is None:
            stack.pop()
            continue
        place, state = found
        after = done | 1 << place
        if (after, state.key) not in tried:
            tried.add((after, state.key))
            stack.append((after, _nexts(model, events, after, state)))
        steps -= 1
        if steps == 0:
            return Finding(Verdict.UNDECIDED)
    return Finding(Verdict.IMPOSSIBLE, tuple(events[place] for place in _waiting(events, stuck)))


def _nexts(model: Model, events: Sequence[Event], done: int, state: State) -> Iterator[tuple[int, State]]:
    """Give what may come next with the state that it leads to.

    Known answers first, by when they came. But where the first of them cannot come now, and could after an operation
    whose answer was lost, that one goes before all others.
    """
    waiting = _waiting(events, done)
    known = sorted((n for n in waiting if events[n].result is not None), key=lambda n: events[n].answered)
    if not known:
        return
    entangled = _entangled(model, events, state, waiting, known[0])
    lost = [n for n in entangled if events[n].result is None]
    if lost and not _can(model, state, events[known[0]]):
        helpers = [n for n in lost if _helps(model, state, events[n], events[known[0]])]
    else:
        helpers = []
    for place in (*helpers, *(n for n in known if n in entangled), *(n for n in lost if n not in helpers)):
        for after in model.nexts(state, events[place]):
            yield place, after


def _entangled(model: Model, events: Sequence[Event], state: State, waiting: Sequence[int], first: int) -> set[int]:
    """Return the operation that must come first of all, and those whose order among each other and with it matters.

    No other can come before it but those that wait now. Of these the rest touch nothing in common with these, so that
    whatever order there is, one of these can as well come next (a persistent set): the rest need not be tried.
    """
    touches = {place: model.touches(state, events[place].operation) for place in waiting}
    found, new = {first}, [first]
    while new:
        mine = touches[new.pop()]
        for other in waiting:
            theirs = touches[other]
            if other not in found and (mine is None or theirs is None or mine & theirs):
                found.add(other)
                new.append(other)
    return found


def _helps(model: Model, state: State, lost: Event, stuck: Event) -> bool:
    return any(_can(model, after, stuck) for after in model.nexts(state, lost))


def _can(model: Model, state: State, event: Event) -> bool:
    return next(model.nexts(state, event), None) is not None


def _waiting(events: Sequence[Event], done: int) -> list[int]:
    """The operations that are not done, sent before any other that is not done was answered.

    One whose answer was lost stands in nobody's way, and comes before what was sent after it can still have happened.
    """
    found: list[int] = []
    earliest = float("inf")
    latest = events[done.bit_length() - 1].sent if done else 0.0
    place = ((done + 1) & ~done).bit_length() - 1  # the first that is not done
    while place < len(events) and events[place].sent <= earliest:
        event = events[place]
        is_lost = event.result is None
        if not done >> place & 1 and not (is_lost and event.answered < latest):
            found.append(place)
            if not is_lost:
                earliest = min(earliest, event.answered)
        place += 1
    return found
