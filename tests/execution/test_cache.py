"""What is kept of documents is bounded, and what is asked for again stays."""

from __future__ import annotations

import gc

from graphql import Token

from execution.cache import Cache
from execution.documents import ENTRIES, SIZE, Documents, Request
from tests.execution.library import Calls, make_schema


def test_a_flood_of_newcomers_pushes_out_newcomers_alone() -> None:
    cache: Cache[str] = Cache(entries=40, size=10_000)
    for name in ("hot", "warm"):
        cache.put(name, name, 10)
        assert cache.get(name) == name

    for number in range(10_000):
        cache.put(f"flood {number}", "once", 10)

    assert (cache.get("hot"), cache.get("warm"), cache.get("flood 0")) == ("hot", "warm", None)
    assert len(cache) == 12


def test_entries_and_weight_are_bounded() -> None:
    cache: Cache[int] = Cache(entries=40, size=1_000)

    for number in range(500):
        cache.put(str(number), number, number % 50)
        cache.get(str(number - 1))
        assert len(cache) <= 40
        assert cache.weight <= 1_000


def test_a_regular_that_is_pushed_out_is_a_newcomer_once_more() -> None:
    cache: Cache[int] = Cache(entries=4, size=1_000)
    for number in range(4):
        cache.put(str(number), number, 1)
        cache.get(str(number))

    assert cache.get("0") == 0
    assert len(cache) == 4


def test_what_is_too_heavy_is_not_kept_and_pushes_nothing_out() -> None:
    cache: Cache[int] = Cache(entries=40, size=1_000)
    cache.put("light", 1, 10)

    cache.put("heavy", 2, 900)

    assert (cache.get("light"), cache.get("heavy"), cache.weight) == (1, None, 10)


def test_what_grows_is_weighed_anew() -> None:
    cache: Cache[int] = Cache(entries=40, size=1_000)
    cache.put("plan", 1, 10)
    cache.get("plan")

    cache.grow("plan", 100)
    cache.grow("unknown", 100)

    assert cache.weight == 110


async def test_a_flood_of_documents_neither_grows_the_cache_nor_evicts_the_hot_one() -> None:
    documents, hot = Documents(make_schema()), Request("{ items { id } }")
    for _ in range(2):
        await documents.execute(hot, Calls())
    plans = documents.prepare(hot.query).plans

    for number in range(2 * ENTRIES):
        await documents.execute(Request(f"{{ f{number}: items {{ id }} }}"), Calls())

    assert documents.prepare(hot.query).plans is plans is not None
    assert len(documents.cache) <= ENTRIES
    assert documents.cache.weight <= SIZE


async def test_answers_about_the_schema_are_bounded() -> None:
    documents, query = Documents(make_schema()), "query ($n: String!) { __type(name: $n) { name } }"

    for number in range(100):
        await documents.execute(Request(query, {"n": f"Type{number}"}), Calls())
    await documents.execute(Request(query, {"n": "x" * 100_000}), Calls())

    assert sum(map(len, documents.prepare(query).introspected.values())) < 1_000


def test_what_is_kept_no_more_is_freed_without_the_collector() -> None:
    documents = Documents(make_schema())
    for number in range(50):
        documents.prepare(f"query Q{number} {{ __typename }}")
    gc.collect()
    gc.disable()
    try:
        tokens = sum(isinstance(thing, Token) for thing in gc.get_objects())
        documents.cache = Cache(ENTRIES, SIZE)
        left = sum(isinstance(thing, Token) for thing in gc.get_objects())
    finally:
        gc.enable()

    assert tokens - left > 50 * 2
