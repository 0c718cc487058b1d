"""The project's own schema over the demo data: both executors answer alike, whoever asks, on both databases."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.records import Viewer
from examples.demo import Demo, fill
from resolvers.api import graphql_schema
from storage.access import Access
from storage.database import Database
from storage.tokens import SCOPES, Grant
from tests.api import documents
from tests.execution.executors import Executors
from tests.execution.queries import Query, queries

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2026, 4, 15, 8, 0, tzinfo=UTC)
GENERATED = int(os.environ.get("BOOKGATE_FUZZ", "150"))
"""How many queries are made on each database; `make fuzz` makes 10,000."""


class Store(NamedTuple):
    """A filled store, and who asks."""

    database: Database
    demo: Demo
    viewers: dict[str, Viewer]

    def access(self, viewer: str) -> Access:
        return Access(self.database, self.viewers[viewer], NOW)


@pytest.fixture
async def store(database: Database) -> Store:
    demo = await fill(database, NOW)
    viewers = {"anyone": Viewer(), **{name: _viewer(grant) for name, grant in demo.grants.items()}}
    return Store(database, demo, viewers)


def _viewer(grant: Grant) -> Viewer:
    organizations = frozenset(grant.organization_ids) if grant.organization_ids else None
    scopes = frozenset(grant.scopes if grant.organization_ids else SCOPES)
    return Viewer("token", grant.name, scopes, organizations, grant.external_service_id)


def _sent(store: Store, bookings: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The queries of the examples and of the tests, with variables that find something."""
    for path in sorted(EXAMPLES.glob("*.graphql")):
        text, variables = path.read_text("utf-8"), path.with_suffix(".json")
        if not text.lstrip().startswith("mutation") and "\nmutation" not in text:
            yield text, json.loads(variables.read_text("utf-8")) if variables.is_file() else {}
    span = {"startDate": (NOW - timedelta(days=2)).isoformat(), "endDate": (NOW + timedelta(days=5)).isoformat()}
    ids = [resource.id for resource in store.demo.resources]
    yield documents.CALENDAR, {"resourceIds": ids, **span}
    yield documents.CALENDAR, {"resourceIds": ids[:1], "timezone": "Asia/Tokyo", "types": ["PERIOD", "BOOKING"]}
    yield documents.CALENDAR, {"resourceIds": ["nothing"]}
    yield documents.BOOKINGS, {}
    yield documents.BOOKINGS, {"first": 100, "orderBy": {"field": "UPDATED_AT", "direction": "DESC"}}
    yield documents.BOOKINGS, {"last": 5, "filter": {"statuses": ["ACCEPTED"], "includeDeleted": True}}
    yield documents.BOOKINGS, {"first": 0}
    yield documents.BOOKINGS, {"filter": {"participantEmail": "nobody@example.com"}}
    for booking in bookings[:3]:
        yield documents.GET_BOOKING, {"ref": {"id": booking["id"]}}
    yield documents.GET_BOOKING, {"ref": {"id": "nothing"}}


async def test_documents_of_tests_and_examples_are_answered_alike_to_everyone(store: Store) -> None:
    executors = Executors(graphql_schema())
    listed = await _bookings(executors, store)

    for viewer in store.viewers:
        context = partial(store.access, viewer)
        for query, variables in _sent(store, listed):
            answered = await executors.agree(query, variables, context=context)
            assert (answered.how == "compiled") == ("errors" not in answered.body), answered.how


async def _bookings(executors: Executors, store: Store) -> list[dict[str, Any]]:
    query = "{ bookings(first: 100) { edges { cursor } nodes { id owner { id email } participants { id email } } } }"
    answered = await executors.agree(query, context=lambda: store.access("admin"))
    nodes: list[dict[str, Any]] = answered.data["bookings"]["nodes"]
    for node, edge in zip(nodes, answered.data["bookings"]["edges"], strict=True):
        node["cursor"] = edge["cursor"]
    return nodes


async def test_generated_queries_are_answered_alike(store: Store) -> None:
    executors = Executors(graphql_schema())
    values = _values(store, await _bookings(executors, store))
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=GENERATED,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(asked=queries(graphql_schema(), values), viewer=st.sampled_from(list(store.viewers)))
    def agree(asked: Query, viewer: str) -> None:
        answering = executors.agree(asked.text, asked.variables, context=partial(store.access, viewer))
        asyncio.run_coroutine_threadsafe(answering, loop).result()

    await asyncio.to_thread(agree)  # Hypothesis is not asynchronous
    assert executors.compiling.counts["compiled"] > GENERATED // 4, executors.compiling.counts


def _values(store: Store, bookings: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """What inputs are drawn from: mostly what is in the store, some that cannot be."""
    resources = [resource.id for resource in store.demo.resources]
    owners = [node["owner"]["id"] for node in bookings if node["owner"]]
    some = [*resources[:5], *owners[:3], *(node["id"] for node in bookings[:5]), store.demo.organizations[0].id]
    instants = [(NOW + timedelta(days=days)).isoformat() for days in (-3, 0, 2, 4, 30)]
    return {
        "resourceIds": resources,
        "ids": some,
        "after": [node["cursor"] for node in bookings[:3]] + ["damaged"],
        "before": [node["cursor"] for node in bookings[5:8]],
        "first": [1, 2, 5, 100, 5, 10, 0],
        "last": [1, 5],
        "ID": [*some, "nothing", 5],
        "Int": [0, 1, 60, -1, 2**31],
        "String": ["", "x", *(person["email"] for node in bookings[:5] for person in node["participants"])],
        "Boolean": [True, False],
        "Float": [0.5],
        "DateTime": [*instants, "2026-04-15"],
        "Date": ["2026-04-13", "2026-04-19", "yesterday"],
        "LocalTime": ["10:00"],
        "TimeZone": ["Europe/Berlin", "America/New_York", "Mars/Olympus"],
        "Decimal": ["12.50"],
    }
