"""Variables and literals are coerced as graphql-core coerces them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    build_schema,
    get_argument_values,
    get_variable_values,
    parse,
    validate,
)
from graphql.execution.values import VariableValues
from hypothesis import event, given, settings
from hypothesis import strategies as some

from execution.inputs import Signature, UnfitError, reader

SCHEMA = build_schema(
    """
    enum Kind { A B }
    input Inner { n: Int!, m: Int! = 4, texts: [String!], deep: Inner }
    input Either @oneOf { id: ID, inner: Inner }
    input Filter { kind: Kind = A, inner: Inner, list: [Int], strict: [Int!]! = [1], text: String }
    type Query {
      f(
        id: ID, n: Int!, m: Int! = 3, filter: Filter = {text: "given"}, either: Either, list: [Int!], all: [[Inner]]
      ): Int
    }
    """
)
TYPES = {
    "id": "ID", "n": "Int!", "int": "Int", "ten": "Int = 10", "text": "String", "kind": "Kind", "filter": "Filter",
    "inner": "Inner", "either": "Either", "ints": "[Int]", "strict": "[Int!]", "one": "Int! = 1",
    "key": "ID!", "must": "Inner!",
}  # fmt: skip
INTS = some.sampled_from(["1", "2147483648", "$n", "$one"])
NULLABLE_INTS = INTS | some.sampled_from(["$int", "$ten", "null"])
TEXTS = some.sampled_from(['"a"', '""', "$text", "null"])


def _object(needed: dict[str, Any] | None = None, **fields: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    given_fields = some.fixed_dictionaries(needed or {}, optional=fields)
    return given_fields.map(lambda found: "{" + ", ".join(f"{name}: {value}" for name, value in found.items()) + "}")


def _list(items: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    return some.lists(items, max_size=3).map(lambda found: f"[{', '.join(found)}]")


INNERS: some.SearchStrategy[str] = some.deferred(
    lambda: (
        _object(
            {"n": INTS},
            m=INTS | some.just("$ten"),
            texts=_list(some.just('"a"')) | some.sampled_from(['"a"', "null"]),
            deep=INNERS,
        )
        | some.sampled_from(["$inner", "$must", "null"])
    )
)
FILTERS = _object(
    kind=some.sampled_from(["A", "B", "$kind", "null"]),
    inner=INNERS,
    list=_list(NULLABLE_INTS) | NULLABLE_INTS | some.just("$ints"),
    strict=_list(INTS) | some.just("$strict"),
    text=TEXTS,
)
ARGUMENTS = some.fixed_dictionaries(
    {"n": INTS},
    optional={
        "id": some.sampled_from(['"a"', "3", "$id", "$key", "null"]),
        "m": INTS | some.just("$ten"),
        "filter": FILTERS | some.just("$filter"),
        "either": some.sampled_from(
            ['{id: "a"}', "{id: $key}", "{inner: $must}", "{inner: {n: $n}}", "$either", "null"]
        ),
        "list": _list(INTS) | INTS | some.just("$strict"),
        "all": _list(_list(INNERS) | INNERS),
    },
)
VALUES = some.recursive(
    some.none() | some.integers(-1, 2**31) | some.sampled_from(["a", "A", "B"]) | some.booleans(),
    lambda inner: (
        some.lists(inner, max_size=2)
        | some.dictionaries(
            some.sampled_from(["n", "m", "texts", "id", "inner", "list", "strict", "kind"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


def _operation(arguments: dict[str, str]) -> OperationDefinitionNode | None:
    """Return a valid query with these arguments and the variables that they use; None where there is none."""
    written = ", ".join(f"{name}: {value}" for name, value in arguments.items())
    names = dict.fromkeys(re.findall(r"\$(\w+)", written))
    used = ", ".join(f"${name}: {TYPES[name]}" for name in names)
    document = parse(f"query{f'({used})' if used else ''} {{ f({written}) }}")
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return None if validate(SCHEMA, document) else operation


def _by_reference(operation: OperationDefinitionNode, given_values: dict[str, Any]) -> Any:
    variables = get_variable_values(SCHEMA, operation.variable_definitions or (), given_values)
    if not isinstance(variables, VariableValues):
        return "unfit"
    field, node = _field(operation)
    try:
        return variables.coerced, get_argument_values(field, node, variables)
    except GraphQLError:
        return "unfit"


def _by_ours(operation: OperationDefinitionNode, given_values: dict[str, Any]) -> Any:
    field, node = _field(operation)
    try:
        variables = Signature(SCHEMA, operation).values(given_values)
        read = reader(field.args, {argument.name.value: argument.value for argument in node.arguments})
        return variables, read(variables)
    except UnfitError:
        return "unfit"


def _field(operation: OperationDefinitionNode) -> Any:
    node = operation.selection_set.selections[0]
    assert isinstance(node, FieldNode)
    assert SCHEMA.query_type is not None
    return SCHEMA.query_type.fields["f"], node


@settings(max_examples=400)
@given(ARGUMENTS, some.dictionaries(some.sampled_from(sorted(TYPES)), VALUES))
def test_as_graphql_core_does(arguments: dict[str, str], given_values: dict[str, Any]) -> None:
    operation = _operation(arguments)
    if operation is None:
        return
    expected = _by_reference(operation, given_values)
    event("unfit" if expected == "unfit" else "fits")
    assert _by_ours(operation, given_values) == expected


@pytest.mark.parametrize(
    ("arguments", "values", "fits"),
    [
        ({"n": "$n"}, {"n": 1}, True),
        ({"n": "$n"}, {}, False),
        ({"n": "$n"}, {"n": None}, False),
        ({"n": "$ten"}, {}, True),
        ({"n": "$ten"}, {"ten": None}, False),
        ({"n": "1", "m": "$int"}, {}, True),
        ({"n": "1", "m": "$int"}, {"int": None}, False),
        ({"n": "1", "filter": "{inner: {n: $n}, strict: [$n, 2]}"}, {"n": 7}, True),
        ({"n": "1", "filter": "{list: [$int, 2]}"}, {}, True),
        ({"n": "1", "filter": "{strict: $strict}"}, {}, True),
        ({"n": "1", "filter": "{strict: $strict}"}, {"strict": None}, False),
        ({"n": "1", "filter": "{strict: [$one]}"}, {}, True),
        ({"n": "1", "either": "{inner: $must}"}, {"must": {"n": 1}}, True),
        ({"n": "1", "either": "$either"}, {"either": {"id": None}}, False),
        ({"n": "1", "either": "$either"}, {"either": {"id": 3}}, True),
    ],
)
def test_known_cases(arguments: dict[str, str], values: dict[str, Any], fits: bool) -> None:  # noqa: FBT001
    operation = _operation(arguments)
    assert operation is not None
    expected = _by_reference(operation, values)
    assert (expected != "unfit") is fits
    assert _by_ours(operation, values) == expected
