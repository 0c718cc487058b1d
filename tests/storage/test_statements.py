"""Statements compiled for two databases, and the values they carry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Boolean, case, false, func, insert, literal, select, union_all, update
from sqlalchemy.sql import Executable

from storage.codecs import Dialect, decode_instant, encode_instant
from storage.database import Database, Transaction
from storage.statements import Statement
from tests.storage.rows import ADD_BOOKING, NAMED, START, add, add_resource, booking, bookings, new_id, organizations

VIENNA = timezone(timedelta(hours=2))
STARTS, FIRST = select(bookings.c.start_date), select(func.min(bookings.c.start_date).label("start_date"))


@pytest.mark.parametrize("dialect", get_args(Dialect))
def test_a_statement_is_compiled_once(dialect: Dialect) -> None:
    assert NAMED.for_(dialect) is NAMED.for_(dialect)


@pytest.mark.parametrize("dialect", get_args(Dialect))
def test_any_number_of_keys_is_one_parameter(dialect: Dialect) -> None:
    compiled = NAMED.for_(dialect)
    assert len(compiled.bind({"keys": []})) == len(compiled.bind({"keys": [new_id() for _ in range(1000)]})) == 1


@pytest.mark.parametrize("dialect", get_args(Dialect))
def test_a_naive_instant_is_refused(dialect: Dialect) -> None:
    statement = Statement(select(bookings.c.id).where(bookings.c.start_date > datetime(2026, 1, 1)))  # noqa: DTZ001
    with pytest.raises(ValueError, match="needs a time zone"):
        statement.for_(dialect).bind({})


@pytest.mark.parametrize("collection", [list, tuple, set, frozenset])
async def test_keys_may_be_any_collection(database: Database, collection: type) -> None:
    keys = [await database.write(partial(add, name="a")) for _ in range(2)]
    assert {key for key, _ in await database.fetch(NAMED, keys=collection(keys))} == set(keys)
    assert list(await database.fetch(NAMED, keys=collection([]))) == []


async def test_ids_are_text(database: Database) -> None:
    key = await database.write(partial(add, name="a"))
    assert [tuple(row) for row in await database.fetch(NAMED, keys=[key])] == [(key, "a")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("start_date", START),
        ("expires_at", datetime(2026, 4, 15, 12, 0, 0, 1, tzinfo=VIENNA)),
        ("deleted_at", datetime(2026, 4, 15, tzinfo=UTC)),
        ("deleted_at", None),
        ("active", True),
        ("active", False),
        ("payment", {"amount": "12.30", "tax": {"rate": "19", "inclusive": True}, "note": "Müßig ☕ 'x'"}),
        ("payment", None),
        ("title", "Ünïcode ' \" \\ ☕"),
        ("title", ""),
    ],
)
async def test_a_value_comes_back_as_it_was(database: Database, column: str, value: object) -> None:
    row = booking(await add_resource(database), **{column: value})
    await database.write(lambda transaction: transaction.fetch(ADD_BOOKING, **row))
    assert await _only(database, select(bookings.c[column])) == value


async def test_an_instant_comes_back_in_utc(database: Database) -> None:
    row = booking(await add_resource(database), start_date=datetime(2026, 4, 15, 12, tzinfo=VIENNA))
    await database.write(lambda transaction: transaction.fetch(ADD_BOOKING, **row | {"end_date": START}))  # 10:00:00.1
    start = await _only(database, select(bookings.c.start_date))
    assert start == datetime(2026, 4, 15, 10, tzinfo=UTC)
    assert start.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "selected",
    [
        select(func.max(bookings.c.start_date)),
        select(func.coalesce(bookings.c.start_date, bookings.c.end_date)),
        select(select(func.min(bookings.c.start_date).label("first")).subquery().c.first),
        select(bookings.alias().c.start_date),
        select(bookings.c.start_date.label("begins")),
        union_all(select(bookings.c.start_date), select(bookings.c.start_date)).limit(1),
        select(union_all(STARTS, STARTS).subquery()).limit(1),
        select(union_all(STARTS, FIRST).subquery()).limit(1),
        select(union_all(FIRST, STARTS).subquery()).limit(1),
        select(union_all(STARTS.where(false()), FIRST).subquery()),
        select(union_all(FIRST.where(false()).having(false()), STARTS).subquery()),
        select(select(STARTS.subquery()).subquery()),
    ],
)
async def test_an_instant_is_decoded_wherever_it_stands(database: Database, selected: Executable) -> None:
    row = booking(await add_resource(database))
    await database.write(lambda transaction: transaction.fetch(ADD_BOOKING, **row))
    assert await _only(database, selected) == START


async def test_a_boolean_expression_is_a_boolean(database: Database) -> None:
    row = booking(await add_resource(database))
    await database.write(lambda transaction: transaction.fetch(ADD_BOOKING, **row))
    expression = case((bookings.c.seats > 0, literal(True, Boolean)), else_=literal(False, Boolean))  # noqa: FBT003
    assert await _only(database, select(expression)) is True


async def test_what_returning_gives_is_decoded(database: Database) -> None:
    row = booking(await add_resource(database), payment={"amount": "1"})
    await database.write(lambda transaction: transaction.fetch(ADD_BOOKING, **row))
    columns = bookings.c.start_date, bookings.c.active, bookings.c.payment, bookings.c.deleted_at
    change = Statement(update(bookings).values(version=2).returning(*columns))
    (returned,) = await database.write(lambda transaction: transaction.fetch(change))
    assert tuple(returned) == (START, True, {"amount": "1"}, None)


async def test_one_statement_writes_many_rows(database: Database) -> None:
    owner = await add_resource(database)
    rows = [
        booking(owner, start_date=START + timedelta(hours=hour), end_date=START + timedelta(hours=hour + 1))
        for hour in range(50)
    ]
    await database.write(lambda transaction: transaction.execute_many(ADD_BOOKING, rows))
    assert await _only(database, select(func.count()).select_from(bookings)) == 50


async def test_what_a_statement_fixes_needs_no_value(database: Database) -> None:
    fixed = Statement(insert(organizations).values(id=new_id(), name="fixed"))

    async def work(transaction: Transaction) -> None:
        await transaction.fetch(fixed)

    await database.write(work)
    assert await _only(database, select(organizations.c.name)) == "fixed"


@given(st.datetimes(timezones=st.timezones()).filter(lambda instant: 1 < instant.year < 9999))
def test_every_instant_survives_as_text(instant: datetime) -> None:
    text = encode_instant(instant)
    assert len(text) == 27
    assert decode_instant(text.encode()) == instant.astimezone(UTC)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_the_order_of_texts_is_the_order_of_instants(one: datetime, other: datetime) -> None:
    assert (encode_instant(one) < encode_instant(other)) == (one < other)


async def _only(database: Database, selected: Executable) -> Any:
    (row,) = await database.fetch(Statement(selected))
    (value,) = row
    return value
