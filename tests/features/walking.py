"""Documents that select every field of the schema, so that a new field is asked for by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

Abstract = GraphQLInterfaceType | GraphQLUnionType


class Walk:
    """Writes the document of a root field that selects all fields to a depth; notes which fields it selected.

    Every field has its type's name in its alias, `Booking__title`: so an answer tells where each value comes from, and
    like-named fields of several types do not get into each other's way.
    """

    def __init__(self, schema: GraphQLSchema, depth: int = 4) -> None:
        self.schema, self.depth = schema, depth
        self.selected: set[str] = set()
        self._fragments: dict[str, str] = {}

    def document(self, operation: str, name: str, given: str) -> str:
        """Return the document of a root field; `given` are the arguments that it is called with, by variables."""
        self._fragments = {}
        root = self.schema.query_type if operation == "query" else self.schema.mutation_type
        assert root is not None
        field = root.fields[name]
        chosen = [argument for argument in given.split() if argument in field.args]
        variables = ", ".join(f"${argument}: {field.args[argument].type}" for argument in chosen)
        arguments = ", ".join(f"{argument}: ${argument}" for argument in chosen)
        inner = self._inner(field.type, self.depth)
        header = f"{operation} Everything{f'({variables})' if chosen else ''}"
        call = f"{name}{f'({arguments})' if chosen else ''} {{ {inner} }}"
        return "\n".join([f"{header} {{ {call} }}", *self._fragments.values()])

    def _inner(self, type_: GraphQLOutputType, depth: int) -> str:
        named = get_named_type(type_)
        if isinstance(named, Abstract):
            parts = [self._spread(possible, depth) for possible in self.schema.get_possible_types(named)]
            return " ".join(["__typename", *parts])
        assert isinstance(named, GraphQLObjectType)
        return self._spread(named, depth)

    def _spread(self, type_: GraphQLObjectType, depth: int) -> str:
        name = f"{type_.name}_{depth}"
        if name not in self._fragments:
            self._fragments[name] = ""
            fields = " ".join(self._fields(type_, depth)) or "__typename"
            self._fragments[name] = f"fragment {name} on {type_.name} {{ {fields} }}"
        return f"...{name}"

    def _fields(self, type_: GraphQLObjectType, depth: int) -> Iterator[str]:
        for name, field in type_.fields.items():
            alias = f"{type_.name}__{name}"
            if is_leaf_type(get_named_type(field.type)):
                self.selected.add(f"{type_.name}.{name}")
                yield f"{alias}: {name}"
            elif depth:
                self.selected.add(f"{type_.name}.{name}")
                yield f"{alias}: {name} {{ {self._inner(field.type, depth - 1)} }}"


def every_field(schema: GraphQLSchema) -> set[str]:
    """Every field of an object type that a query or mutation can reach, but the roots."""
    waiting: list[Any] = [root for root in (schema.query_type, schema.mutation_type) if root]
    roots, seen, found = set(waiting), set(waiting), set()
    while waiting:
        type_ = waiting.pop()
        fields: dict[str, GraphQLField] = type_.fields
        for name, field in fields.items():
            if type_ not in roots:
                found.add(f"{type_.name}.{name}")
            named = get_named_type(field.type)
            possible = schema.get_possible_types(named) if isinstance(named, Abstract) else [named]
            waiting += [new for new in possible if isinstance(new, GraphQLObjectType) and new not in seen]
            seen |= set(possible)
    return found


def objects(answer: Any, type_name: str) -> Iterator[dict[str, Any]]:
    """Every object of a type in an answer, its values by the names of the fields."""
    if isinstance(answer, list):
        for item in answer:
            yield from objects(item, type_name)
    elif isinstance(answer, dict):
        prefix = f"{type_name}__"
        named = {key.removeprefix(prefix): value for key, value in answer.items() if key.startswith(prefix)}
        if named:
            yield named
        for value in answer.values():
            yield from objects(value, type_name)
