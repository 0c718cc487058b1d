"""How many values an answer really holds: a bound for lists whose length no document tells.

Counted by both executors as they go, and refused as soon as it is too much.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import ExecutionResult, GraphQLObjectType
from graphql.execution import Executor

from execution.price import too_complex
from execution.runtime import UnexpectedError

Listed = Callable[[Any, int], Any]
"""Passes a list on, of items of so many values each."""
Repeated = Callable[[int, int], None]
"""Notes that what is made from now on stands so many times in the answer, each with so many values of its own."""


class TooMuchError(Exception):
    """The answer holds more values than are answered."""


def too_much() -> ExecutionResult:
    """Return what a client is told instead."""
    return ExecutionResult(None, [too_complex("the answer holds too many values; ask for less at once")])


def counting(most: int) -> tuple[Listed, Repeated]:
    """Return what raises when an answer holds more than `most` values.

    An object that stands in many places is made once, but written as often as it stands there.
    """
    left, times = most, 1

    def listed(value: Any, values: int) -> Any:  # noqa: ANN401
        nonlocal left
        if type(value) is not tuple and type(value) is not list:  # a text, say, over which Python would iterate
            raise UnexpectedError(repr(value))
        left -= len(value) * values * times
        if left < 0:
            raise TooMuchError
        return value

    def repeated(number: int, values: int) -> None:
        nonlocal left, times
        times = number
        left -= values * times
        if left < 0:
            raise TooMuchError

    return listed, repeated


def metered(most: int) -> type[Executor[None]]:
    """Return graphql-core's executor, which raises when an answer holds more than `most` values."""

    class Metered(Executor[None]):
        values = 0

        def execute_collected_subfields(
            self,
            parent_type: GraphQLObjectType,
            source_value: Any,  # noqa: ANN401
            path: Any,  # noqa: ANN401
            grouped_field_set: Any,  # noqa: ANN401
            *rest: Any,  # noqa: ANN401
        ) -> Any:  # noqa: ANN401
            self.values += len(grouped_field_set)
            if self.values > most:
                raise TooMuchError
            return super().execute_collected_subfields(parent_type, source_value, path, grouped_field_set, *rest)

    return Metered
