"""What a plan consists of: the shape of an answer, and the calls that fill it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphql import GraphQLLeafType

from execution.arguments import Arguments
from execution.relation import IsRecord


class Maybe(NamedTuple):
    """A value or null."""

    inner: Shape


class Many(NamedTuple):
    """A list."""

    inner: Shape


class Leaf(NamedTuple):
    """A value of a scalar or enum."""

    kind: GraphQLLeafType


class Object(NamedTuple):
    """An object, which the builder of this number makes of a record."""

    builder: int


class Either(NamedTuple):
    """An object of one of several types; each has its builder."""

    builders: tuple[int, ...]


Reads = Mapping[type, frozenset[str]]
"""What an operation reads of the records of each class, by name of attribute."""

Shape = Maybe | Many | Leaf | Object | Either


class Constant(NamedTuple):
    """A field that is the same in every answer: `__typename`."""

    text: str


class Attribute(NamedTuple):
    """A field that is read from the record."""

    name: str
    shape: Shape


class Related(NamedTuple):
    """A field that a step fills in; until then the key of the relation stands in its place."""

    name: str


class Builder(NamedTuple):
    """Makes dicts of the records of one object type, for one place in the operation."""

    typename: str
    is_record: IsRecord | None
    fields: dict[str, Constant | Attribute | Related]

    @property
    def is_pending(self) -> bool:
        """Whether steps have to fill in fields."""
        return any(isinstance(field, Related) for field in self.fields.values())


class Call(NamedTuple):
    """A root or batch function, with the number of its arguments among the plan's; None: it takes none."""

    function: Callable[..., Any]
    arguments: int | None


class Root(NamedTuple):
    """A field of the operation itself."""

    key: str
    call: Call
    shape: Shape


class Step(NamedTuple):
    """Fills in one field of all the dicts that a builder made, by one call of a batch function."""

    builder: int
    key: str
    call: Call
    shape: Shape
    level: int
    leads_on: bool
    """Whether other steps wait for what this one fetches."""


class Plan(NamedTuple):
    """All that an operation fetches; `data` holds the fields of the answer in order, roots still empty."""

    data: dict[str, str | None]
    roots: list[Root]
    builders: list[Builder]
    levels: list[dict[Call, list[Step]]]
    arguments: list[Arguments]
    reads: Reads
