"""Bookings by key."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Select, bindparam, select

from domain.privacy import booking_as_seen, sees_booking
from storage.booking_reading import MOST, Reading, bookings, reading
from storage.statements import Statement, among

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from domain.records import Booking, Viewer
    from storage.access import Access


def see_booking(viewer: Viewer, booking: Booking) -> Booking | None:
    """Return a booking as one sees it who may see it in full, apart from its people; else None."""
    return booking_as_seen(viewer, booking) if sees_booking(viewer, booking) else None


async def bookings_by_id(access: Access, keys: Sequence[str], needed: Sequence[str] = ()) -> list[Booking | None]:
    """Read bookings by ID, deleted ones too; `needed`: what the caller itself looks at."""
    asked = reading(access, *needed)
    return await access.by_key(_by_id(asked), keys, asked.build, see_booking)


async def booking_by_external_id(access: Access, service_id: str, external_id: str) -> Booking | None:
    """Read a partner's booking by its external ID, also when it is deleted."""
    asked = reading(access)
    rows = await access.database.fetch(_by_external_id(asked), service=service_id, external=external_id)
    return see_booking(access.viewer, asked.build(rows[0])) if rows else None


@lru_cache(MOST)
def _by_id(asked: Reading) -> Statement:
    return Statement(_select(asked).where(among(bookings.c.id, "keys")))


@lru_cache(MOST)
def _by_external_id(asked: Reading) -> Statement:
    named = bookings.c.external_service_id == bindparam("service")
    return Statement(_select(asked).where(named, bookings.c.external_booking_id == bindparam("external")))


def _select(asked: Reading) -> Select[Any]:
    return select(*asked.columns).select_from(asked.source)
