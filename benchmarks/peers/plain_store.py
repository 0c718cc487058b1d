"""The plain way's database: SQLModel objects, read through an AsyncSession for each statement, DataLoaders between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Text, literal
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import defer
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar
from strawberry.dataloader import DataLoader

from storage import tables
from storage.codecs import encode_instant
from storage.opening import sqlite_path

M = TypeVar("M", bound=SQLModel)
BOOKINGS = select(tables.Booking).options(defer(tables.Booking.participants))  # type: ignore[arg-type]
"""Without the participants in their rows: this way reads them from their table, by a loader."""


class Store:
    """A pool of connections that read."""

    def __init__(self, url: str) -> None:
        path = sqlite_path(url)
        self._is_sqlite = path is not None
        self._engine = _sqlite(path) if path else _postgres(url)

    async def all(self, statement: SelectOfScalar[M]) -> Sequence[M]:
        """Read objects, in a session of their own: several loaders of a request read at the same time."""
        async with AsyncSession(self._engine) as session:
            return (await session.exec(statement)).all()

    def instant(self, value: datetime) -> ColumnElement[Any]:
        """Write an instant to compare with; in SQLite it is text, of a form that is not SQLAlchemy's."""
        return literal(encode_instant(value), Text()) if self._is_sqlite else literal(value, tables.INSTANT)


def loaders(store: Store) -> dict[str, Any]:
    """Make the loaders of one request."""
    return {
        "store": store,
        "resources": _by_id(store, tables.Resource),
        "locations": _by_id(store, tables.Location),
        "users": _by_id(store, tables.User),
        "participants": _participants(store),
    }


def _by_id(store: Store, model: Any) -> DataLoader[str, Any]:  # noqa: ANN401 - any table
    async def load(keys: list[str]) -> list[Any]:
        found = {row.id: row for row in await store.all(select(model).where(col(model.id).in_(keys)))}
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=load)


def _participants(store: Store) -> DataLoader[str, list[tables.Participant]]:
    async def load(keys: list[str]) -> list[list[tables.Participant]]:
        booking, position = col(tables.Participant.booking_id), col(tables.Participant.position)
        found: dict[str, list[tables.Participant]] = defaultdict(list)
        for row in await store.all(select(tables.Participant).where(booking.in_(keys)).order_by(booking, position)):
            found[row.booking_id].append(row)
        return [found[key] for key in keys]

    return DataLoader(load_fn=load)


def _sqlite(path: str) -> AsyncEngine:
    return create_async_engine(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true")


def _postgres(url: str) -> AsyncEngine:
    settings = {"timezone": "UTC", "jit": "off", "default_transaction_read_only": "on"}
    address = url.replace("postgresql://", "postgresql+asyncpg://", 1)
    return create_async_engine(address, pool_size=10, connect_args={"server_settings": settings})
