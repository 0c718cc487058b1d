"""One round trip: clients, staff and totals cost statements by their kind, never by their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from storage.database import Row
from storage.statements import Statement
from tests.api.documents import set_up
from tests.api.venue import Venue, uid
from tests.features.asking import desk_wrote

AGENDA = """
query Agenda($first: Int) {
  bookings(first: $first) { nodes { owner { name surname phoneNumber } staff { name surname } item { type id } notes } }
}
"""


@pytest.fixture
def statements(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes every statement."""
    database, noted = venue.gateway.database, list[str]()
    fetch = database.fetch

    async def note(statement: Statement, **values: Any) -> Sequence[Row]:
        noted.append(statement.for_(database.dialect).sql)
        return await fetch(statement, **values)

    monkeypatch.setattr(database, "fetch", note)
    return noted


@pytest.mark.feature(46)
async def test_clients_and_staff_come_with_twenty_bookings_as_with_one(venue: Venue, statements: list[str]) -> None:
    for number in range(20):
        for kind in ("client", "staff"):
            person = {"id": uid(f"{kind} {number}"), "organizationId": venue.club, "name": f"{kind} {number}"}
            await venue.gateway.data(set_up("upsertUser", "user"), venue.admin, input=person)
        people = {"ownerId": uid(f"client {number}"), "staffId": uid(f"staff {number}")}
        await desk_wrote(venue, "cut", f"{number:02}:00", f"{number:02}:30", **people)

    costs = []
    for size in (1, 1, 1, 20, 20):  # from the second time on by a compiled plan
        await venue.gateway.token()  # a write to the directory: what was kept of people is over
        statements.clear()
        page = await venue.gateway.data(AGENDA, venue.desk, first=size)
        assert [node["owner"]["name"] for node in page["nodes"]] == [f"client {number}" for number in range(size)]
        assert [node["staff"]["name"] for node in page["nodes"]] == [f"staff {number}" for number in range(size)]
        costs.append(len(statements))
    assert set(costs[2:]) == {costs[0]}
    assert costs[0] <= 4  # the directory's version; the token; the bookings; their clients and staff


@pytest.mark.feature(13)
async def test_a_total_is_counted_only_where_it_is_asked_for(venue: Venue, statements: list[str]) -> None:
    await desk_wrote(venue, "one", "08:00", "09:00")

    for connection in ("bookings", "resources", "locations", "users"):
        counted = []
        for selection in ("nodes { id }", "totalCount", "totalCount nodes { id }"):
            statements.clear()
            await venue.gateway.data(f"{{ {connection} {{ {selection} }} }}", venue.desk)
            counted.append(sum("count(" in sql.lower() for sql in statements))
        assert counted == [0, 1, 1]
