"""Whatever is asked for of a booking is as it is in the whole of it, and nothing else is there."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Select, select

from domain.enums import BookedItemType
from domain.records import BookedItem, Booking, Participant, Payment
from storage.booking_reading import ALWAYS, FOLLOWS, UNREAD, Reading, reading_of
from storage.booking_rows import booking_row
from storage.database import Database
from storage.statements import Statement
from tests.domain.scenes import make_booking
from tests.storage.rows import ADD_BOOKING, add_resource, new_id

NAMES = (*Booking._fields, *FOLLOWS)
PEOPLE = Participant(new_id(), None, "a@example.com", None), Participant(new_id(), None, "b@example.com", new_id())


@pytest.fixture
async def stored(database: Database) -> Booking:
    home = await add_resource(database)
    booking = make_booking((1, 2), title="x")._replace(
        organization_id=home["organization_id"],
        resource_id=home["resource_id"],
        item=BookedItem(BookedItemType.PACK, new_id()),
        participants=PEOPLE,
        payment=Payment(currency_code="EUR"),
        timezone="Europe/Vienna",
    )
    row = booking_row(booking, asserted=booking.status, exclusive=True)
    row |= {"reservation_hash": None, "reservation_request": None}
    await database.write(lambda tx: tx.fetch(ADD_BOOKING, **row))
    return booking


@pytest.mark.parametrize("names", [(), *((name,) for name in NAMES), ("item", "payment", "timezone"), NAMES])
async def test_what_is_asked_for_is_there_and_nothing_else(
    database: Database, stored: Booking, names: tuple[str, ...]
) -> None:
    asked = reading_of(*names)
    expected = {part for name in names for part in FOLLOWS.get(name, (name,))} | {*ALWAYS}

    found = await _read(database, asked)

    assert all(getattr(found, name) == getattr(stored, name) for name in names)
    assert {name for name, value in found._asdict().items() if value is not UNREAD} == expected
    assert ("locations" in Statement(_select(asked)).for_("sqlite").sql) == ("timezone" in expected)


async def _read(database: Database, asked: Reading) -> Booking:
    (row,) = await database.fetch(Statement(_select(asked)))
    return asked.build(row)


def _select(asked: Reading) -> Select[Any]:
    return select(*asked.columns).select_from(asked.source)
