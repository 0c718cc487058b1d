"""The clock by which holds expire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import SteadyClock

NOON = datetime(2026, 4, 13, 12, tzinfo=UTC)


class Machine:
    """A machine whose clock can be set; the time since its start cannot."""

    def __init__(self) -> None:
        self.wall, self.elapsed = NOON, 0.0

    def wait(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.elapsed += seconds

    def time(self) -> float:
        return self.wall.timestamp()

    def clock(self) -> SteadyClock:
        return SteadyClock(self.time, lambda: self.elapsed)


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(-1e4, 1e4))))
def test_the_time_never_goes_back(steps: list[tuple[float, float]]) -> None:
    machine = Machine()
    clock = machine.clock()
    told = [clock()]
    for waited, jump in steps:
        machine.wait(waited)
        machine.wall += timedelta(seconds=jump)
        told.append(clock())
    assert told == sorted(told)


def test_it_is_the_machine_s_time() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wait(10)
    assert clock() == machine.wall


def test_after_a_jump_back_it_goes_on_and_meets_the_machine_s_again() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall -= timedelta(seconds=60)

    machine.wait(60)
    assert clock() == NOON + timedelta(seconds=30)
    machine.wait(60)
    assert clock() == machine.wall == NOON + timedelta(seconds=60)
    machine.wait(60)
    assert clock() == machine.wall
