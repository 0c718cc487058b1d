"""How many statements an answer costs: the same, whatever its size."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from storage.database import Database, Row, Transaction
from storage.statements import Statement
from tests.api.documents import BOOKINGS, CALENDAR, set_up
from tests.api.venue import OPEN, Venue, uid

WEEK = {"startDate": "2026-04-12T22:00:00Z", "endDate": "2026-04-19T22:00:00Z"}
VIEWER = 2  # the version of the directory, and the token where it is not kept under that version


class Counter:
    """Counts the statements of a database while it is watched."""

    def __init__(self, database: Database, patch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        fetch = database.fetch

        async def counted(statement: Statement, **values: Any) -> Sequence[Row]:
            self.statements.append(statement.for_(database.dialect).sql)
            return await fetch(statement, **values)

        patch.setattr(database, "fetch", counted)

    def __len__(self) -> int:
        return len(self.statements)

    def clear(self) -> None:
        """Begin again."""
        self.statements.clear()


@pytest.fixture
def counter(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(venue.gateway.database, monkeypatch)


async def _costs(venue: Venue, counter: Counter, query: str, **variables: Any) -> tuple[int, int]:
    """What a query costs where nothing of the directory is kept, and what it costs when it is asked again."""
    for _ in range(2):  # from its second use on it is compiled
        await venue.gateway.data(query, venue.desk, **variables)
    await venue.gateway.token()  # a write to the directory: what was kept is over
    counter.clear()
    await venue.gateway.data(query, venue.desk, **variables)
    cold = len(counter)
    await venue.gateway.data(query, venue.desk, **variables)
    return cold, len(counter) - cold - _known(venue)


def _known(venue: Venue) -> int:
    """What a known viewer costs: PostgreSQL is asked for the version, SQLite only after something was written."""
    return 1 if venue.gateway.database.dialect == "postgresql" else 0


async def _resources(venue: Venue, number: int) -> list[str]:
    """Set up courts with a schedule, each with three bookings in the week."""
    ids = [uid(f"court {n}") for n in range(number)]
    for n, court in enumerate(ids):
        given = {"id": court, "locationId": venue.location, "name": f"Court {n}", "type": "COURT"}
        await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)
        rules = {"resourceId": court, "weekly": OPEN}
        await venue.gateway.data(set_up("upsertSchedule", "schedule", "weekly { weekday }"), venue.admin, input=rules)
        for day in (14, 15, 16):
            day_of = {"startDate": f"2026-04-{day}T08:00:00Z", "endDate": f"2026-04-{day}T09:00:00Z"}
            booked = await venue.upsert(externalBookingId=f"{n}-{day}", resourceId=court, **day_of)
            assert booked["__typename"] == "UpsertBookingSuccess"
    return ids


async def test_the_week_of_fifty_resources_costs_as_many_statements_as_the_week_of_one(
    venue: Venue, counter: Counter
) -> None:
    ids = await _resources(venue, 50)
    answer = await venue.gateway.data(CALENDAR, venue.desk, resourceIds=ids, **WEEK)
    assert len([event for event in answer["events"] if event["type"] == "BOOKING"]) == 3 * len(ids)
    for asked in (ids[:1], ids):
        cold, warm = await _costs(venue, counter, CALENDAR, resourceIds=asked, **WEEK)

        # bookings, blockers; resources with schedules and users, which are kept
        assert (cold, warm) == (VIEWER + 4, 2), counter.statements


async def test_a_page_of_bookings_costs_the_same_whatever_its_size(venue: Venue, counter: Counter) -> None:
    await _resources(venue, 34)
    for size in (1, 100):
        answer = await venue.gateway.data(BOOKINGS, venue.desk, first=size)
        assert len(answer["nodes"]) == size
        cold, warm = await _costs(venue, counter, BOOKINGS, first=size)

        # bookings, total; resources, services, users, which are kept
        assert (cold, warm) == (VIEWER + 5, 2), counter.statements


async def test_a_total_that_is_not_asked_for_is_not_counted(venue: Venue, counter: Counter) -> None:
    await venue.gateway.data("{ bookings { nodes { id } } }", venue.desk)

    assert not any("count(" in sql.lower() for sql in counter.statements)


async def test_totals_of_many_lists_cost_one_statement(venue: Venue, counter: Counter) -> None:
    query = "{ locations { nodes { name resources(first: 1) { totalCount nodes { id } } } } }"
    before = await venue.gateway.data(query, venue.desk)
    costs = await _costs(venue, counter, query)
    for n in range(5):
        place = {"organizationId": venue.club, "name": f"Place {n}", "timezone": "UTC"}
        answer = await venue.gateway.data(set_up("upsertLocation", "location"), venue.admin, input=place)
        for m in range(n):
            given = {"locationId": answer["location"]["id"], "name": f"Room {m}", "type": "ROOM"}
            await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)

    answer = await venue.gateway.data(query, venue.desk)

    totals = {place["name"]: place["resources"]["totalCount"] for place in answer["nodes"]}
    assert totals == {
        **{place["name"]: place["resources"]["totalCount"] for place in before["nodes"]},
        **{f"Place {n}": n for n in range(5)},
    }
    assert await _costs(venue, counter, query) == costs, counter.statements


async def test_children_cost_one_statement_a_level(venue: Venue, counter: Counter) -> None:
    for n in range(5):
        given = {"locationId": venue.location, "name": f"Corner {n}", "type": "ROOM", "parentId": venue.room}
        await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)
    document = "query ($id: ID!) { resource(id: $id) { children { name parent { name } location { name } } } }"

    answer = await venue.gateway.data(document, venue.desk, id=venue.room)

    assert [child["name"] for child in answer["children"]] == [f"Corner {n}" for n in range(5)]
    cold, warm = await _costs(venue, counter, document, id=venue.room)
    # the resource, which is its children's parent too, and their location, which are kept; children
    assert (cold, warm) == (VIEWER + 3, 1), counter.statements


@pytest.mark.parametrize(("people", "more"), [([], 0), ([{"email": "a@example.org"}], 1)])
async def test_a_new_booking_costs_few_statements_and_one_for_its_participants(
    venue: Venue, monkeypatch: pytest.MonkeyPatch, people: list[dict[str, str]], more: int
) -> None:
    database = venue.gateway.database
    sent: list[str] = []
    write = database.write

    async def watched(work: Callable[[Transaction], Awaitable[Any]], **given: Any) -> Any:
        return await write(lambda tx: work(Watched(tx, sent)), **given)

    monkeypatch.setattr(database, "write", watched)

    booked = await venue.upsert(resourceId=venue.room, participants=people)

    assert booked["outcome"] == "CREATED"
    # locks with what they guard, what stands in the way, the booking with its change record; that alone on SQLite
    assert len(sent) == (3 if database.dialect == "postgresql" else 4) + more, sent


class Watched:
    """A transaction that notes its statements."""

    def __init__(self, tx: Transaction, sent: list[str]) -> None:
        self.dialect, self._tx, self._sent = tx.dialect, tx, sent

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:
        self._sent.append(statement.for_(self.dialect).sql)
        return await self._tx.fetch(statement, **values)

    async def execute_many(self, statement: Statement, rows: Sequence[dict[str, Any]]) -> None:
        self._sent.append(statement.for_(self.dialect).sql)
        await self._tx.execute_many(statement, rows)
