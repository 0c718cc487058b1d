"""Documents that leave little out: a root field with all its arguments, and every field that its price allows."""

from __future__ import annotations

import json
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

DEEPEST = 1


def roots(schema: GraphQLSchema) -> set[str]:
    """The names of all queries and mutations."""
    return {name for kind in (schema.query_type, schema.mutation_type) if kind for name in kind.fields}


def document(schema: GraphQLSchema, name: str) -> str:
    """The operation that asks a root field for all that may be asked at once; its arguments are variables of their own
    names, but for `first`."""
    query, mutation = schema.query_type, schema.mutation_type
    assert query is not None
    assert mutation is not None
    kind, field = ("query", query.fields[name]) if name in query.fields else ("mutation", mutation.fields[name])
    variables = {argument: definition for argument, definition in field.args.items() if argument != "first"}
    declared = ", ".join(_variable(argument, definition) for argument, definition in variables.items())
    passed = ", ".join([*(f"{argument}: ${argument}" for argument in variables), *_short(field)])
    head, arguments = f"({declared})" if declared else "", f"({passed})" if passed else ""
    # A list of records costs as much as a hundred of them, so less is asked of each.
    above = ("a list",) if is_list_type(get_nullable_type(field.type)) else ()
    return f"{kind} Walk{head} {{ {name}{arguments} {_selection(schema, field, above)} }}"


def _short(field: GraphQLField) -> list[str]:
    """The argument that keeps a list short: all fields of all records of full pages would be too much to ask."""
    return ["first: 3"] if "first" in field.args else []


def _short_pages(field: GraphQLField) -> str:
    return f"({', '.join(_short(field))})" if _short(field) else ""


def _variable(name: str, argument: GraphQLArgument) -> str:
    default = argument.default_value
    return f"${name}: {argument.type}" + ("" if default in (None, Undefined) else f" = {json.dumps(default)}")


def plain(answer: Any) -> Any:
    """An answer with fields under their own names again."""
    if isinstance(answer, dict):
        return {name.partition("_of_")[0]: plain(value) for name, value in answer.items()}
    return [plain(value) for value in answer] if isinstance(answer, list) else answer


def _selection(schema: GraphQLSchema, field: GraphQLField, above: tuple[str, ...]) -> str:
    kind = get_named_type(field.type)
    if isinstance(kind, GraphQLObjectType):
        return f"{{ {_fields(schema, kind, above)} }}"
    if not isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        return ""
    common = kind.fields if isinstance(kind, GraphQLInterfaceType) else {}
    shared = _fields(schema, kind, above) if isinstance(kind, GraphQLInterfaceType) else "__typename"
    own = (
        f"... on {member.name} {{ {_fields(schema, member, above, set(member.fields) - set(common), member.name)} }}"
        for member in schema.get_possible_types(kind)
        if set(member.fields) - set(common)
    )
    return f"{{ {shared} {' '.join(own)} }}"


def _fields(
    schema: GraphQLSchema,
    kind: GraphQLObjectType | GraphQLInterfaceType,
    above: tuple[str, ...],
    only: set[str] | None = None,
    owner: str | None = None,
) -> str:
    """Select fields; of a type met again on the way down, and far down, its leaves alone.

    With an owner under names of its own, as the members of a union may differ in type.
    """
    fields = {name: field for name, field in kind.fields.items() if only is None or name in only}
    if kind.name in above or len(above) > DEEPEST:
        fields = {name: field for name, field in fields.items() if is_leaf_type(get_named_type(field.type))}
    path = (*above, kind.name)
    alias = f"_of_{owner}: " if owner else ""
    shown = (
        f"{f'{name}{alias}' if owner else ''}{name}{_short_pages(field)} {_selection(schema, field, path)}"
        for name, field in fields.items()
    )
    return " ".join(["__typename", *shown])
