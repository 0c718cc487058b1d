"""Statements and rows for the tests of the engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, func, insert, select

from storage import tables
from storage.database import Database, Transaction
from storage.statements import Statement, among
from storage.tables import table

organizations, bookings, tokens = table(tables.Organization), table(tables.Booking), table(tables.Token)

ADD = Statement(insert(organizations).values(id=bindparam("id"), name=bindparam("name")))
COUNT = Statement(select(func.count()).select_from(organizations))
NAMES = Statement(select(organizations.c.name).order_by(organizations.c.name))
NAMED = Statement(select(organizations.c.id, organizations.c.name).where(among(organizations.c.id, "keys")))
ADD_BOOKING = Statement(insert(bookings))
START = datetime(2026, 4, 15, 10, 0, 0, 123456, tzinfo=UTC)


def new_id() -> str:
    return str(uuid4())


async def add(transaction: Transaction, name: str) -> str:
    """Add an organization, the smallest write there is."""
    key = new_id()
    await transaction.fetch(ADD, id=key, name=name)
    return key


async def count(database: Database) -> int:
    (row,) = await database.fetch(COUNT)
    return int(row[0])


async def names(database: Database) -> list[str]:
    return [name for (name,) in await database.fetch(NAMES)]


async def add_resource(database: Database) -> dict[str, str]:
    """Add an organization with a resource, and return what its bookings have in common."""
    organization, location, resource = new_id(), new_id(), new_id()

    async def work(transaction: Transaction) -> None:
        await transaction.fetch(ADD, id=organization, name="Club")
        await transaction.fetch(
            Statement(insert(table(tables.Location))),
            id=location,
            organization_id=organization,
            name="Hall",
            timezone="Europe/Vienna",
        )
        await transaction.fetch(
            Statement(insert(table(tables.Resource))),
            id=resource,
            organization_id=organization,
            location_id=location,
            name="Court",
            capacity=1,
            type="SPACE",
            preparation_minutes=0,
            public_calendar=True,
        )

    await database.write(work)
    return {"organization_id": organization, "resource_id": resource}


def booking(owner: dict[str, str], **changes: Any) -> dict[str, Any]:
    """A row of a booking, from ten to eleven."""
    row: dict[str, Any] = {column.name: None for column in bookings.columns if column.nullable}
    row |= {"id": new_id(), "version": 1, "status": "ACCEPTED", "asserted_status": "ACCEPTED", "seats": 1}
    row |= {"start_date": START, "end_date": START + timedelta(hours=1), "created_at": START, "updated_at": START}
    return row | {"participants": [], "active": True, "exclusive": True, "long": False} | owner | changes
