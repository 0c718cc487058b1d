"""Compiled plans against graphql-core: the same requests, in process, on SQLite, over the demo data.

`python -m benchmarks.execution [seconds per measurement]` prints the work of one request, in CPU time, and the ratio:
the best of five turns, so that what else the machine does counts least.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import orjson

from domain.records import Viewer
from examples.demo import fill
from execution.documents import Documents, Request
from resolvers.api import graphql_schema
from storage.access import Access
from storage.database import Database
from storage.migrations import migrate
from storage.opening import open_database
from storage.tokens import SCOPES

TURNS = 5
LIST = """
query ($first: Int!, $from: DateTime) {
  bookings(first: $first, filter: {from: $from}) {
    nodes {
      id status title startDate endDate seats
      resource { id name type location { id name timezone } }
      owner { id name surname }
      participants { id email user { id name surname } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
ONE = """
query ($id: ID!) {
  booking(ref: {id: $id}) {
    id status title startDate endDate resource { id name } participants { id email user { id name surname } }
  }
}
"""
WEEK = """
query ($ids: [ID!]!, $from: DateTime, $to: DateTime) {
  bookings(first: 100, filter: {resourceIds: $ids, from: $from, to: $to}) {
    nodes { id startDate endDate status resource { id name } participants { user { name surname } } }
  }
}
"""
CALENDAR = """
query ($ids: [ID!]!, $from: DateTime, $to: DateTime) {
  calendarEvents(resourceIds: $ids, startDate: $from, endDate: $to) {
    events {
      id type startDate endDate localStart localEnd resourceName quota occupancy isAvailable displayLabel
      customers { firstName lastName } bookings { id status } colorMap { bg text }
    }
  }
}
"""


class Work(NamedTuple):
    """A request to be measured."""

    name: str
    request: Request


async def main() -> None:
    """Fill a store, check that both executors answer alike, measure them in turns."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        await migrate(url)
        database = await open_database(url)
        try:
            await _measure_all(database, seconds)
        finally:
            await database.close()


async def _measure_all(database: Database, seconds: float) -> None:
    now = datetime.now(UTC)
    await fill(database, now)
    access = Access(database, Viewer("bench", "bench", frozenset(SCOPES), None), now)
    compiled, reference = Documents(graphql_schema()), Documents(graphql_schema(), is_compiling=False)
    print(f"{'':12}{'compiled':>12}{'graphql-core':>15}{'ratio':>8}   bytes")
    for work in await _works(reference, access):
        size = await _check(work, compiled, reference, access)
        times: dict[str, list[float]] = {"compiled": [], "reference": []}
        for _ in range(TURNS):
            for name, documents in (("compiled", compiled), ("reference", reference)):
                times[name].append(await _time(partial(documents.execute, work.request, access), seconds / TURNS))
        fast, slow = (min(times[name]) * 1e6 for name in ("compiled", "reference"))
        print(f"{work.name:12}{fast:9.0f} µs{slow:12.0f} µs{slow / fast:8.1f}   {size}")


async def _works(documents: Documents, access: Access) -> list[Work]:
    week_start = access.now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)
    week = {"from": week_start.isoformat(), "to": (week_start + timedelta(days=7)).isoformat()}
    listing = Request(LIST, {"first": 100, "from": week["from"]})
    rooms = Request("{ resources(first: 10) { nodes { id } } }")
    ids = [node["id"] for node in (await _data(documents, rooms, access))["resources"]["nodes"]]
    nodes = (await _data(documents, listing, access))["bookings"]["nodes"]
    return [
        Work("list of 100", listing),
        Work("one", Request(ONE, {"id": nodes[0]["id"]})),
        Work("week of 10", Request(WEEK, {"ids": ids, **week})),
        Work("calendar", Request(CALENDAR, {"ids": ids, **week})),
    ]


async def _data(documents: Documents, request: Request, access: Access) -> Any:  # noqa: ANN401 - any JSON
    result = await documents.execute(request, access)
    assert not isinstance(result, bytes)
    assert not result.errors, result.errors
    return result.data


async def _check(work: Work, compiled: Documents, reference: Documents, access: Access) -> int:
    for _ in range(2):
        body = await compiled.execute(work.request, access)
    assert isinstance(body, bytes), compiled.counts
    assert body == orjson.dumps({"data": await _data(reference, work.request, access)}), work.name
    return len(body)


async def _time(run: Callable[[], Awaitable[Any]], seconds: float) -> float:
    count, start = 0, process_time()
    while (passed := process_time() - start) < seconds:
        await run()
        count += 1
    return passed / count


if __name__ == "__main__":
    asyncio.run(main())
