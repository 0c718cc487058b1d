"""Interval arithmetic against PostgreSQL's multiranges, which were written by others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.intervals import Interval, clip, intersect, merge, subtract

EPOCH = datetime(2026, 4, 15, tzinfo=UTC)
STATEMENT = """
    WITH a AS (SELECT coalesce(range_agg(tstzrange(s, e)), '{{}}') AS m FROM unnest($1::timestamptz[], $2::timestamptz[]) AS t(s, e)),
         b AS (SELECT coalesce(range_agg(tstzrange(s, e)), '{{}}') AS m FROM unnest($3::timestamptz[], $4::timestamptz[]) AS t(s, e))
    SELECT lower(r), upper(r) FROM a, b, unnest(a.m {operator} b.m) AS r
"""  # noqa: E501 - SQL reads best in its own lines

Oracle = Callable[[str, list[Interval], list[Interval]], list[Interval]]

instants = st.integers(0, 400).map(lambda step: EPOCH + timedelta(microseconds=step * 900_000_001))
some = st.tuples(instants, instants).filter(lambda ends: ends[0] < ends[1]).map(lambda ends: Interval(*ends))
several = st.lists(some, max_size=15)
with_server = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def oracle(postgres_url: str) -> Iterator[Oracle]:
    """Ask the server: `+` unites, `-` subtracts, `*` intersects."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(postgres_url))

        def ask(operator: str, left: list[Interval], right: list[Interval]) -> list[Interval]:
            ends = [[interval[end] for interval in side] for side in (left, right) for end in (0, 1)]
            return [Interval(*row) for row in runner.run(connection.fetch(STATEMENT.format(operator=operator), *ends))]

        yield ask
        runner.run(connection.close())


@with_server
@given(left=several, right=several)
def test_merging_is_the_union_of_ranges(oracle: Oracle, left: list[Interval], right: list[Interval]) -> None:
    assert merge([*left, *right]) == oracle("+", left, right)


@with_server
@given(left=several, right=several)
def test_subtracting_is_the_difference_of_ranges(oracle: Oracle, left: list[Interval], right: list[Interval]) -> None:
    assert subtract(left, right) == oracle("-", left, right)


@with_server
@given(left=several, right=several)
def test_intersecting_is_the_intersection_of_ranges(
    oracle: Oracle,
    left: list[Interval],
    right: list[Interval],
) -> None:
    assert intersect(left, right) == oracle("*", left, right)


@with_server
@given(intervals=several, window=some)
def test_clipping_is_the_intersection_with_one_range(
    oracle: Oracle,
    intervals: list[Interval],
    window: Interval,
) -> None:
    assert merge(clip(intervals, window)) == oracle("*", intervals, [window])
