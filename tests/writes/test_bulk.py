"""Many upserts in one request, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from storage.booking_writes import upsert_locked
from storage.database import Database
from tests.api.documents import BOOKINGS
from tests.api.venue import Venue
from tests.writes.changes import kinds
from tests.writes.documents import BULK


async def send(venue: Venue, *inputs: dict[str, Any], token: str | None = None, dry_run: bool = False) -> Any:
    return await venue.gateway.data(BULK, token or venue.partner, inputs=list(inputs), dryRun=dry_run)


def at(venue: Venue, hour: int, name: str | None = None, **changes: Any) -> dict[str, Any]:
    span = {"startDate": f"2026-04-15T{hour:02}:00:00Z", "endDate": f"2026-04-15T{hour + 1:02}:00:00Z"}
    return venue.partner_input(externalBookingId=name or f"b-{hour}", **{**span, **changes})


async def test_each_item_has_its_own_outcome_in_order(venue: Venue) -> None:
    await venue.upsert(externalBookingId="old", externalUpdatedAt="2026-04-13T07:30:00Z")

    answers = await send(
        venue,
        at(venue, 10),
        at(venue, 12, endDate="2026-04-15T11:00:00Z"),
        at(venue, 8, "other"),
        at(venue, 14, "old"),
        at(venue, 16, resourceId=venue.foreign_court),
        at(venue, 18, participants=[{"userId": venue.stranger}]),
        at(venue, 18),
    )

    assert [answer["__typename"] for answer in answers] == [
        "UpsertBookingSuccess",
        "InvalidInput",
        "BookingOverlap",
        "StaleWrite",
        "NotFound",
        "AccessDenied",
        "UpsertBookingSuccess",
    ]
    assert answers[1]["issues"][0]["path"] == ["inputs", "1", "endDate"]
    assert answers[2]["path"] == ["inputs", "2", "resourceId"]
    assert (await venue.gateway.data(BOOKINGS, venue.desk))["totalCount"] == 3


async def test_later_items_see_earlier_ones(venue: Venue) -> None:
    created, refused, unchanged, moved, free = await send(
        venue,
        at(venue, 8, "a"),
        at(venue, 8, "b"),
        at(venue, 8, "a"),
        at(venue, 10, "a", externalUpdatedAt="2026-04-13T07:01:00Z"),
        at(venue, 8, "b"),
    )

    assert (created["outcome"], unchanged["outcome"], moved["outcome"]) == ("CREATED", "UNCHANGED", "REPLACED")
    assert refused["code"] == "COURT_BOOKING_OVERLAP"
    assert free["outcome"] == "CREATED"
    assert moved["booking"]["version"] == 2


async def test_a_hundred_items_cost_one_transaction(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    write, transactions = venue.gateway.database.write, []

    async def counted(work: Callable[..., Awaitable[Any]], **options: Any) -> Any:
        transactions.append(work)
        return await write(work, **options)

    monkeypatch.setattr(venue.gateway.database, "write", counted)
    answers = await send(venue, *(at(venue, 8, f"b-{n}", resourceId=venue.hall) for n in range(100)))

    assert [answer["__typename"] for answer in answers].count("UpsertBookingSuccess") == 40
    assert len(transactions) == 1


async def test_more_than_a_hundred_items_are_refused_and_none_is_nothing(venue: Venue) -> None:
    assert await send(venue) == []
    many = [at(venue, 8)] * 101
    assert await venue.gateway.codes(BULK, venue.partner, inputs=many) == ["invalid_schema"]


async def test_a_dry_run_answers_the_same_and_stores_nothing(venue: Venue) -> None:
    inputs = [at(venue, 8, "a"), at(venue, 8, "b"), at(venue, 10, "a", externalUpdatedAt="2026-04-13T07:01:00Z")]

    tried = await send(venue, *inputs, dry_run=True)
    stored = await kinds(venue.gateway.database)
    done = await send(venue, *inputs)

    assert stored == []
    assert tried[0]["booking"]["participants"] == [{"user": {"id": venue.jane}, "email": None}]
    assert [_without_id(answer) for answer in tried] == [_without_id(answer) for answer in done]


async def test_bulks_that_want_the_same_in_opposite_orders_do_not_hinder_each_other(venue: Venue) -> None:
    """Without locks taken in one order, PostgreSQL would find a deadlock after a second and end one of them."""
    places = [venue.court, venue.other_court, venue.room]
    inputs = [at(venue, 8 + n, f"{place}-{n}", resourceId=place) for n in range(4) for place in places]

    answers = await asyncio.gather(*(send(venue, *(inputs if n % 2 else inputs[::-1])) for n in range(8)))

    outcomes = [answer["outcome"] for answered in answers for answer in answered]
    assert outcomes.count("CREATED") == len(inputs)
    assert outcomes.count("UNCHANGED") == 7 * len(inputs)


async def test_the_scope_is_needed(venue: Venue) -> None:
    reader = await venue.gateway.token(venue.club, scopes=["bookings:read"])

    assert await venue.gateway.codes(BULK, reader, inputs=[at(venue, 8)]) == ["scope_permission_denied"]


async def test_nothing_of_a_bulk_that_fails_is_stored(
    venue: Venue, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    async def broken(*given: Any) -> Any:
        done.append(given)
        if len(done) == 3:
            raise KeyError
        return await upsert_locked(*given)

    monkeypatch.setattr("storage.bulk_writes.upsert_locked", broken)
    inputs = [at(venue, hour) for hour in (8, 10, 12)]

    assert await venue.gateway.codes(BULK, venue.partner, inputs=inputs) == ["internal_error"]
    assert await kinds(database) == []


def _without_id(answer: Any) -> Any:
    return {**answer, "booking": {**answer["booking"], "id": None}} if "booking" in answer else answer
