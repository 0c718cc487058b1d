"""What one small request may cost everybody: answers, errors, documents and what is kept of them are bounded."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
import strawberry
from graphql import ExecutionResult, GraphQLError, GraphQLSchema

from execution.documents import Documents, Request
from execution.issues import MOST_ISSUES, MOST_VALUES
from execution.price import Limits
from execution.relation import root
from tests.execution.library import Calls, make_schema

SHARED = """
query ($ids: [ID!]) {
  items(ids: $ids) {
    ... on Book { author { prints { id ... on Book { genre chapters { title pages } author { id } } } } }
  }
}
"""


def _values(answer: Any) -> int:
    if isinstance(answer, dict):
        return sum(1 + _values(value) for value in answer.values())
    return sum(map(_values, answer)) if isinstance(answer, list) else 0


def _error(answer: ExecutionResult | bytes) -> GraphQLError:
    assert isinstance(answer, ExecutionResult)
    assert len(answer.errors or ()) == 1
    return (answer.errors or [])[0]


def _codes(answer: ExecutionResult | bytes) -> list[str]:
    errors = answer.errors if isinstance(answer, ExecutionResult) else ()
    return [(error.extensions or {}).get("code", "") for error in errors or ()]


async def _answer(query: str, limits: Limits | None = None, **variables: Any) -> ExecutionResult | bytes:
    """Answer a query at its second use."""
    documents = Documents(make_schema(), limits)
    await documents.execute(Request(query, variables), Calls())
    return await documents.execute(Request(query, variables), Calls())


@pytest.mark.parametrize("query", [SHARED, "query ($ids: [ID!]) { items(ids: $ids) { id title } }"])
async def test_what_stands_in_many_places_counts_as_often_as_it_is_written(query: str) -> None:
    ids = ["b1", "b2"] * 50
    body = await _answer(query, ids=ids)
    assert isinstance(body, bytes)
    values = _values(orjson.loads(body)["data"])

    assert isinstance(await _answer(query, Limits(compiled=values * 2), ids=ids), bytes)
    assert _codes(await _answer(query, Limits(compiled=values // 2), ids=ids)) == ["operation_too_complex"]


async def test_what_the_compiler_does_not_answer_may_hold_less() -> None:
    query = "query ($ids: [ID!]) { items(ids: $ids) { id title } __schema { queryType { name } } }"

    assert not _codes(await _answer(query, Limits(reference=500), ids=["b1"] * 100))
    assert _codes(await _answer(query, Limits(reference=500), ids=["b1"] * 300)) == ["operation_too_complex"]


async def test_what_may_be_long_is_compiled_at_once() -> None:
    documents = Documents(make_schema(), Limits(reference=100))

    for query in ("{ items { id } }", f"{{ items {{ {' '.join(f'a{n}: id' for n in range(20))} }} }}"):
        await documents.execute(Request(query), Calls())

    assert documents.counts == {"first use": 1, "compiled": 1}


@pytest.mark.parametrize(
    "document",
    [
        f"{{ items {{ {'id ' * 101} }} }}",
        f"{{ item(id: 1) {{ ... on Book {{ {'author { name } ' * 101} }} }} }}",
        f"{{ item(id: 1) {{ {'... on Book { author { id } } ' * 60} {'... on Book { author { name } } ' * 41} }} }}",
        "{ items { ...F0 } } "
        + "".join(f"fragment F{n} on Titled {{ ...F{n + 1} {'id ' * 3}}}" for n in range(40))
        + "fragment F40 on Titled { id }",
    ],
)
async def test_one_key_stands_in_a_selection_a_hundred_times_at_most(document: str) -> None:
    assert _codes(await _answer(document)) == ["operation_too_complex"]


async def test_a_key_may_stand_in_many_selections() -> None:
    document = f"{{ {' '.join(f'a{n}: items {{ id id title }}' for n in range(40))} }}"

    assert isinstance(await _answer(document), bytes)


async def test_fragments_written_out_are_bounded() -> None:
    """Each names the next twice: twenty of them are a million fields."""
    twice = "a: item(id: 1) { ...F%d } b: item(id: 1) { ...F%d }"
    chained = [f"fragment F{n} on Query {{ {twice % (n + 1, n + 1)} }}" for n in range(20)]
    document = f"{{ ...F0 }} {' '.join(chained)} fragment F20 on Query {{ __typename }}"

    assert "written out" in _error(await _answer(document)).message


async def test_a_long_document_is_not_even_parsed() -> None:
    assert _codes(await _answer("{ items { id } } #" + "x" * 100_000)) == ["operation_too_complex"]


@pytest.mark.parametrize("literal", ["1" * 5_000, "-" + "1" * 5_000])
async def test_a_number_that_python_does_not_read_is_refused(literal: str) -> None:
    answer = await _answer(f"{{ items(first: {literal}) {{ id }} }}")

    error = _error(answer)
    assert (error.original_error, error.message) == (None, "The number has too many digits.")
    assert (error.extensions or {})["issues"][0]["path"] == ["items", "first"]


@pytest.mark.parametrize(
    "wanted",
    [
        {f"x{n}": 1 for n in range(5_000)},
        {"ids": [{}] * 5_000},
        {"genre": "POEM", "ranges": [{"low": "x"}] * 5_000},
        {"ranges": {"low": {str(n): "x" * 100 for n in range(500)}}},
    ],
)
async def test_of_wrong_variables_the_first_few_are_told_in_few_words(wanted: dict[str, Any]) -> None:
    answer = await _answer("query ($w: Wanted!) { echo(wanted: $w) }", w=wanted)

    error = _error(answer)
    assert 1 <= len((error.extensions or {})["issues"]) <= MOST_ISSUES
    assert len(orjson.dumps(error.formatted)) < 20_000


async def test_each_value_that_is_missing_or_unheard_of_has_its_own_path() -> None:
    query = "query ($w: Wanted!, $n: Int!, $i: ID!) { echo(wanted: $w) items(first: $n) { id } item(id: $i) { id } }"

    answer = await _answer(query, w={"ranges": [{"low": None}], "colour": 1, "also": {"ids": ["a", None]}}, n=True)

    error = _error(answer)
    assert [issue["path"] for issue in (error.extensions or {})["issues"]] == [
        ["w", "ranges", "0", "low"],
        ["w", "also", "ids", "1"],
        ["w", "colour"],
        ["n"],
        ["i"],
    ]


async def test_more_values_than_any_input_has_are_refused() -> None:
    answer = await _answer("query ($i: ID!) { item(id: $i) { id } }", i="b1", unused=[1] * MOST_VALUES)

    error = _error(answer)
    assert (error.extensions or {})["issues"][0]["path"] == ["unused"]


async def test_answers_about_the_schema_are_weighed_with_a_document_that_came_just_now() -> None:
    documents, query = Documents(make_schema()), "{ __schema { types { name fields { name } } } }"
    documents.prepare(query + "#")
    alone = documents.cache.weight

    body = await documents.execute(Request(query + "#"), Calls())
    fresh = await documents.execute(Request(query + "##"), Calls())

    assert isinstance(body, bytes)
    assert isinstance(fresh, bytes)
    assert documents.cache.weight >= 2 * alone + len(body) + len(fresh)


def _taking_turns(events: list[str]) -> GraphQLSchema:
    async def slow(_: None) -> str:
        events.append("begun")
        await asyncio.sleep(0)
        events.append("ended")
        return ""

    @strawberry.type
    class Query:
        first: str = root(slow)
        second: str = root(slow)

        @strawberry.field
        def odd(self) -> str:
            return ""

    made: GraphQLSchema = strawberry.Schema(Query)._schema  # noqa: SLF001
    return made


async def test_roots_are_called_one_after_another_by_graphql_core_too() -> None:
    events: list[str] = []

    await Documents(_taking_turns(events)).execute(Request("{ first second odd }"), None)

    assert events == ["begun", "ended"] * 2
