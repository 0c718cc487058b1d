"""Loading records in bulk: what was made up by the rules, many thousands of bookings a second.

For a store that nobody serves yet, and that is thrown away if loading fails. Nothing is asked or locked; indexes and
constraints are dropped first and made again at the end, which takes a fraction of keeping them up. PostgreSQL then
checks its constraints over all rows, the one against double booking too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from domain.enums import ChangeKind
from storage.booking_reading import bookings
from storage.booking_rows import booking_row, change_row, changes, participant_rows, participants
from storage.calendar import blockers
from storage.locations import locations
from storage.opening import sqlite_path
from storage.organizations import organizations, services
from storage.postgres_loading import postgres_loader
from storage.resource_writes import resource_row
from storage.resources import resources, schedule_document, schedules
from storage.sqlite_loading import sqlite_loader
from storage.users import users

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy import Table

    from domain.records import (
        Blocker,
        Booking,
        ExternalService,
        Location,
        Organization,
        Resource,
        Schedule,
        User,
    )


class Loader(Protocol):
    """A store while it is loaded."""

    async def add(self, target: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, values named like the columns."""
        ...


class Batch(NamedTuple):
    """Records to be loaded together; bookings are new ones, of resources of the same batch."""

    organizations: Sequence[Organization]
    services: Sequence[ExternalService]
    locations: Sequence[Location]
    users: Sequence[User]
    resources: Sequence[Resource]
    schedules: Mapping[str, Schedule]
    blockers: Sequence[Blocker]
    bookings: Sequence[Booking]


def loading(url: str) -> AbstractAsyncContextManager[Loader]:
    """Open a migrated store for loading; everything is in place again when the context ends."""
    path = sqlite_path(url)
    return postgres_loader(url) if path is None else sqlite_loader(path)


async def load(loader: Loader, batch: Batch) -> None:
    """Insert a batch, the rows as the gateway's own writers would have left them."""
    for target, records in (
        (organizations, batch.organizations),
        (services, batch.services),
        (locations, batch.locations),
        (users, batch.users),
        (blockers, batch.blockers),
    ):
        await loader.add(target, [record._asdict() for record in records])
    await loader.add(resources, [resource_row(record) for record in batch.resources])
    documents = [{"resource_id": key, "rules": schedule_document(rules)} for key, rules in batch.schedules.items()]
    await loader.add(schedules, documents)
    await _load_bookings(loader, batch)


async def _load_bookings(loader: Loader, batch: Batch) -> None:
    exclusive = {resource.id: resource.capacity == 1 for resource in batch.resources}
    rows = [
        booking_row(booking, asserted=booking.status, exclusive=exclusive[booking.resource_id])
        for booking in batch.bookings
    ]
    await loader.add(bookings, rows)
    await loader.add(participants, [row for booking in batch.bookings for row in participant_rows(booking)])
    created = ChangeKind.CREATED.value
    await loader.add(changes, [change_row(booking, created, booking.created_at) for booking in batch.bookings])
