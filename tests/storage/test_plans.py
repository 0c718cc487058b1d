"""How SQLite looks rows up where it could choose badly: it keeps no count of them."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from domain.records import Viewer
from storage.access import Access
from storage.booking_lists import booking_page
from storage.database import Row
from storage.migrations import migrate
from storage.opening import open_database
from storage.pages import Order
from storage.statements import Statement
from storage.windows import Window

NOW = datetime(2026, 11, 16, tzinfo=UTC)
KEY = str(uuid4())
VIEWERS = {
    "an organization": Viewer("t", "t", frozenset({"bookings:read"}), frozenset({KEY})),
    "organizations": Viewer("t", "t", frozenset({"bookings:read"}), frozenset({KEY, str(uuid4())})),
    "a service": Viewer("t", "t", frozenset({"bookings:read"}), frozenset({KEY}), KEY),
}
NARROW = {"resource_ids": (KEY, str(uuid4())), "resource_id": KEY, "owner_id": KEY, "staff_id": KEY}


class Explaining:
    """A store that tells how it would look for what it is asked."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self.plan: list[str] = []

    async def fetch(self, statement: Statement, **values: object) -> list[Row]:
        compiled = statement.for_("sqlite")
        explained = self._connection.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", compiled.bind(values))
        self.plan += [row[3] for row in explained if "bookings" in row[3]]
        return []


@pytest.mark.parametrize("narrow", NARROW)
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_a_week_of_few_is_looked_up_by_them_not_by_all_that_the_viewer_may_see(
    tmp_path: Path, viewer: str, narrow: str
) -> None:
    url = f"sqlite:///{tmp_path}/plans.db"
    await migrate(url)
    await (await open_database(url)).close()
    explaining = Explaining(tmp_path / "plans.db")
    asked = {narrow: NARROW[narrow], "from": NOW, "to": NOW + timedelta(days=7), "no_holds": True, "not_deleted": True}

    await booking_page(Access(explaining, VIEWERS[viewer], NOW), asked, Order("start_date"), Window(100))  # type: ignore[arg-type]

    of = narrow.partition("_")[0]
    assert len(explaining.plan) == 2
    assert all(f"bookings_by_{of} " in step or f"bookings_long_by_{of} " in step for step in explaining.plan), (
        explaining.plan
    )
