"""Queries made at random from a schema, with values for their variables: mostly valid, mostly about what is there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)
from hypothesis import strategies as st

DEPTH = 5


class Query(NamedTuple):
    """A document with the values of its variables."""

    text: str
    variables: dict[str, Any]


class Enumerated(str):
    """The name of an enum's value: written without quotes in a document."""

    __slots__ = ()


def queries(schema: GraphQLSchema, values: Mapping[str, Sequence[Any]]) -> st.SearchStrategy[Query]:
    """Make queries; `values` are what inputs are drawn from: by the name of the argument, else by that of the type."""

    @st.composite
    def made(draw: st.DrawFn) -> Query:
        return _Writer(draw, schema, values).query()

    return made()


class _Writer:
    """One query in the making."""

    def __init__(self, draw: st.DrawFn, schema: GraphQLSchema, values: Mapping[str, Sequence[Any]]) -> None:
        self._draw, self._schema, self._values = draw, schema, values
        self._declared: list[str] = []
        self._fragments: list[str] = []
        self._variables: dict[str, Any] = {}
        self._aliases = 0

    def query(self) -> Query:
        query = self._schema.query_type
        assert query is not None
        selection = self._selection(query, DEPTH)
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        return Query("\n".join([f"query Q{declared} {selection}", *self._fragments]), self._variables)

    def _selection(self, kind: GraphQLNamedType, depth: int) -> str:
        parts = [self._part(kind, depth) for _ in range(self._number(1, 4 if depth < DEPTH else 2))]
        return "{ " + " ".join(parts) + " }"

    def _part(self, kind: GraphQLNamedType, depth: int) -> str:
        choice = self._number(0, 9)
        if choice == 0:
            return "__typename"
        if choice == 1 or (choice < 5 and is_abstract_type(kind)) or not getattr(kind, "fields", None):
            return self._fragment(kind, depth)
        fields = kind.fields  # type: ignore[attr-defined]
        leaves = [name for name, field in fields.items() if is_leaf_type(get_named_type(field.type))]
        return self._field(fields, self._one_of(leaves if depth <= 1 and leaves else list(fields)), depth)

    def _fragment(self, kind: GraphQLNamedType, depth: int) -> str:
        on = kind
        if is_abstract_type(kind):
            on = self._one_of([kind, *self._schema.get_possible_types(kind)])
        selection = self._selection(on, depth)
        match self._number(0, 2):
            case 0 if on is kind:
                return f"... {self._condition()} {selection}"
            case 1:
                name = f"F{len(self._fragments)}"
                self._fragments.append(f"fragment {name} on {on.name} {selection}")
                return f"...{name} {self._condition()}"
        return f"... on {on.name} {self._condition()} {selection}"

    def _field(self, fields: dict[str, GraphQLField], name: str, depth: int) -> str:
        field = fields[name]
        given = [
            self._argument(n, a) for n, a in field.args.items() if is_required_argument(a) or not self._number(0, 2)
        ]
        alias = ""
        if given or not self._number(0, 3):
            self._aliases += 1
            alias = f"a{self._aliases}: "
        inner = get_named_type(field.type)
        selection = "" if is_leaf_type(inner) else " " + self._selection(inner, depth - 1)
        arguments = f"({', '.join(given)})" if given else ""
        return f"{alias}{name}{arguments} {self._condition()}{selection}"

    def _condition(self) -> str:
        if self._number(0, 9):
            return ""
        directive, value = self._one_of(["skip", "include"]), self._one_of([True, False])
        if self._number(0, 1):
            return f"@{directive}(if: {json.dumps(value)})"
        return f"@{directive}(if: ${self._variable('Boolean!', value)})"

    def _variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self._declared)}"
        self._declared.append(f"${name}: {kind}")
        if value is not Undefined:
            self._variables[name] = value
        return name

    def _argument(self, name: str, argument: GraphQLArgument) -> str:
        value = self._value(name, argument.type)
        if not self._number(0, 1):
            return f"{name}: {_literal(value)}"
        if not is_non_null_type(argument.type) and not self._number(0, 4):
            value = Undefined
        return f"{name}: ${self._variable(str(argument.type), value)}"

    def _value(self, name: str, kind: GraphQLInputType) -> Any:
        if is_non_null_type(kind):
            return self._value(name, kind.of_type)
        if not self._number(0, 9):
            return None
        if is_list_type(kind):
            return [self._value(name, kind.of_type) for _ in range(self._number(0, 3))]
        named = get_named_type(kind)
        if isinstance(named, GraphQLInputObjectType):
            return self._object(named)
        if isinstance(named, GraphQLEnumType):
            return Enumerated(self._one_of(list(named.values)))
        return self._one_of(self._values.get(name) or self._values[named.name])

    def _object(self, kind: GraphQLInputObjectType) -> dict[str, Any]:
        if kind.is_one_of:
            name = self._one_of(list(kind.fields))
            return {name: self._value(name, kind.fields[name].type)}
        wanted = [n for n, f in kind.fields.items() if is_required_input_field(f) or not self._number(0, 5)]
        return {name: self._value(name, kind.fields[name].type) for name in wanted}

    def _number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def _one_of(self, choices: Sequence[Any]) -> Any:
        return self._draw(st.sampled_from(choices))


def _literal(value: Any) -> str:
    if isinstance(value, Enumerated):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value)
