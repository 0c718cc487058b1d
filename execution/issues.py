"""Where in a request's variables something is wrong: paths that a client can show beside its form."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    is_input_type,
    is_non_null_type,
    type_from_ast,
    validate_input_value,
)


def variable_issues(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: dict[str, Any]
) -> list[dict[str, Any]]:
    """List `{path, message}` of every value that does not fit its variable's type."""
    issues: list[dict[str, Any]] = []
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        type_ = type_from_ast(schema, definition.type)
        if not is_input_type(type_):
            continue
        value = variables.get(name, Undefined)
        if value is Undefined:
            if is_non_null_type(type_) and definition.default_value is None:
                issues.append({"path": [name], "message": "A value is required."})
            continue

        def note(error: GraphQLError, path: list[str | int], name: str = name) -> None:
            issues.append({"path": [name, *map(str, path)], "message": error.message})

        validate_input_value(value, type_, note)
    return issues
