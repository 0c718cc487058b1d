"""What the clients of a history do, as data: shared by those who send it and those who check what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zlib import crc32

BASE = datetime(2031, 3, 3, 8, tzinfo=UTC)
STEP = timedelta(minutes=30)
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


class Cell(NamedTuple):
    """A part of the store that no operation reaches across: what happens in it is checked on its own."""

    organization: str
    service: str
    resources: tuple[tuple[str, int, str | None], ...]
    """ID, capacity, the person whom it stands for."""

    staff: tuple[str, ...]


class Upsert(NamedTuple):
    """Create or replace the booking of an external name. Times are steps after BASE; `written` orders the writes."""

    name: str
    written: int
    resource: str
    start: int
    end: int
    seats: int
    staff: str | None
    title: str


class Delete(NamedTuple):
    """Delete the booking of an external name."""

    name: str
    written: int


class SetStatus(NamedTuple):
    """Move the booking of an external name to another status."""

    name: str
    status: str


class Reserve(NamedTuple):
    """Hold seats; the name is the idempotency key."""

    name: str
    resource: str
    start: int
    end: int
    seats: int
    staff: str | None
    ttl: int


class Extend(NamedTuple):
    """Let a hold end later."""

    name: str
    ttl: int


class Confirm(NamedTuple):
    """Make a booking of a hold."""

    name: str
    title: str


class Release(NamedTuple):
    """Give a hold up."""

    name: str


class Bulk(NamedTuple):
    """Several upserts in one request."""

    items: tuple[Upsert, ...]


class Read(NamedTuple):
    """Read the booking of an external name."""

    name: str


class ReadAll(NamedTuple):
    """Read every booking of the cell, after all that was asked before has been answered."""


Operation = Upsert | Delete | SetStatus | Reserve | Extend | Confirm | Release | Bulk | Read | ReadAll


class Event(NamedTuple):
    """An operation with when it was sent and answered, and what the answer said; None: nobody knows.

    `at` are the instants by which the gateway has decided, as far as the answer tells them. `ids` are the IDs of the
    bookings that were answered, by name.
    """

    operation: Operation
    sent: float
    answered: float
    sent_at: datetime
    answered_at: datetime
    result: Any
    at: datetime | None = None
    ids: tuple[tuple[str, str], ...] = ()


UNKNOWN = None
PARTIES = ((), ("a@example.com",), ("b@example.com", "a@example.com"), ("c@example.com", "b@example.com"))


def party(title: str) -> tuple[str, ...]:
    """The guests of a write, none to two, by their e-mails: who they are follows from its title."""
    return PARTIES[crc32(title.encode()) % len(PARTIES)]


def instant(steps: int) -> datetime:
    """The instant of a number of steps."""
    return BASE + steps * STEP


def written_at(order: int) -> datetime:
    """The partner's timestamp of a write."""
    return WRITTEN + timedelta(milliseconds=order)
