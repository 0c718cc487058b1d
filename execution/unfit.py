"""What does not fit in a request's variables: told with the path of each value, and never with more than a few.

graphql-core would name fifty, each with the whole value that it stands in: megabytes for a few kilobytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    is_input_object_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
    type_from_ast,
)

from execution.issues import MOST_ISSUES, told
from execution.relation import DEFINITION

LONGEST_MESSAGE = 500
REQUIRED = "A value is required."

Wrong = tuple[tuple[str, ...], GraphQLError]


def wrong_variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: dict[str, Any]
) -> GraphQLError | None:
    """Return one error for all values that do not fit their variables' types: its `issues` name the first few."""
    found = chain.from_iterable(
        _of_variable(definition, type_from_ast(schema, definition.type), variables)
        for definition in operation.variable_definitions or ()
    )
    wrong = list(islice(found, MOST_ISSUES))
    if not wrong:
        return None
    issues = [{"path": list(path), "message": error.message[:LONGEST_MESSAGE]} for path, error in wrong]
    return told(issues, wrong[0][1].extensions)


def _of_variable(definition: VariableDefinitionNode, kind: Any, variables: dict[str, Any]) -> Iterator[Wrong]:  # noqa: ANN401
    name = definition.variable.name.value
    if not is_input_type(kind):
        return
    if name in variables:
        yield from _of_value(variables[name], kind, (name,))
    elif is_non_null_type(kind) and definition.default_value is None:
        yield (name,), GraphQLError(REQUIRED)


def _of_value(value: Any, kind: GraphQLInputType, path: tuple[str, ...]) -> Iterator[Wrong]:  # noqa: ANN401
    if is_non_null_type(kind):
        if value is None:
            yield path, GraphQLError(REQUIRED)
        kind = kind.of_type
    if value is None:
        return
    if is_list_type(kind):
        for place, item in enumerate(value) if isinstance(value, list) else ():
            yield from _of_value(item, kind.of_type, (*path, str(place)))
        if not isinstance(value, list):  # stands for a list of one
            yield from _of_value(value, kind.of_type, path)
    elif is_input_object_type(kind):
        yield from _of_object(value, kind, path)
    else:
        yield from _of_leaf(value, kind, path)


def _of_object(value: Any, kind: GraphQLInputObjectType, path: tuple[str, ...]) -> Iterator[Wrong]:  # noqa: ANN401
    if not isinstance(value, dict):
        yield path, GraphQLError(f"Expected an object of type {kind.name}.")
        return
    for name, field in kind.fields.items():
        if name in value:
            yield from _of_value(value[name], field.type, (*path, name))
        elif is_required_input_field(field):
            yield (*path, name), GraphQLError(REQUIRED)
    for name in value:
        if name not in kind.fields:
            yield (*path, name), GraphQLError(f"{kind.name} has no such field.")
    declared = kind.extensions.get(DEFINITION, kind)  # Strawberry checks by itself, and does not tell graphql-core
    if declared.is_one_of and [given is not None for given in value.values()] != [True]:
        yield path, GraphQLError(f"Exactly one of {', '.join(kind.fields)} is given.")


def _of_leaf(value: Any, kind: Any, path: tuple[str, ...]) -> Iterator[Wrong]:  # noqa: ANN401
    try:
        if kind.coerce_input_value(value) is not Undefined:
            return
    except GraphQLError as error:
        yield path, error
        return
    except Exception:  # noqa: BLE001, S110 - whatever a scalar raises, its text is nobody's business
        pass
    yield path, GraphQLError(f"Expected a value of type {kind.name}.")
