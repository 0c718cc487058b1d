"""Is there an order of the operations, each between its sending and its answer, in which the model answers the same?

Wing and Gong's search with Lowe's memory of what has been tried: depth first over the orders, where an operation may
come next if no other was answered before it was sent. An operation whose answer nobody knows may have happened at any
time after its sending, or never.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any, NamedTuple

from tests.writes.histories.model import Model, State
from tests.writes.histories.operations import Event
from tests.writes.histories.precedence import before_each

STEPS = 200_000
ATTEMPTS, STEPS_OF_ATTEMPT = 30, 1_500
JITTER = 0.2
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
        self._before = before_each(events)
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
        waiting = _waiting(self._events, done)
        ready = [place for place in waiting if not self._before[place] & ~done]
        harmless = _harmless(self._model, self._events, state, ready)
        if harmless is not None:
            yield done | 1 << harmless, state
            return
        for place in _in_order(self._model, self._events, state, waiting, order):
            if place in ready:
                for after in self._model.nexts(state, self._events[place]):
                    yield done | 1 << place, after


def _harmless(model: Model, events: Sequence[Event], state: State, ready: Sequence[int]) -> int | None:
    """Return an operation that can come next and changes nothing: whatever comes after, it may as well come first.

    Unless that would keep one whose answer was lost from having happened before it.
    """
    last_words = min((events[place].answered for place in ready if events[place].result is None), default=float("inf"))
    for place in ready:
        event = events[place]
        may_be_first = event.result is not None and event.sent <= last_words
        if may_be_first and any(after.key == state.key for after in model.nexts(state, event)):
            return place
    return None


def _in_order(
    model: Model, events: Sequence[Event], state: State, waiting: Sequence[int], order: Sequence[float]
) -> Sequence[int]:
    """Return those of which one must come next: known answers first, by when they came.

    But where the first of all cannot come now, and could after another, that one goes before the rest.
    """
    known = [place for place in waiting if events[place].result is not None]
    if not known:
        return ()
    first = min(known, key=lambda place: events[place].answered)
    entangled = _entangled(model, events, state, waiting, first)
    in_order = sorted(entangled, key=lambda place: (events[place].result is None, order[place]))
    if _can(model, state, events[first]):
        return in_order
    return sorted(in_order, key=lambda place: place == first or not _helps(model, state, events[place], events[first]))


def _entangled(model: Model, events: Sequence[Event], state: State, waiting: Sequence[int], first: int) -> set[int]:
    """Return the operation that must come first of all, and those whose order among each other and with it matters.

    No other can come before it but those that wait now. Of these the rest touch nothing in common with these, so that
    whatever order there is, one of these can as well come next (a persistent set): the rest need not be tried.
    """
    touches = {place: model.touches(state, events[place].operation) for place in waiting}
    found, new = {first}, [first]
    while new:
        one = new.pop()
        for other in waiting:
            if other not in found and (_meet(touches[one], touches[other]) or _parted(events[one], events[other])):
                found.add(other)
                new.append(other)
    return found


def _meet(mine: frozenset[Any] | None, theirs: frozenset[Any] | None) -> bool:
    return mine is None or theirs is None or not mine.isdisjoint(theirs)


def _parted(one: Event, other: Event) -> bool:
    """Whether one was over before the other was sent: of those that wait, one whose answer was lost.

    After the other it cannot happen any more, whatever they touch.
    """
    return one.answered < other.sent or other.answered < one.sent


def _helps(model: Model, state: State, other: Event, stuck: Event) -> bool:
    return any(_can(model, after, stuck) for after in model.nexts(state, other))


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
