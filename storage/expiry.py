"""Holds past their expiry: marked EXPIRED where they stand in a writer's way, else by the sweeper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Integer, bindparam, select

from domain.enums import BookingStatus, ChangeKind
from domain.holds import expired, has_expired
from storage.booking_rows import record_change, save_status
from storage.bookings import booking_columns, booking_source, bookings, build_booking
from storage.locks import lock_resources
from storage.statements import Statement, among
from storage.tables import INSTANT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from domain.records import Booking
    from storage.database import Database, Transaction

TOGETHER = 100
"""Holds marked in one transaction at most, so that none of their resources is locked for long."""

DUE = Statement(
    select(bookings.c.id, bookings.c.resource_id)
    .where(
        bookings.c.status == BookingStatus.RESERVED.value,
        bookings.c.expires_at <= bindparam("now", type_=INSTANT),
        bookings.c.deleted_at.is_(None),
    )
    .order_by(bookings.c.expires_at)
    .limit(bindparam("most", type_=Integer))
)
LOCK_HOLDS = Statement(
    select(bookings.c.id).where(among(bookings.c.id, "keys")).order_by(bookings.c.id).with_for_update(key_share=True)
)
HOLDS = Statement(
    select(*booking_columns)
    .select_from(booking_source)
    .where(among(bookings.c.id, "keys"))
    .order_by(bookings.c.expires_at)
)


async def mark_expired(tx: Transaction, hold: Booking, now: datetime) -> Booking:
    """Store that a hold has expired, and return it as it is now. Its resource is locked."""
    marked = expired(hold, now)
    await save_status(tx, marked)
    await record_change(tx, marked, ChangeKind.EXPIRED, now)
    return marked


async def still_active(tx: Transaction, others: Iterable[Booking], now: datetime) -> list[Booking]:
    """Mark the holds past their expiry among the bookings of a locked resource; return the rest.

    The database's own constraint cannot see the clock, so it would still hold them against others.
    """
    active = []
    for other in others:
        if has_expired(other, now):
            await mark_expired(tx, other, now)
        else:
            active.append(other)
    return active


async def sweep(database: Database, now: datetime) -> int:
    """Mark every hold past its expiry; return how many there were."""
    swept = 0
    while due := await database.fetch(DUE, now=now, most=TOGETHER):
        ids, homes = ([row[part] for row in due] for part in (0, 1))

        async def work(tx: Transaction, ids: list[str] = ids, homes: list[str] = homes) -> int:
            await lock_resources(tx, sorted(set(homes)))
            await tx.fetch(LOCK_HOLDS, keys=sorted(ids))
            holds = [build_booking(row) for row in await tx.fetch(HOLDS, keys=ids)]
            over = [hold for hold in holds if has_expired(hold, now) and hold.resource_id in homes]
            for hold in over:
                await mark_expired(tx, hold, now)
            return len(over)

        swept += await database.write(work)
        if len(due) < TOGETHER:
            break
    return swept
