"""A field is an attribute, an embedded record or a relation; only roots have functions."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLObjectType, is_object_type

from execution.relation import DEFINITION, IsRecord, RelationField, RootField
from resolvers.api import graphql_schema

SCHEMA = graphql_schema()
ROOTS = {"Query", "Mutation", "Subscription"}


def _types() -> Iterator[GraphQLObjectType]:
    for kind in SCHEMA.type_map.values():
        if is_object_type(kind) and not kind.name.startswith("__"):
            yield kind


def _fields(*, of_roots: bool) -> list[Any]:
    found = [kind for kind in _types() if (kind.name in ROOTS) == of_roots]
    return [pytest.param(f, id=f"{kind.name}.{name}") for kind in found for name, f in kind.fields.items()]


@pytest.mark.parametrize("field", [f for f in _fields(of_roots=True) if not f.id.startswith("Subscription")])
def test_a_root_is_a_function_of_the_context_and_keywords(field: Any) -> None:
    declared = field.extensions[DEFINITION]

    assert isinstance(declared, RootField)
    first, *rest = inspect.signature(declared.metadata["function"]).parameters.values()
    assert first.kind is first.POSITIONAL_OR_KEYWORD
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in rest)


@pytest.mark.parametrize("field", _fields(of_roots=False))
def test_a_field_is_an_attribute_or_a_relation(field: Any) -> None:
    declared = field.extensions[DEFINITION]

    if isinstance(declared, RelationField):
        context, keys, *rest = inspect.signature(declared.metadata["function"]).parameters.values()
        assert {context.kind, keys.kind} == {keys.POSITIONAL_OR_KEYWORD}
        assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in rest)
    else:
        assert type(declared).__name__ == "StrawberryField"
        assert declared.is_basic_field
        assert not field.args


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in _types() if kind.is_type_of])
def test_a_type_is_told_from_others_by_its_records(kind: GraphQLObjectType) -> None:
    is_record: Any = kind.is_type_of
    declared: Any = kind.extensions[DEFINITION]

    assert isinstance(is_record, IsRecord)
    for name in (f.python_name for f in declared.fields if not isinstance(f, RelationField)):
        assert hasattr(is_record.record, name), name
