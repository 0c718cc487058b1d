"""How SQLite looks rows up where it could choose badly: it keeps no count of them."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from domain.records import Viewer
from storage.access import Access
from storage.booking_lists import ORDERS, booking_page
from storage.calendar import BLOCKERS
from storage.database import Row
from storage.migrations import migrate
from storage.opening import open_database
from storage.pages import Order
from storage.statements import Statement
from storage.users import user_page
from storage.windows import Window

NOW = datetime(2026, 11, 16, tzinfo=UTC)
KEY = str(uuid4())
VIEWERS = {
    "an organization": Viewer("t", "t", frozenset({"bookings:read"}), frozenset({KEY})),
    "organizations": Viewer("t", "t", frozenset({"bookings:read"}), frozenset({KEY, str(uuid4())})),
    "a service": Viewer("t", "t", frozenset({"bookings:read"}), frozenset({KEY}), KEY),
}
WEEK = {"from": NOW, "to": NOW + timedelta(days=7)}
WIDE: dict[str, dict[str, Any]] = {
    "from now": {"from": NOW},
    "a week": WEEK,
    "a week of a location": {**WEEK, "location_id": KEY},
    "a week of courts": {**WEEK, "resource_types": ("COURT",)},
    "a week of one status": {**WEEK, "statuses": ("ACCEPTED",)},
}
NARROW = {"resource_ids": (KEY, str(uuid4())), "resource_id": KEY, "owner_id": KEY, "staff_id": KEY}


class Operation(NamedTuple):
    """What SQLite does in one step, with its first operand: mostly the cursor that it reads."""

    name: str
    cursor: int


class Explaining:
    """A store that tells how it would look for what it is asked."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self.steps: list[str] = []
        self.plan: list[str] = []
        self.program: list[Operation] = []

    async def fetch(self, statement: Statement, **values: object) -> list[Row]:
        compiled = statement.for_("sqlite")
        bound = compiled.bind(values)
        explained = self._connection.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", bound)
        self.steps += [row[3] for row in explained]
        self.plan = [step for step in self.steps if "bookings" in step]
        self.program += [Operation(*row[1:3]) for row in self._connection.execute(f"EXPLAIN {compiled.sql}", bound)]
        return []


@pytest.mark.parametrize("narrow", NARROW)
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_a_week_of_few_is_looked_up_by_them_not_by_all_that_the_viewer_may_see(
    tmp_path: Path, viewer: str, narrow: str
) -> None:
    explaining = await _empty(tmp_path)
    asked = {narrow: NARROW[narrow], "from": NOW, "to": NOW + timedelta(days=7), "no_holds": True, "not_deleted": True}

    await booking_page(Access(explaining, VIEWERS[viewer], NOW), asked, Order("start_date"), Window(100))  # type: ignore[arg-type]

    of = narrow.partition("_")[0]
    assert len(explaining.plan) == 2
    short, long = explaining.plan
    assert f"bookings_by_{of} ({of}_id=? AND start_date>? AND start_date<?)" in short
    assert f"bookings_long_by_{of} " in long or f"bookings_by_{of} " in long


@pytest.mark.parametrize("wide", WIDE)
async def test_what_overlaps_from_an_instant_on_is_found_without_the_past(tmp_path: Path, wide: str) -> None:
    explaining = await _empty(tmp_path)
    asked = {**WIDE[wide], "no_holds": True, "not_deleted": True}

    await booking_page(Access(explaining, VIEWERS["an organization"], NOW), asked, Order("start_date"), Window(100))  # type: ignore[arg-type]

    short, long = explaining.plan
    assert "bookings_by_organization (organization_id=? AND start_date>?" in short
    assert "bookings_long_by_organization (organization_id=? AND end_date>?)" in long


@pytest.mark.parametrize("of", ["resource_ids", "staff_id", "organization"])
async def test_long_bookings_that_begin_after_a_window_are_not_read(tmp_path: Path, of: str) -> None:
    explaining = await _empty(tmp_path)
    asked = {of: NARROW[of]} if of in NARROW else {}
    access = Access(explaining, VIEWERS["an organization"], NOW)  # type: ignore[arg-type]

    await booking_page(access, {**WEEK, **asked}, Order("start_date"), Window(100))

    assert "bookings_long_by" in explaining.plan[-1]
    assert _looks_at_the_index_first(explaining)


async def test_blockers_that_begin_after_a_window_are_not_read(tmp_path: Path) -> None:
    explaining = await _empty(tmp_path)

    await explaining.fetch(BLOCKERS, keys=[KEY], start=NOW, end=NOW + timedelta(days=7))

    assert any("blockers_by_resource" in step for step in explaining.steps)
    assert _looks_at_the_index_first(explaining)


@pytest.mark.parametrize("field", ORDERS)
async def test_an_index_gives_every_order_of_an_organization(tmp_path: Path, field: str) -> None:
    explaining = await _empty(tmp_path)
    access = Access(explaining, VIEWERS["an organization"], NOW)  # type: ignore[arg-type]

    await booking_page(access, {"no_holds": True, "not_deleted": True}, Order(field), Window(100))

    assert not any("FOR ORDER BY" in step for step in explaining.steps), explaining.steps


@pytest.mark.parametrize("field", ORDERS)
async def test_the_lists_of_several_organizations_are_put_together_in_order(tmp_path: Path, field: str) -> None:
    explaining = await _empty(tmp_path)
    access = Access(explaining, VIEWERS["organizations"], NOW)  # type: ignore[arg-type]

    await booking_page(access, {"no_holds": True, "not_deleted": True}, Order(field), Window(100))

    assert len(explaining.plan) == len(VIEWERS["organizations"].organization_ids or ())
    assert all("(organization_id=?)" in step for step in explaining.plan), explaining.plan
    assert "USE TEMP B-TREE FOR ORDER BY" not in explaining.steps


@pytest.mark.parametrize("filters", [{}, {"start_gte": NOW}, {"statuses": ("ACCEPTED",)}])
async def test_what_is_everybodys_is_gone_through_by_its_start(tmp_path: Path, filters: dict[str, Any]) -> None:
    explaining = await _empty(tmp_path)
    access = Access(explaining, Viewer("t", "t", frozenset({"bookings:read"}), None), NOW)  # type: ignore[arg-type]

    await booking_page(access, {"not_deleted": True, **filters}, Order("start_date"), Window(100))

    (plan,) = explaining.plan
    assert "USING INDEX bookings_by_start" in plan
    assert not any("FOR ORDER BY" in step for step in explaining.steps), explaining.steps


@pytest.mark.parametrize("field", ORDERS)
async def test_a_brief_window_is_looked_up_by_its_instants_whatever_its_order(tmp_path: Path, field: str) -> None:
    explaining = await _empty(tmp_path)
    access = Access(explaining, VIEWERS["an organization"], NOW)  # type: ignore[arg-type]

    await booking_page(access, {**WEEK, "no_holds": True, "not_deleted": True}, Order(field), Window(100))

    short, long = explaining.plan
    assert "bookings_by_organization (organization_id=? AND start_date>? AND start_date<?)" in short
    assert "bookings_long_by_organization (organization_id=? AND end_date>?)" in long


@pytest.mark.parametrize("viewer", ["an organization", "organizations"])
async def test_a_person_is_looked_up_by_e_mail(tmp_path: Path, viewer: str) -> None:
    explaining = await _empty(tmp_path)
    access = Access(explaining, VIEWERS[viewer], NOW)  # type: ignore[arg-type]

    await user_page(access, {"email": "jane@example.com"}, Window(25))

    assert any("users USING INDEX users_by_email (email=?)" in step for step in explaining.steps), explaining.steps


async def test_the_dates_of_an_agenda_are_looked_up(tmp_path: Path) -> None:
    explaining = await _empty(tmp_path)
    agenda = [(zone, NOW, NOW + timedelta(days=7)) for zone in ("Europe/Berlin", "Asia/Tokyo")]

    await booking_page(
        Access(explaining, VIEWERS["an organization"], NOW),  # type: ignore[arg-type]
        {"not_deleted": True},
        Order("start_date"),
        Window(100),
        agenda=agenda,
    )

    (plan,) = explaining.plan
    assert "bookings_by_organization (organization_id=? AND start_date>? AND start_date<?)" in plan


def _looks_at_the_index_first(explaining: Explaining) -> bool:
    """Whether something of the index is looked at before the row of the table, which is looked up when read first."""
    return any(
        found.name == "DeferredSeek" and first == ("Column", found.cursor)
        for found, first in pairwise(explaining.program)
    )


async def _empty(folder: Path) -> Explaining:
    url = f"sqlite:///{folder}/plans.db"
    await migrate(url)
    await (await open_database(url)).close()
    return Explaining(folder / "plans.db")
