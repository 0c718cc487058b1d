"""Where in a request something is wrong: paths that a client can show beside its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLError,
    IntValueNode,
    Node,
    ObjectFieldNode,
    StringValueNode,
    Visitor,
    visit,
)

NUL = "A text cannot hold NUL."
TOO_DEEP = "The value is nested too deeply."
TOO_MANY = "The variables hold too many values."
TOO_LONG = "The number has too many digits."
DEEPEST, MOST_VALUES, MOST_ISSUES, MOST_DIGITS = 20, 50_000, 20, 1_000

Issues = list[dict[str, Any]]


def text_issues(variables: Any) -> Issues:  # noqa: ANN401 - any JSON value
    """List `{path, message}` of texts that not every store can keep, of values deeper or more than any input's."""
    if variables is None or _is_harmless(variables):
        return []
    issues: Issues = []
    room = MOST_VALUES
    waiting: list[tuple[Any, tuple[str, ...]]] = [(variables, ())]
    while waiting and len(issues) < MOST_ISSUES:
        value, path = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            issues.append({"path": list(path), "message": NUL})
        elif isinstance(value, dict | list) and len(path) > DEEPEST:
            return [{"path": list(path[:1]), "message": TOO_DEEP}]
        elif isinstance(value, dict | list):
            room -= len(value)
            if room < 0:
                return [{"path": list(path[:1]), "message": TOO_MANY}]
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [(item, (*path, str(key))) for key, item in inner]
    return issues


def _is_harmless(variables: Any) -> bool:  # noqa: ANN401
    """Whether one look at the variables as JSON tells that nothing can be wrong, as with nearly all."""
    try:
        written = orjson.dumps(variables)
    except TypeError:  # not of JSON: a test's
        return False
    nested = written.count(b"[") + written.count(b"{")
    return len(written) <= MOST_VALUES and nested <= DEEPEST and b"\\u0000" not in written


def literal_errors(document: DocumentNode) -> list[GraphQLError]:
    """Return an error for every text in a document that holds NUL, and every number that is too long for Python."""
    found: list[GraphQLError] = []

    class Literals(Visitor):
        def enter_string_value(self, node: StringValueNode, *_: Any) -> None:  # noqa: ANN401
            if "\0" in node.value:
                found.append(GraphQLError(NUL, node))

        def enter_int_value(self, node: IntValueNode, *_: Any) -> None:  # noqa: ANN401
            if len(node.value) > MOST_DIGITS:
                found.append(GraphQLError(TOO_LONG, node))

    visit(document, Literals())
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


def told(issues: Issues, extensions: Mapping[str, Any] | None = None) -> GraphQLError:
    """Return the error of these issues, with the code of the first."""
    path, message = issues[0]["path"], issues[0]["message"]
    where = f"${'.'.join(path)}: " if path else ""
    return GraphQLError(f"{where}{message}", extensions={**(extensions or {}), "issues": issues})
