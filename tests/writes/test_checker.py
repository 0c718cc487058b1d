"""The checker's own power: it must accept what could have happened, and refuse what could not."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writes.histories import clients
from tests.writes.histories.checker import Verdict, check
from tests.writes.histories.clients import Clients, Story
from tests.writes.histories.model import Model, State
from tests.writes.histories.operations import (
    Bulk,
    Cell,
    Confirm,
    Delete,
    Event,
    Operation,
    Read,
    ReadAll,
    Release,
    Reserve,
    SetStatus,
    Upsert,
)

COURT, HALL, ANN, BEN = "court", "hall", "ann", "ben"
CELL = Cell("club", "service", ((COURT, 1, None), (HALL, 8, None), ("ann's", 1, ANN)), (ANN, BEN))
MODEL = Model(CELL)
NOON = datetime(2026, 4, 13, 12, tzinfo=UTC)


def upsert(name: str, written: int = 1, resource: str = COURT, staff: str | None = None, **more: Any) -> Upsert:
    return Upsert(name, written, resource, more.get("start", 0), more.get("end", 2), 1, staff, f"{name} {written}")


def in_turn(*operations: Operation) -> list[Event]:
    """The history of operations one after another, each answered before the next is sent."""
    return overlapping([(operation, float(n), n + 0.5) for n, operation in enumerate(operations)])


def overlapping(timed: list[tuple[Operation, float, float]]) -> list[Event]:
    """The history of operations that take effect in the given order."""
    state, events = State(), []
    for operation, sent, answered in timed:
        at, end = (NOON + timedelta(seconds=seconds) for seconds in (sent, answered))
        result, state = MODEL.apply(state, operation, at)
        events.append(Event(operation, sent, answered, at, end, result))
    return events


def verdict(events: list[Event]) -> Verdict:
    return check(MODEL, events).verdict


def changed(events: list[Event], place: int, result: Any) -> list[Event]:
    return [*events[:place], events[place]._replace(result=result), *events[place + 1 :]]


def test_what_happened_in_turn_is_possible() -> None:
    hold = Reserve("h", HALL, 0, 2, 3, BEN, 600)
    events = in_turn(
        upsert("a"), upsert("b"), Delete("a", 2), upsert("b", 3), hold, Confirm("h", "x"), Read("b"), ReadAll()
    )

    assert [event.result[0] for event in events[:4]] == ["CREATED", "BookingOverlap", "DELETED", "CREATED"]
    assert verdict(events) is Verdict.LINEARIZABLE


def test_two_bookings_of_one_slot_are_impossible() -> None:
    first, second = in_turn(upsert("a"), upsert("b"))
    alone = in_turn(upsert("b"))[0].result

    both = [first._replace(answered=5), second._replace(sent=0.1, result=alone)]

    assert verdict(both) is Verdict.IMPOSSIBLE


def test_a_member_of_staff_in_two_places_is_impossible() -> None:
    first, second = in_turn(upsert("a", staff=BEN), upsert("b", staff=BEN, resource=HALL))
    alone = in_turn(upsert("b", staff=BEN, resource=HALL))[0].result

    assert verdict([first, second]) is Verdict.LINEARIZABLE
    assert verdict([first, second._replace(result=alone)]) is Verdict.IMPOSSIBLE


def test_one_booked_as_a_resource_and_as_staff_at_once_is_impossible() -> None:
    first, second = in_turn(upsert("a", resource="ann's"), upsert("b", staff=ANN, resource=HALL))
    alone = in_turn(upsert("b", staff=ANN, resource=HALL))[0].result

    assert verdict([first, second._replace(result=alone)]) is Verdict.IMPOSSIBLE


@pytest.mark.parametrize("last", [Read("a"), ReadAll()])
def test_a_write_that_was_acknowledged_and_is_gone_is_impossible(last: Operation) -> None:
    events = in_turn(upsert("a"), last)

    assert verdict(changed(events, 1, ("none",) if isinstance(last, Read) else ())) is Verdict.IMPOSSIBLE


def test_a_read_that_shows_what_was_before_is_impossible_only_after_the_write_was_answered() -> None:
    before = in_turn(Read("a"))[0].result
    write, read = in_turn(upsert("a"), Read("a"))

    assert verdict([write, read._replace(result=before)]) is Verdict.IMPOSSIBLE
    assert verdict([write._replace(answered=5), read._replace(result=before)]) is Verdict.LINEARIZABLE


def test_an_unanswered_write_may_have_happened_or_not() -> None:
    lost = in_turn(upsert("a"))[0]._replace(result=None, answered=float("inf"))
    seen = in_turn(upsert("a"), Read("a"))[1]._replace(sent=10, answered=11)
    unseen = in_turn(Read("a"))[0]._replace(sent=10, answered=11)

    assert verdict([lost, seen]) is Verdict.LINEARIZABLE
    assert verdict([lost, unseen]) is Verdict.LINEARIZABLE
    assert verdict([lost, seen, unseen._replace(sent=12, answered=13)]) is Verdict.IMPOSSIBLE
    assert verdict([lost._replace(answered=9), seen]) is Verdict.LINEARIZABLE
    assert verdict([lost._replace(answered=9), unseen, seen._replace(sent=12, answered=13)]) is Verdict.IMPOSSIBLE


def test_an_unanswered_write_may_have_happened_before_what_has_nothing_to_do_with_it() -> None:
    lost, refused = in_turn(upsert("a"), upsert("b"))
    other = in_turn(Read("c"))[0]

    history = [lost._replace(result=None), refused._replace(sent=1, answered=9), other._replace(sent=2, answered=3)]

    assert verdict(history) is Verdict.LINEARIZABLE


async def test_a_request_whose_answer_did_not_come_in_time_may_be_carried_out_at_any_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def never(_: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    app = web.Application()
    app.router.add_post("/graphql", never)
    monkeypatch.setattr(clients, "TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    async with TestServer(app, shutdown_timeout=0) as server, aiohttp.ClientSession() as session:
        asking = Clients(session, [str(server.make_url("")).rstrip("/")], "token", seed=1)
        event = await asking.sent(Story(CELL), upsert("b1"))

    assert event.result is None
    assert event.answered == float("inf")


def test_a_hold_that_expires_while_it_is_asked_for_may_be_there_or_not() -> None:
    hold = in_turn(Reserve("h", COURT, 0, 2, 1, None, 2))[0]
    free, refused = in_turn(upsert("a"))[0].result, in_turn(hold.operation, upsert("a"))[1].result

    def asked(sent: float, answered: float, result: Any) -> list[Event]:
        at, end = (NOON + timedelta(seconds=seconds) for seconds in (sent, answered))
        return [hold, Event(upsert("a"), sent, answered, at, end, result)]

    assert verdict(asked(1, 1.9, refused)) is verdict(asked(1, 3, refused)) is Verdict.LINEARIZABLE
    assert verdict(asked(3, 4, free)) is verdict(asked(1, 3, free)) is Verdict.LINEARIZABLE
    assert verdict(asked(1, 1.9, free)) is verdict(asked(3, 4, refused)) is Verdict.IMPOSSIBLE


def test_a_hold_may_be_swept_away_before_a_slow_write_that_was_decided_by_an_earlier_time_gets_its_turn() -> None:
    hold = in_turn(Reserve("h", COURT, 0, 2, 1, None, 2))[0]
    free = in_turn(upsert("a"))[0].result

    def created(answered: float) -> list[Event]:
        sent_at, end, at = (NOON + timedelta(seconds=seconds) for seconds in (1, answered, 1.2))
        return [hold, Event(upsert("a"), 1, answered, sent_at, end, free, at)]

    assert verdict(created(3)) is Verdict.LINEARIZABLE
    assert verdict(created(1.9)) is Verdict.IMPOSSIBLE


def test_a_search_without_end_is_undecided() -> None:
    events = overlapping([(upsert(f"b{n}", start=3 * n, end=3 * n + 1), 0.0, 99.0) for n in range(8)])

    assert check(MODEL, [*events, events[0]._replace(result=("NotFound",))], steps=3).verdict is Verdict.UNDECIDED


names = st.sampled_from("abc")
starts = st.integers(0, 4)
operations = st.one_of(
    st.builds(
        lambda name, written, start, resource, staff: upsert(
            name, written, start=start, end=start + 2, resource=resource, staff=staff
        ),
        names,
        st.integers(0, 9),
        starts,
        st.sampled_from([COURT, HALL, "ann's"]),
        st.sampled_from([None, ANN, BEN]),
    ),
    st.builds(Delete, names, st.integers(0, 9)),
    st.builds(SetStatus, names, st.sampled_from(["CANCELED", "ACCEPTED"])),
    st.builds(lambda name, start: Reserve(name, COURT, start, start + 2, 1, None, 600), st.just("h"), starts),
    st.builds(Release, st.just("h")),
    st.builds(Read, names),
    st.builds(lambda name, other: Bulk((upsert(name, 5), upsert(other, 5, start=1))), names, names),
)


def stretched(asked: list[Operation], chance: random.Random) -> list[Event]:
    """The history of operations that take effect in turn, each sent a while before and answered a while after."""
    return overlapping([(one, n - 3 * chance.random(), n + 3 * chance.random()) for n, one in enumerate(asked)])


@given(st.lists(operations, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_every_history_of_concurrent_clients_of_the_model_is_possible(
    asked: list[Operation], chance: random.Random
) -> None:
    events = stretched(asked, chance)
    lost = [event if chance.random() < 0.8 else event._replace(result=None, answered=float("inf")) for event in events]

    assert verdict(events) is Verdict.LINEARIZABLE
    assert verdict(lost) is Verdict.LINEARIZABLE


@given(st.lists(operations, min_size=1, max_size=12), st.data())
@settings(max_examples=60, deadline=None)
def test_one_wrong_answer_in_turn_is_impossible(asked: list[Operation], data: st.DataObject) -> None:
    events = in_turn(*asked)
    place = data.draw(st.integers(0, len(events) - 1))

    assert verdict(changed(events, place, ("CREATED", "something else"))) is Verdict.IMPOSSIBLE


@given(st.lists(operations, min_size=2, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_what_is_found_is_what_trying_every_order_finds(asked: list[Operation], chance: random.Random) -> None:
    events = stretched(asked, chance)
    others = {event.operation: event.result for event in stretched(chance.sample(asked, len(asked)), chance)}
    events = [event._replace(result=others[event.operation]) if chance.random() < 0.3 else event for event in events]
    events = [event if chance.random() < 0.8 else event._replace(result=None) for event in events]

    assert (verdict(events) is Verdict.LINEARIZABLE) == some_order(events, frozenset(), State())


def some_order(events: list[Event], done: frozenset[int], state: State) -> bool:
    left = [n for n in range(len(events)) if n not in done]
    known = [n for n in left if events[n].result is not None]
    if not known:
        return True
    ends, begun = min(events[n].answered for n in known), max((events[n].sent for n in done), default=-99.0)
    return any(
        some_order(events, done | {n}, after)
        for n in left
        if events[n].sent <= ends and begun <= events[n].answered
        for after in MODEL.nexts(state, events[n])
    )
