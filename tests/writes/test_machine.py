"""All that changes bookings, in any order that Hypothesis finds, over HTTP: each answer is the sequential model's.

Everything is tried as a dry run first, and after every step the whole store is what the model says. Time passes when
the test says so; when the machine's clock is set back, the gateway's stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from storage.booking_rows import save_booking
from storage.sqlite import SqliteDatabase
from tests.writes.driven import Driven
from tests.writes.histories.model import Model, State
from tests.writes.histories.operations import (
    Bulk,
    Confirm,
    Delete,
    Extend,
    Operation,
    Read,
    ReadAll,
    Release,
    Reserve,
    SetStatus,
    Upsert,
)
from tests.writes.histories.wire import DOCUMENTS, Answer, all_shown, answered, variables

MANY = settings(
    max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
UNTIL_FOUND = settings(MANY, max_examples=200, phases=[Phase.generate], database=None, report_multiple_bugs=False)
NAMES, HOLDS, WRITTEN = st.sampled_from("abc"), st.sampled_from(["h1", "h2", "h3"]), st.integers(1, 40)
PLACES = st.tuples(
    st.integers(0, 2), st.integers(0, 2), st.integers(1, 2), st.sampled_from([1, 3, 5]), st.integers(0, 2)
)
"""Which resource, from when, how long, how many seats where there is more than one, which person if any."""

STATUSES = st.sampled_from(["REQUESTED", "ACCEPTED", "REJECTED", "CANCELED", "COMPLETED", "NO_SHOW", "INVITED"])
SECONDS = st.sampled_from([1, 30, 3600])
Place = tuple[int, int, int, int, int]


@pytest.fixture
def driven(database_url: str) -> Iterator[Driven]:
    gateway = Driven(database_url)
    yield gateway
    gateway.close()


class Machine(RuleBasedStateMachine):
    """The gateway beside the model."""

    driven: Driven

    @initialize()
    def begin(self) -> None:
        self.cell = self.driven.new_story().cell
        self.model, self.state = Model(self.cell), State()
        self.reserved: dict[str, Reserve] = {}
        self.secrets: dict[str, str] = {}
        self.ids: dict[str, str] = {}

    @rule(name=NAMES, written=WRITTEN, place=PLACES)
    def upsert(self, name: str, written: int, place: Place) -> None:
        self.check(self.wanted(name, written, place))

    @rule(items=st.lists(st.tuples(NAMES, WRITTEN, PLACES), min_size=1, max_size=4))
    def bulk(self, items: list[tuple[str, int, Place]]) -> None:
        self.check(Bulk(tuple(self.wanted(*item) for item in items)))

    @rule(name=NAMES, written=WRITTEN)
    def delete(self, name: str, written: int) -> None:
        self.check(Delete(name, written))

    @rule(name=NAMES, status=STATUSES)
    def set_status(self, name: str, status: str) -> None:
        self.check(SetStatus(name, status))

    @rule(name=HOLDS, place=PLACES, ttl=SECONDS)
    def reserve(self, name: str, place: Place, ttl: int) -> None:
        again = self.reserved.get(name)
        self.check(again or Reserve(name, *self.at(place), ttl))

    @precondition(lambda self: self.secrets)
    @rule(name=HOLDS, title=st.sampled_from("xy"))
    def confirm(self, name: str, title: str) -> None:
        self.check_hold(Confirm(name, title))

    @precondition(lambda self: self.secrets)
    @rule(name=HOLDS, ttl=SECONDS)
    def extend(self, name: str, ttl: int) -> None:
        self.check_hold(Extend(name, ttl))

    @precondition(lambda self: self.secrets)
    @rule(name=HOLDS)
    def release(self, name: str) -> None:
        self.check_hold(Release(name))

    @rule(name=NAMES)
    def read(self, name: str) -> None:
        read = Read(name)
        assert self.asked(read).result == self.model.apply(self.state, read, self.driven.now)[0]

    @rule(seconds=st.sampled_from([0.5, 1, 29, 3600, -1, -60]))
    def wait(self, seconds: float) -> None:
        self.driven.wall.advance(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        self.driven.sweep()
        self.state = self.model.swept(self.state, self.driven.now)

    @invariant()
    def stored(self) -> None:
        body = self.driven.send(DOCUMENTS[ReadAll], variables(ReadAll(), self.cell, {}))
        names = {key: name for name, key in self.ids.items()}
        seen = all_shown(body["data"]["bookings"]["nodes"], names, self.driven.now)
        assert seen == self.model.apply(self.state, ReadAll(), self.driven.now)[0]
        assert set(self.ids.values()).isdisjoint(self.driven.told_in_two_ways())

    def wanted(self, name: str, written: int, place: Place) -> Upsert:
        return Upsert(name, written, *self.at(place), title=f"{written} of {place[1]}")

    def at(self, place: Place) -> tuple[str, int, int, int, str | None]:
        resource, start, length, seats, person = place
        key, capacity, _ = self.cell.resources[resource]
        return key, start, start + length, min(seats, capacity), [*self.cell.staff, None][person]

    def check_hold(self, operation: Confirm | Extend | Release) -> None:
        if operation.name in self.secrets:
            self.check(operation)

    def check(self, operation: Operation) -> None:
        """Try it, then do it: both times the answer is the model's."""
        expected, after = self.model.apply(self.state, operation, self.driven.now)
        assert self.asked(operation, dryRun=True).result == expected
        answer = self.asked(operation)
        assert answer.result == expected
        self.state = after
        self.ids.update(answer.ids)
        if isinstance(operation, Reserve) and answer.secret:
            self.reserved[operation.name] = operation
            assert self.secrets.setdefault(operation.name, answer.secret) == answer.secret

    def asked(self, operation: Operation, **more: bool) -> Answer:
        given = variables(operation, self.cell, self.secrets)
        body = self.driven.send(DOCUMENTS[type(operation)], {**given, **more})
        if "errors" in body and isinstance(operation, Read):
            assert [error["extensions"]["code"] for error in body["errors"]] == ["court_booking_not_found"]
            return answered(operation, None)
        assert "errors" not in body, body
        (value,) = body["data"].values()
        return answered(operation, value)


def machine(driven: Driven) -> type[RuleBasedStateMachine]:
    return type("Driving", (Machine,), {"driven": driven})


def test_whatever_is_done_is_answered_as_the_model_answers(driven: Driven) -> None:
    run_machine(machine(driven), settings=MANY)


def admit_all(patch: pytest.MonkeyPatch) -> None:
    async def admitted(*_: Any) -> None: ...

    patch.setattr("storage.booking_writes.refuse_overlap", admitted)


def count_no_versions(patch: pytest.MonkeyPatch) -> None:
    async def stored(tx: Any, booking: Any, *more: Any, **given: Any) -> None:
        await save_booking(tx, booking._replace(version=1), *more, **given)

    patch.setattr("storage.booking_writes.save_booking", stored)


def store_what_is_tried(patch: pytest.MonkeyPatch) -> None:
    write = SqliteDatabase.write

    async def written(database: Any, work: Any, **more: Any) -> Any:
        return await write(database, work, **{**more, "dry_run": False})

    patch.setattr(SqliteDatabase, "write", written)


def find_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("storage.booking_rows.participant_rows", lambda _booking: [])


BROKEN = [admit_all, count_no_versions, store_what_is_tried, find_nobody]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda f: f.__name__)
def test_a_gateway_that_is_broken_is_found_out(
    broken: Any, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    driven = Driven(sqlite_database_url)
    try:
        with pytest.raises(AssertionError):
            run_machine(machine(driven), settings=UNTIL_FOUND)
    finally:
        driven.close()


def test_a_hold_that_outlives_its_end_is_found_out(driven: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    async def all_of_them(_: Any, others: Any, __: Any) -> list[Any]:
        return list(others)

    steps: Any = machine(driven)()
    steps.begin()
    steps.reserve("h1", (0, 0, 2, 1, 2), 1)
    steps.wait(3600)
    steps.upsert("a", 1, (0, 0, 1, 1, 2))
    steps.reserve("h2", (0, 1, 1, 1, 2), 1)
    steps.wait(3600)
    monkeypatch.setattr("storage.admission.still_active", all_of_them)

    with pytest.raises(AssertionError):
        steps.upsert("b", 1, (0, 1, 1, 1, 2))
