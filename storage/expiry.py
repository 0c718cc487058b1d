"""Holds past their expiry, marked EXPIRED where they stand in a writer's way; the others are the sweeper's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.enums import ChangeKind
from domain.holds import expired, has_expired
from storage.booking_rows import save_status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from domain.records import Booking
    from storage.database import Transaction


async def mark_expired(tx: Transaction, hold: Booking, now: datetime) -> Booking:
    """Store that a hold has expired, and return it as it is now. Its resource is locked."""
    marked = expired(hold, now)
    await save_status(tx, marked, ChangeKind.EXPIRED)
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
