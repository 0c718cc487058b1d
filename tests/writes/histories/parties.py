"""Who takes part, told twice: in the booking's own row, and in the table by which bookings are found."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from storage import tables
from storage.database import Database
from storage.statements import Statement
from storage.tables import table

bookings, participants = table(tables.Booking), table(tables.Participant)

TOLD = Statement(select(bookings.c.id, bookings.c.participants))
FOUND = Statement(
    select(*(participants.c[name] for name in ("booking_id", "id", "user_id", "email", "membership_id"))).order_by(
        participants.c.booking_id, participants.c.position
    )
)


async def told_in_two_ways(database: Database) -> list[str]:
    """Return the bookings of which the two do not tell the same people, in the same order."""
    told = {key: people for key, people in await database.fetch(TOLD) if people}
    found: dict[str, list[list[str | None]]] = defaultdict(list)
    for key, *person in await database.fetch(FOUND):
        found[key].append(person)
    return [key for key in told.keys() | found.keys() if told.get(key) != found.get(key)]
