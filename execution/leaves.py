"""How a value is written: the output of scalars and enums, as expressions of generated Python.

The function of the scalar itself decides, as under graphql-core; for values of the types that it would give back
unchanged the call is left out. `{bound}` binds the value to the name `{value}` where it is not bound yet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from functools import cache
from math import isfinite
from typing import Any, NamedTuple, TypeVar

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)

F = TypeVar("F", bound=Callable[..., Any])

TEXT = "{value} if type({bound}) is str else {write}({value})"
UNCHANGED: dict[Any, str] = {
    str: TEXT,
    GraphQLString.coerce_output_value: TEXT,
    GraphQLID.coerce_output_value: TEXT,
    GraphQLInt.coerce_output_value: (
        "{value} if type({bound}) is int and -2147483648 <= {value} <= 2147483647 else {write}({value})"
    ),
    GraphQLFloat.coerce_output_value: "{value} if type({bound}) is float and isfinite({value}) else {write}({value})",
    GraphQLBoolean.coerce_output_value: "{value} if type({bound}) is bool else {write}({value})",
}
"""By the function that writes a scalar."""

NAMES = {"isfinite": isfinite}
"""What the expressions refer to, beside what they are given."""


class NotALeafError(Exception):
    """A value that the scalar or enum cannot write; graphql-core says how it is answered."""


class Native(NamedTuple):
    """Instances of `type` (in the time zone `zone`) that orjson writes to the letter as the scalar's function does."""

    type: type[date]
    zone: tzinfo | None


def native(kind: type[date], zone: tzinfo | None = None) -> Callable[[F], F]:
    """Declare of a scalar's output function that orjson writes the same for instances of this type, in this zone."""

    def declare(function: F) -> F:
        function.native = Native(kind, zone)  # type: ignore[attr-defined]
        return function

    return declare


def leaf(kind: GraphQLLeafType, names: Callable[[str, Any], str]) -> str:
    """Return the template of an expression; `names(hint, thing)` gives the name that generated code has for a thing."""
    if isinstance(kind, GraphQLEnumType):
        return names(kind.name, _written(kind)) + "[{once}]"
    function = kind.coerce_output_value
    write = names(f"write_{kind.name}", _checked(function))
    declared: Native | None = getattr(function, "native", None)
    if declared is not None:
        test = f"type({{bound}}) is {names(declared.type.__name__, declared.type)}"
        if issubclass(declared.type, datetime):
            test += f" and {{value}}.tzinfo is {names('zone', declared.zone)}"
        return f"{{value}} if {test} else {write}({{value}})"
    return UNCHANGED.get(function, "{write}({once})").replace("{write}", write)


@cache
def _written(kind: GraphQLEnumType) -> dict[Any, str]:
    """Return the name of all that stands for a value: the value, and the member of the Python enum that has it."""
    values = [value.value for value in kind.values.values()]
    return {value: kind.coerce_output_value(value) for value in (*values, *getattr(kind, "wrapped_cls", ()))}


@cache
def _checked(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Refuse what graphql-core would not take for a value of a leaf."""

    def write(value: Any) -> Any:  # noqa: ANN401
        written = None if value is None or value is Undefined or isinstance(value, Exception) else function(value)
        if written is None or written is Undefined:
            raise NotALeafError(repr(value))
        return written

    return write
