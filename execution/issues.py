"""Where in a request's variables something is wrong: paths that a client can show beside its form."""

from __future__ import annotations

from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    ObjectFieldNode,
    OperationDefinitionNode,
    StringValueNode,
    Undefined,
    Visitor,
    is_input_type,
    is_non_null_type,
    type_from_ast,
    validate_input_value,
    visit,
)

NUL = "A text cannot hold NUL."
TOO_DEEP = "The value is nested too deeply."
DEEPEST, MOST_ISSUES = 20, 20


Issues = list[dict[str, Any]]


def text_issues(variables: Any) -> Issues:  # noqa: ANN401 - any JSON value
    """List `{path, message}` of texts that not every store can keep, and of values deeper than any input."""
    issues: Issues = []
    waiting: list[tuple[Any, tuple[str, ...]]] = [(variables, ())]
    while waiting and len(issues) < MOST_ISSUES:
        value, path = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            issues.append({"path": list(path), "message": NUL})
        elif isinstance(value, dict | list) and len(path) > DEEPEST:
            return [{"path": list(path[:1]), "message": TOO_DEEP}]
        elif isinstance(value, dict | list):
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [(item, (*path, str(key))) for key, item in inner]
    return issues


def text_errors(document: DocumentNode) -> list[GraphQLError]:
    """Return an error for every text in a document that holds NUL."""
    found: list[GraphQLError] = []

    class Texts(Visitor):
        def enter_string_value(self, node: StringValueNode, *_: Any) -> None:  # noqa: ANN401
            if "\0" in node.value:
                found.append(GraphQLError(NUL, node))

    visit(document, Texts())
    return found


def path_of(document: DocumentNode, wanted: Node | None) -> list[str]:
    """Return the names of the fields, arguments and input fields that lead to a node of a document."""

    def search(node: Node, path: list[str]) -> list[str] | None:
        if node is wanted:
            return path
        for key in node.keys:
            inner = getattr(node, key, None)
            for child in inner if isinstance(inner, tuple | list) else (inner,):
                if not isinstance(child, Node):
                    continue
                name = [child.name.value] if isinstance(child, FieldNode | ArgumentNode | ObjectFieldNode) else []
                found = search(child, [*path, *name])
                if found is not None:
                    return found
        return None

    return search(document, []) or []


def variable_issues(schema: GraphQLSchema, operation: OperationDefinitionNode, variables: dict[str, Any]) -> Issues:
    """List `{path, message}` of every value that does not fit its variable's type."""
    issues: Issues = []
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
