"""Marks holds that have expired and stand in nobody's way: for those who read, and who follow the changes."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, NoReturn

from sqlalchemy import Integer, bindparam, select

from domain.enums import BookingStatus
from domain.holds import has_expired
from storage.booking_reading import bookings
from storage.booking_rows import TAKING
from storage.database import DatabaseBusyError, DatabaseUnavailableError
from storage.expiry import mark_expired
from storage.locks import lock_resources
from storage.statements import Statement, among
from storage.tables import INSTANT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.database import Database, Transaction

logger = logging.getLogger("bookgate.storage")

PAUSE = 1.0
"""Seconds between two rounds. Nothing waits for them: to writers an expired hold is gone at its instant."""

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
HOLDS = Statement(select(*TAKING.columns).where(among(bookings.c.id, "keys")).order_by(bookings.c.expires_at))


async def keep_swept(database: Database, clock: Callable[[], datetime], pause: float = PAUSE) -> NoReturn:
    """Sweep again and again, also after the store was away."""
    is_away = False
    while True:
        await asyncio.sleep(pause)
        try:
            await sweep(database, clock())
            is_away = False
        except (DatabaseBusyError, DatabaseUnavailableError) as error:
            if not is_away:
                logger.warning("expired holds are not marked while the store is away: %s", error)
            is_away = True
        except Exception:
            logger.exception("expired holds could not be marked")


async def sweep(database: Database, now: datetime) -> int:
    """Mark every hold past its expiry; return how many there were."""
    swept = 0
    while due := await database.fetch(DUE, now=now, most=TOGETHER):
        ids, homes = ([row[part] for row in due] for part in (0, 1))

        async def work(tx: Transaction, ids: list[str] = ids, homes: list[str] = homes) -> int:
            await lock_resources(tx, sorted(set(homes)))
            await tx.fetch(LOCK_HOLDS, keys=sorted(ids))
            holds = [TAKING.build(row) for row in await tx.fetch(HOLDS, keys=ids)]
            over = [hold for hold in holds if has_expired(hold, now) and hold.resource_id in homes]
            for hold in over:
                await mark_expired(tx, hold, now)
            return len(over)

        swept += await database.write(work)
        if len(due) < TOGETHER:
            break
    return swept
