"""Marks holds that have expired and stand in nobody's way: for those who read, and who follow the changes."""

from __future__ import annotations

import asyncio
import logging
from math import inf
from typing import TYPE_CHECKING, NoReturn

from sqlalchemy import Integer, and_, bindparam, literal_column, select

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

LEAST, PAUSE = 0.01, 1.0
"""Seconds between two rounds, at least and at most: no hold lives shorter than the most, so each is known of before it
expires, whichever process has made it. Only readers would see a later mark: to writers it is gone at its instant."""

TOGETHER = 100
"""Holds marked in one transaction at most, so that none of their resources is locked for long."""

# The status stands in the statement, no parameter: so the index of holds by their expiry serves it.
_held = and_(bookings.c.status == literal_column(f"'{BookingStatus.RESERVED}'"), bookings.c.deleted_at.is_(None))
DUE = Statement(
    select(bookings.c.id, bookings.c.resource_id)
    .where(_held, bookings.c.expires_at <= bindparam("now", type_=INSTANT))
    .order_by(bookings.c.expires_at)
    .limit(bindparam("most", type_=Integer))
)
NEXT = Statement(
    select(bookings.c.expires_at).where(_held).order_by(bookings.c.expires_at).limit(literal_column("1", Integer))
)
HOLDS = Statement(select(*TAKING.columns).where(among(bookings.c.id, "keys")).order_by(bookings.c.expires_at))


async def keep_swept(database: Database, clock: Callable[[], datetime], pause: float = PAUSE) -> NoReturn:
    """Sweep whenever a hold expires, also after the store was away."""
    is_away = False
    while True:
        rest = pause
        try:
            await sweep(database, clock())
            rest = min(pause, max(LEAST, await until_next(database, clock())))
            is_away = False
        except (DatabaseBusyError, DatabaseUnavailableError) as error:
            if not is_away:
                logger.warning("expired holds are not marked while the store is away: %s", error)
            is_away = True
        except Exception:
            logger.exception("expired holds could not be marked")
        await asyncio.sleep(rest)


async def until_next(database: Database, now: datetime) -> float:
    """Return the seconds until the next hold expires."""
    upcoming = await database.fetch(NEXT)
    return max(0.0, (upcoming[0][0] - now).total_seconds()) if upcoming else inf


async def sweep(database: Database, now: datetime) -> int:
    """Mark every hold past its expiry; return how many there were."""
    swept = 0
    while due := await database.fetch(DUE, now=now, most=TOGETHER):
        ids, homes = ([row[part] for row in due] for part in (0, 1))

        async def work(tx: Transaction, ids: list[str] = ids, homes: list[str] = homes) -> int:
            await lock_resources(tx, sorted(set(homes)))  # whoever changes a hold does so under its resource's lock
            holds = [TAKING.build(row) for row in await tx.fetch(HOLDS, keys=ids)]
            over = [hold for hold in holds if has_expired(hold, now) and hold.resource_id in homes]
            for hold in over:
                await mark_expired(tx, hold, now)
            return len(over)

        swept += await database.write(work)
        if len(due) < TOGETHER:
            break
    return swept
