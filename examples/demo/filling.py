"""Writes the demo into an empty store, by the rules that every client meets."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from domain.bookings import Stored, Upsert, decide_upsert
from domain.drafts import issues_of
from domain.enums import BookingStatus, ResourceType
from domain.records import Organization, Resource, Viewer
from domain.refusals import Refusal
from examples.demo.clinic import clinic
from examples.demo.coworking import coworking
from examples.demo.days import Days
from examples.demo.grants import grants
from examples.demo.salon import salon
from examples.demo.tennis import tennis
from storage.access import Access
from storage.admission import refuse_overlap
from storage.booking_rows import save_booking
from storage.directory_writes import save_location, save_organization, save_service, save_user
from storage.locks import lock_resource
from storage.resource_writes import save_blocker, save_resource, save_schedule
from storage.tokens import SCOPES, Grant

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from examples.demo.scene import Planned, Scene
    from storage.database import Database, Transaction

T = TypeVar("T")
ADMINISTRATOR = Viewer("demo", "Demo", frozenset(SCOPES), None)
SCENES = (tennis, coworking, salon, clinic)


class Demo(NamedTuple):
    """What was written, and the tokens that may be made for it, by a short name each."""

    organizations: tuple[Organization, ...]
    resources: tuple[Resource, ...]
    bookings: int
    grants: Mapping[str, Grant]

    def of_type(self, *types: ResourceType) -> tuple[str, ...]:
        """The IDs of the resources of some types."""
        return tuple(resource.id for resource in self.resources if resource.type in types)

    def named(self, name: str) -> str:
        """The ID of the resource with a name."""
        return next(resource.id for resource in self.resources if resource.name == name)


async def fill(database: Database, now: datetime) -> Demo:
    """Write the demo into an empty, migrated store; `now` is aware, and its own time zone says which date is today."""
    scenes = [make(Days(now)) for make in SCENES]
    access = Access(database, ADMINISTRATOR, now.astimezone(UTC))
    booked = await asyncio.gather(*(_write(access, scene) for scene in scenes))
    return Demo(
        tuple(scene.organization for scene in scenes),
        tuple(resource for scene in scenes for resource in scene.resources),
        sum(booked),
        grants(scenes),
    )


async def _write(access: Access, scene: Scene) -> int:
    await _done(save_organization(access, scene.organization))
    await _all(
        *(save_service(access, service) for service in scene.services),
        *(save_location(access, location) for location in scene.locations),
        *(save_user(access, user) for user in scene.users),
    )
    parents = [resource for resource in scene.resources if resource.parent_id is None]
    await _all(*(save_resource(access, resource) for resource in parents))
    await _all(*(save_resource(access, resource) for resource in scene.resources if resource.parent_id))
    await _all(
        *(save_schedule(access, key, schedule) for key, schedule in scene.schedules.items()),
        *(save_blocker(access, blocker) for blocker in scene.blockers),
    )

    async def book(tx: Transaction) -> int:
        return sum([await _book(tx, access, planned) for planned in scene.bookings])

    return await access.database.write(book)


async def _all(*writes: Awaitable[object]) -> None:
    await asyncio.gather(*(_done(write) for write in writes))


async def _done(write: Awaitable[T]) -> T:
    result = await write
    if isinstance(result, Refusal):
        message = f"the demo was refused: {result}"
        raise TypeError(message)
    return result


async def _book(tx: Transaction, access: Access, planned: Planned) -> bool:
    """Decide, admit and write a booking as storage does, but under a known ID and as of the past."""
    draft = planned.draft
    resource = await lock_resource(tx, draft.resource_id)
    issues = () if planned.expires_at else issues_of(draft, resource, access.now)  # a hold has no people yet
    if resource is None or issues:
        message = f"the demo plans what cannot be: {draft}, {issues}"
        raise ValueError(message)
    decided = decide_upsert(draft, Stored(), resource, new_id=planned.id, now=planned.written_at)
    if not isinstance(decided, Upsert):
        message = f"the demo was refused: {decided}"
        raise TypeError(message)
    booking = decided.booking
    if planned.expires_at:
        booking = booking._replace(status=BookingStatus.RESERVED, expires_at=planned.expires_at)
    if await refuse_overlap(tx, booking, resource, access.now):
        return False
    kind, exclusive = decided.outcome.value, resource.capacity == 1
    await save_booking(tx, booking, kind, before=None, asserted=booking.status, exclusive=exclusive)
    return True
