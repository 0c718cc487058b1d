"""Is there an order of the operations, each between its sending and its answer, in which the model answers the same?

Wing and Gong's search with Lowe's memory of what has been tried: depth first over the orders, where an operation may
come next if no other was answered before it was sent. An operation whose answer nobody knows may have happened at any
time after its sending, or never.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from tests.writes.histories.model import Model, State
from tests.writes.histories.operations import Event

STEPS = 200_000
ATTEMPTS, STEPS_OF_ATTEMPT = 12, 3_000
JITTER = 0.3
"""Seconds by which an attempt may take answers out of their order."""


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
    search = _Search(model, sorted(history, key=lambda event: event.sent))
    for attempt in range(ATTEMPTS):
        verdict = search.attempt(min(steps, STEPS_OF_ATTEMPT), random.Random(attempt) if attempt else None)
        if verdict is not Verdict.UNDECIDED:
            return Finding(verdict, search.stuck if verdict is Verdict.IMPOSSIBLE else ())
    verdict = search.attempt(steps, None)
    return Finding(verdict, search.stuck if verdict is Verdict.IMPOSSIBLE else ())


class _Search:
    """The search, begun anew a few times: which order is tried first decides whether it is short or endless.

    What has been found to lead nowhere is kept from one attempt to the next.
    """

    def __init__(self, model: Model, events: Sequence[Event]) -> None:
        self._model, self._events = model, events
        self._known = sum(1 << n for n, event in enumerate(events) if event.result is not None)
        self._dead: set[tuple[int, int]] = set()
        self._deepest = 0

    @property
    def stuck(self) -> tuple[Event, ...]:
        """The operations that could not come next where the longest order ended."""
        return tuple(self._events[place] for place in _waiting(self._events, self._deepest))

    def attempt(self, steps: int, chance: random.Random | None) -> Verdict:
        """Search by so many steps: operations in the order of their answers, or about so."""
        order = [event.answered + (chance.uniform(0, JITTER) if chance else 0) for event in self._events]
        path = [(0, State())]
        nexts = [self._nexts(0, State(), order)]
        while nexts:
            done = path[-1][0]
            if done & self._known == self._known:
                return Verdict.LINEARIZABLE
            if done.bit_count() > self._deepest.bit_count():
                self._deepest = done
            found = next(nexts[-1], None)
            if found is None:
                done, state = path.pop()
                self._dead.add((done, state.key))
                nexts.pop()
            elif (found[0], found[1].key) not in self._dead:
                path.append(found)
                nexts.append(self._nexts(*found, order))
            steps -= 1
            if steps == 0:
                return Verdict.UNDECIDED
        return Verdict.IMPOSSIBLE

    def _nexts(self, done: int, state: State, order: Sequence[float]) -> Iterator[tuple[int, State]]:
        for place, after in _nexts(self._model, self._events, done, state, order):
            yield done | 1 << place, after


def _nexts(
    model: Model, events: Sequence[Event], done: int, state: State, order: Sequence[float]
) -> Iterator[tuple[int, State]]:
    """Give what may come next with the state that it leads to.

    Known answers first, by when they came. But where the first of them cannot come now, and could after an operation
    whose answer was lost, that one goes before all others.
    """
    waiting = _waiting(events, done)
    known = sorted((n for n in waiting if events[n].result is not None), key=lambda n: events[n].answered)
    if not known:
        return
    entangled = _entangled(model, events, state, waiting, known[0])
    in_order = sorted((n for n in known if n in entangled), key=order.__getitem__)
    lost = [n for n in entangled if events[n].result is None]
    if lost and not _can(model, state, events[known[0]]):
        helpers = [n for n in lost if _helps(model, state, events[n], events[known[0]])]
    else:
        helpers = []
    for place in (*helpers, *in_order, *(n for n in lost if n not in helpers)):
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
