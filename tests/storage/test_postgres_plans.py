"""How many rows PostgreSQL reads for a page: it counts what there is, and must find the parts of a list worth it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from domain.records import Booking, Viewer
from storage.access import Access
from storage.booking_lists import ORDERS, booking_page
from storage.database import Row
from storage.opening import open_database
from storage.pages import Order
from storage.statements import Statement
from storage.windows import Window
from tests.storage.rows import add_place, booking

NOW = datetime(2026, 4, 15, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLACES, OF_EACH = 3, 2_000
PAGE = 25
FEW = PLACES * OF_EACH // 10
"""Rows: a tenth of all, and more than a page of each organization with what is read for it and not taken."""
RUNS = 6
"""After so many the server may go on with a plan for any values, instead of one made for these."""
FILTERS: list[dict[str, Any]] = [
    {},
    {"start_gte": NOW},
    {"from": NOW},
    {"from": NOW, "to": NOW + 7 * DAY},
    {"from": NOW - 3_000 * DAY, "to": NOW + 3_000 * DAY},
]


class Measuring:
    """A store that counts the rows that are read for what it is asked."""

    dialect = "postgresql"

    def __init__(self, connection: asyncpg.Connection, organizations: frozenset[str]) -> None:
        self._connection, self.organizations, self.rows = connection, organizations, 0.0

    async def fetch(self, statement: Statement, **values: object) -> list[Row]:
        compiled = statement.for_("postgresql")
        await self._connection.execute("DEALLOCATE ALL")
        await self._connection.execute(f"PREPARE page AS {compiled.sql}")
        arguments = ", ".join(map(_literal, compiled.bind(values)))
        for _ in range(RUNS):
            await self._connection.execute(f"EXECUTE page({arguments})")
        ((found,),) = await self._connection.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE page({arguments})")
        self.rows += sum(_read(orjson.loads(found)[0]["Plan"]))
        return []


def _literal(value: object) -> str:
    text = "{" + ",".join(map(str, value)) + "}" if isinstance(value, list) else str(value)
    return f"'{text}'"


def _read(plan: dict[str, Any]) -> Iterator[float]:
    """The rows of every table and index that is read."""
    if "Relation Name" in plan:
        yield plan["Actual Loops"] * (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0))
    for part in plan.get("Plans", ()):
        yield from _read(part)


@pytest.fixture
async def measuring(postgres_database_url: str) -> AsyncIterator[Measuring]:
    """Bookings of three organizations, from ten months ago until in ten months; every hundredth lasts long."""
    database = await open_database(postgres_database_url)
    places = [await add_place(database) for _ in range(PLACES)]
    await database.close()
    connection = await asyncpg.connect(postgres_database_url)
    rows = [
        booking(
            {"organization_id": place.organization, "resource_id": place.resource},
            start_date=(start := NOW + (number - OF_EACH / 2) * 7 * HOUR),
            end_date=start + (5 * DAY if number % 100 == 0 else HOUR),
            created_at=NOW - number * HOUR,
            updated_at=NOW - number * HOUR,
            long=number % 100 == 0,
            exclusive=False,
            participants="[]",
        )
        for place in places
        for number in range(OF_EACH)
    ]
    records = [tuple(row.values()) for row in rows]
    await connection.copy_records_to_table("bookings", records=records, columns=list(rows[0]))
    await connection.execute("ANALYZE")
    yield Measuring(connection, frozenset(place.organization for place in places))
    await connection.close()


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("seen", [1, PLACES])
async def test_a_page_is_not_chosen_from_all_bookings(measuring: Measuring, seen: int, filters: dict[str, Any]) -> None:
    await _ask(measuring, seen, filters, Order("start_date"))

    assert 0 < measuring.rows < FEW


@pytest.mark.parametrize("seen", [1, PLACES])
@pytest.mark.parametrize("field", ORDERS)
async def test_no_order_needs_all_bookings(measuring: Measuring, seen: int, field: str) -> None:
    await _ask(measuring, seen, {}, Order(field, descending=True))

    assert 0 < measuring.rows < FEW


async def test_an_administrators_page_is_not_chosen_from_all_bookings(measuring: Measuring) -> None:
    await _ask(measuring, None, {"start_gte": NOW}, Order("start_date"))

    assert 0 < measuring.rows < FEW


async def _ask(measuring: Measuring, seen: int | None, filters: dict[str, Any], order: Order) -> None:
    own = None if seen is None else frozenset(sorted(measuring.organizations)[:seen])
    access = Access(measuring, Viewer("t", "t", frozenset({"bookings:read"}), own), NOW, reads={Booking: frozenset()})  # type: ignore[arg-type]
    await booking_page(access, {**filters, "no_holds": True, "not_deleted": True}, order, Window(PAGE))
