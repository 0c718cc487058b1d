"""Statements and rows for the tests of the engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
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
ADD_LOCATION, ADD_RESOURCE, ADD_SERVICE, ADD_BOOKING = (
    Statement(insert(table(kind)))
    for kind in (tables.Location, tables.Resource, tables.ExternalService, tables.Booking)
)
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


class Place(NamedTuple):
    """An organization with all that a booking needs, by their IDs."""

    organization: str
    location: str
    resource: str
    service: str


async def add_place(database: Database, *, public: bool = True) -> Place:
    """Add an organization with a location, a resource and a partner's service."""
    place = Place(new_id(), new_id(), new_id(), new_id())
    of_place = {"organization_id": place.organization}
    resource = {
        "id": place.resource,
        "location_id": place.location,
        "name": "Court",
        "capacity": 1,
        "type": "SPACE",
        "preparation_minutes": 0,
        "public_calendar": public,
    }

    async def work(transaction: Transaction) -> None:
        await transaction.fetch(ADD, id=place.organization, name="Club")
        await transaction.fetch(ADD_LOCATION, id=place.location, name="Hall", timezone="Europe/Vienna", **of_place)
        await transaction.fetch(ADD_RESOURCE, **resource, **of_place)
        await transaction.fetch(ADD_SERVICE, id=place.service, name="Partner", **of_place)

    await database.write(work)
    return place


async def add_resource(database: Database) -> dict[str, str]:
    """Add the same, and return what the bookings of the resource have in common."""
    place = await add_place(database)
    return {"organization_id": place.organization, "resource_id": place.resource}


def booking(owner: dict[str, str], **changes: Any) -> dict[str, Any]:
    """A row of a booking, from ten to eleven."""
    row: dict[str, Any] = {column.name: None for column in bookings.columns if column.nullable}
    row |= {"id": new_id(), "version": 1, "status": "ACCEPTED", "asserted_status": "ACCEPTED", "seats": 1}
    row |= {"start_date": START, "end_date": START + timedelta(hours=1), "created_at": START, "updated_at": START}
    return row | {"participants": [], "active": True, "exclusive": True, "long": False} | owner | changes
