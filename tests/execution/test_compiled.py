"""What a compiled query answers is what graphql-core answers; and where it is not the compiler's, graphql-core does."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from execution.documents import Documents, Request
from execution.relation import Operation
from tests.execution.executors import Answered, Executors
from tests.execution.library import Calls, make_schema

BOOK = (
    "... on Book { title genre size price rating lent bought chapters { title pages notes } grid author { name born } }"
)


@pytest.fixture(scope="module")
def executors() -> Executors:
    return Executors(make_schema())


async def _ask(executors: Executors, query: str, name: str | None = None, **variables: Any) -> Answered:
    return await executors.agree(query, variables, context=Calls, name=name)


@pytest.mark.parametrize(
    "query",
    [
        "{ items { id title } }",
        "{ __typename items { __typename id } again: __typename }",
        '{ b: item(id: "b1") { z: id a: title id } a: item(id: "m1") { title } }',
        "{ items { ...F ... on Magazine { issue } } } fragment F on Book { author { name } title }",
        "{ items { ... on Titled { title } ... { id } } }",
        "{ things { ... on Book { id } ... on Magazine { issue publisher { id name } } __typename } }",
        "{ things { ... on Book { x: author { id } } ... on Magazine { x: editor { id } } } }",
        f"{{ items {{ {BOOK} }} }}",
        'fragment C on Part { pages } { item(id: "b1") { ... on Book { chapters { ...C } chapters { title } } } }',
        '{ writers(ids: ["a1", "a2", "a1"]) { id count prints { id ... on Book { author { id count } } } } }',
        '{ writers(ids: ["a1"]) { a: prints(first: 1) { id } b: prints(genre: ESSAY) { id } prints { id } } }',
        '{ item(id: "none") { id } }',
        "{ items(ids: []) { id ... on Book { author { id } } } }",
        '{ items(ids: "b1") { id } }',
        '{ items(ids: ["none", "b3"]) { id title ... on Book { genre author { name } } } }',
        "query A { items { id } } query B { items { title } }",
    ],
)  # fmt: skip
async def test_a_query_is_answered_alike_and_compiled(executors: Executors, query: str) -> None:
    name = "B" if "query B" in query else None

    answered = await _ask(executors, query, name)

    assert answered.how == "compiled"
    assert "errors" not in answered.body


async def test_the_order_of_the_answer_is_the_order_of_the_query(executors: Executors) -> None:
    query = '{ item(id: "b1") { ... on Book { author { born id } } title ... on Book { author { name } rating } id } }'

    answered = await _ask(executors, query)

    assert answered.how == "compiled"
    assert list(answered.data["item"]) == ["author", "title", "rating", "id"]
    assert list(answered.data["item"]["author"]) == ["born", "id", "name"]


async def test_a_context_that_wants_to_know_is_told_what_is_read_of_which_records() -> None:
    class Told(Calls):
        reads: Mapping[type, frozenset[str]] | None = None

        async def reading(self, reads: Mapping[type, frozenset[str]]) -> Told:
            self.reads = reads
            return self

    documents, context = Documents(make_schema()), Told()
    query = '{ item(id: "b1") { id ... on Book { title author { name } __typename } } }'

    for _ in range(2):
        await documents.execute(Request(query), context)

    assert context.reads is not None
    named = {record.__name__: names for record, names in context.reads.items()}
    assert named["Print"] == {"id", "title", "author_id", "kind"}  # the kind tells books from magazines
    assert named["Author"] == {"name"}


@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize("include", [True, False])
async def test_conditions_are_planned_for_each_value(executors: Executors, skip: bool, include: bool) -> None:  # noqa: FBT001
    query = """query ($skip: Boolean!, $include: Boolean! = true) {
      items { id @skip(if: $skip) ... @include(if: $include) { title } ...F @skip(if: $skip) @include(if: $include) }
    } fragment F on Book { rating }"""

    answered = await _ask(executors, query, skip=skip, include=include)

    assert answered.how == "compiled"
    assert ("id" in answered.data["items"][0], "title" in answered.data["items"][0]) == (not skip, include)


async def test_a_selection_may_come_out_empty(executors: Executors) -> None:
    answered = await _ask(executors, "query ($no: Boolean!) { items { id @include(if: $no) } }", no=False)

    assert (answered.how, answered.data["items"]) == ("compiled", [{}, {}, {}])


async def test_everything_may_be_skipped(executors: Executors) -> None:
    answered = await _ask(executors, "query ($no: Boolean!) { items @include(if: $no) { id } }", no=False)

    assert (answered.how, answered.data) == ("compiled", {})


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query ($w: Wanted!) { echo(wanted: $w) }", {"w": {}}),
        ("query ($w: Wanted!) { echo(wanted: $w) }", {"w": {"ids": "one", "genre": "ESSAY"}}),
        ("query ($w: Wanted!) { echo(wanted: $w) }", {"w": {"ranges": [{"low": 3}, {"high": None}], "also": {}}}),
        ("query ($w: Wanted!) { echo(wanted: $w) }", {"w": {"ranges": {"high": 4}, "also": None, "ids": None}}),
        ("query ($i: Int = 5, $g: Genre) { echo(wanted: {ranges: [{low: $i, high: 9}], genre: $g}) }", {}),
        ("query ($i: Int = 5, $g: Genre) { echo(wanted: {ranges: [{low: $i}], genre: $g}) }", {"i": 1, "g": "NOVEL"}),
        ("query ($i: [ID!]) { echo(wanted: {ids: $i}) }", {"i": ["x", 1]}),
        ("query ($i: ID!) { echo(wanted: {ids: [$i, 2]}) }", {"i": 5}),
        ("query ($s: Size! = LARGE, $d: Date) { echo(wanted: {}, size: $s, day: $d) }", {"d": "2020-02-29"}),
        ('{ echo(wanted: {also: {also: {genre: NOVEL}}}, day: "2020-02-29", price: "1.50") }', {}),
        ("query ($n: Int) { items(first: $n) { id } }", {}),
        ("query ($n: Int! = 2) { items(first: $n) { id } }", {}),
        ("query ($n: Int!) { items(first: $n) { id } }", {"n": 1.0}),
    ],
)
async def test_arguments_arrive_alike(executors: Executors, query: str, variables: dict[str, Any]) -> None:
    answered = await _ask(executors, query, **variables)

    assert answered.how == "compiled"


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query ($n: Int!) { items(first: $n) { id } }", {}),
        ("query ($n: Int!) { items(first: $n) { id } }", {"n": None}),
        ("query ($n: Int!) { items(first: $n) { id } }", {"n": 2**31}),
        ("query ($n: Int!) { items(first: $n) { id } }", {"n": "1"}),
        ("query ($n: Int!) { items(first: $n) { id } }", {"n": True}),
        ("query ($w: Wanted!) { echo(wanted: $w) }", {"w": {"genre": "POEM"}}),
        ("query ($w: Wanted!) { echo(wanted: $w) }", {"w": {"ranges": [{"low": None}]}}),
        ("query ($w: Wanted!) { echo(wanted: $w) }", {"w": {"colour": 1}}),
        ("query ($d: Date) { echo(wanted: {}, day: $d) }", {"d": "yesterday"}),
        ("query ($p: Decimal) { echo(wanted: {}, price: $p) }", {"p": "x"}),
    ],
)
async def test_wrong_variables_are_graphql_cores(executors: Executors, query: str, variables: dict[str, Any]) -> None:
    answered = await _ask(executors, query, **variables)

    assert answered.how == "variables"
    assert answered.body["errors"]


async def test_a_variable_that_is_null_where_null_may_not_be_is_graphql_cores(executors: Executors) -> None:
    answered = await _ask(executors, "query ($n: Int = 2) { items(first: $n) { id } }", n=None)

    assert answered.how == "variables"
    assert answered.body["errors"]


@pytest.mark.parametrize(
    ("name", "selection"),
    [
        ("bad author", "... on Book { author { name } }"),
        ("no author", "... on Magazine { publisher { name } }"),
        ("no key", "... on Magazine { publisher { name } }"),
        ("unknown kind", "id"),
        ("bad genre", "... on Book { genre }"),
        ("no number", "... on Book { rating }"),
        ("error as title", "title"),
        ("text as list", "... on Book { chapters { __typename } }"),
        ("set of chapters", "... on Book { chapters { title } }"),
        ("empty slot", "... on Book { chapters { __typename } }"),
    ],
)
async def test_what_the_schema_does_not_announce_is_graphql_cores(
    executors: Executors, name: str, selection: str
) -> None:
    query = f"query ($ids: [ID!]) {{ items(ids: $ids) {{ id {selection} }} }}"

    answered = await _ask(executors, query, ids=["b1", name])

    assert answered.how == "error"
    assert len(answered.data["items"]) == 2


@pytest.mark.parametrize(
    ("name", "selection"),
    [
        ("number as title", "title ... on Book { rating genre }"),
        ("other zone", "... on Book { bought }"),
    ],
)
async def test_a_value_of_another_type_is_written_as_the_scalar_says(
    executors: Executors, name: str, selection: str
) -> None:
    answered = await _ask(executors, f"query ($id: ID!) {{ item(id: $id) {{ {selection} }} }}", id=name)

    assert answered.how == "compiled"


async def test_what_fails_in_one_record_does_not_cancel_what_another_waits_for(executors: Executors) -> None:
    query = '{ items(ids: ["no author", "m1"]) { ... on Magazine { publisher { id } shelf } } }'

    answered = await _ask(executors, query)

    assert answered.data["items"] == [None, {"publisher": {"id": "a2"}, "shelf": "shelf of magazines"}]


async def test_what_fails_when_nobody_waits_for_it_any_more_is_nobody_s_news() -> None:
    news: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: news.append(told))

    async def fail(_: None, keys: Sequence[str]) -> list[str]:
        raise RuntimeError(keys)

    asyncio.shield(Operation(None).loader(fail, {}).load("a")).cancel()
    await asyncio.sleep(0.01)
    gc.collect()

    assert not news


async def test_a_refusal_is_told_by_graphql_core(executors: Executors) -> None:
    answered = await _ask(executors, "{ items(first: -1) { id } ok: items { id } }")

    assert (answered.how, answered.data) == ("error", None)
    assert answered.body["errors"][0]["extensions"] == {"code": "bad"}


@pytest.mark.parametrize(
    ("query", "name", "how"),
    [
        ("{ odd }", None, "unsupported"),
        ("{ items { id } __schema { queryType { name } } }", None, "unsupported"),
        ("query A { items { id } } query B { items { id } }", None, "not for the compiler"),
        ("query A { items { id } } query B { items { id } }", "C", "not for the compiler"),
        ("query A { items { id } }", "C", "not for the compiler"),
        ("{ items { nothing } }", None, "refused"),
        ("{ items { id", None, "refused"),
        ('{ item(id: "b1") { id } item(id: "m1") { id } }', None, "refused"),
        ("{ items { id } } fragment F on Book { id }", None, "refused"),
        ("{ __typename }", None, "introspection"),
        ('{ __type(name: "Book") { fields { name } } }', None, "introspection"),
    ],
)  # fmt: skip
async def test_what_is_not_the_compilers(executors: Executors, query: str, name: str | None, how: str) -> None:
    assert (await _ask(executors, query, name)).how == how


async def test_introspection_depends_on_variables(executors: Executors) -> None:
    query = "query ($n: String!) { __type(name: $n) { name } }"

    names = [(await _ask(executors, query, n=name)).data["__type"] for name in ("Book", "Writer", "Nothing", "Book")]

    assert names == [{"name": "Book"}, {"name": "Writer"}, None, {"name": "Book"}]


async def test_one_call_for_a_relation_and_a_level() -> None:
    documents, query = Documents(make_schema()), "{ items { ... on Book { author { prints { id } } } } }"
    await documents.execute(Request(query), Calls())
    calls = Calls()

    body = await documents.execute(Request(query), calls)

    assert isinstance(body, bytes)
    assert calls == [("items", None, 3, None), ("authors", ("a1",)), ("prints", ("a1",), 10, None)]


async def test_calls_that_are_the_same_on_two_levels_are_one() -> None:
    query = """{ things(first: 4) { ... on Book { author { name } }
                 ... on Magazine { publisher { prints { ... on Magazine { publisher { id } } } } } } }"""
    documents = Documents(make_schema())
    await documents.execute(Request(query), Calls())
    calls = Calls()

    await documents.execute(Request(query), calls)

    assert [call[:2] for call in calls[1:]] == [("authors", ("a2",)), ("prints", ("a2",)), ("authors", ("a1",))]


async def test_a_mutation_runs_once_and_by_graphql_core() -> None:
    documents, query = Documents(make_schema()), 'mutation { put(title: "New") { title author { name } } }'
    calls = Calls()

    for _ in range(3):
        await documents.execute(Request(query), calls)

    assert calls.count(("put", "New")) == 3
    assert documents.counts == {"not for the compiler": 3}


async def test_a_document_is_compiled_at_its_second_use() -> None:
    documents, query = Documents(make_schema()), "{ items { id } }"

    for _ in range(3):
        await documents.execute(Request(query), Calls())

    assert documents.counts == {"first use": 1, "compiled": 2}


async def test_of_more_plans_than_are_kept_those_asked_for_last_stay() -> None:
    """Else anybody could use up the room, and the plan that everybody asks for would never be made."""
    documents = Documents(make_schema())
    names = [f"c{n}" for n in range(5)]
    fields = " ".join(f"f{n}: id @include(if: ${name})" for n, name in enumerate(names))
    query = f"query ({' '.join(f'${name}: Boolean!' for name in names)}) {{ items {{ {fields} }} }}"
    weights = []

    for number in range(64):
        values = {name: bool(number % 32 >> n & 1) for n, name in enumerate(names)}
        await documents.execute(Request(query, values), Calls())
        weights.append(documents.cache.weight)

    assert documents.counts == {"first use": 1, "compiled": 63}
    assert max(weights) < 2 * weights[16]


async def test_texts_in_a_query_do_not_become_code() -> None:
    executors = Executors(make_schema())
    text = '\\"\\"\\"\'); raise SystemExit; {0} {x} \\\\ \\n #'

    answered = await _ask(executors, f'{{ items(ids: ["{text}"]) {{ id }} }}')

    assert (answered.how, answered.data) == ("compiled", {"items": [None]})
