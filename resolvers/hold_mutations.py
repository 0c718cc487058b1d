"""Holding seats for a while, and what becomes of a hold."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.drafts import BookingDraft
from domain.holds import Confirmation
from domain.records import BookedItem
from domain.refusals import Refusal
from resolvers.booking_mutations import DryRun, participants
from resolvers.refusing import require
from schema.hold_inputs import (
    ConfirmReservationInput,
    ExtendReservationInput,
    ReleaseReservationInput,
    ReserveBookingInput,
)
from storage import hold_writes
from storage.access import Access
from storage.hold_writes import (
    ConfirmReservationSuccess,
    ExtendReservationSuccess,
    ReleaseReservationSuccess,
    ReserveBookingSuccess,
)

OPTIONAL = ("status", "title", "notes", "owner_id", "item")

Reserve = Annotated[ReserveBookingInput, strawberry.argument(description="What to hold.")]
Extend = Annotated[ExtendReservationInput, strawberry.argument(description="Which hold, and for how long.")]
Confirm = Annotated[ConfirmReservationInput, strawberry.argument(description="Which hold, and what it becomes.")]
Release = Annotated[ReleaseReservationInput, strawberry.argument(description="Which hold.")]


async def reserve_booking(
    access: Access, *, input: Reserve, dry_run: DryRun = False
) -> ReserveBookingSuccess | Refusal:
    """Hold seats."""
    require(access.viewer, "bookings:write")
    draft = BookingDraft(
        resource_id=input.resource_id,
        start_date=input.start_date,
        end_date=input.end_date,
        duration=input.duration,
        participants=(),
        given={"seats": input.seats, "staff_id": input.staff_id},
    )
    return await hold_writes.reserve_booking(access, draft, input.ttl_seconds, input.idempotency_key, dry_run=dry_run)


async def extend_reservation(
    access: Access, *, input: Extend, dry_run: DryRun = False
) -> ExtendReservationSuccess | Refusal:
    """Let a hold live longer."""
    require(access.viewer, "bookings:write")
    return await hold_writes.extend_reservation(access, input.reservation_token, input.ttl_seconds, dry_run=dry_run)


async def confirm_reservation(
    access: Access, *, input: Confirm, dry_run: DryRun = False
) -> ConfirmReservationSuccess | Refusal:
    """Make a booking of a hold."""
    require(access.viewer, "bookings:write")
    given = {name: getattr(input, name) for name in OPTIONAL if getattr(input, name) is not UNSET}
    if item := given.get("item"):
        given["item"] = BookedItem(item.type, item.id)
    wanted = Confirmation(participants(input.participants), given)
    return await hold_writes.confirm_reservation(access, input.reservation_token, wanted, dry_run=dry_run)


async def release_reservation(
    access: Access, *, input: Release, dry_run: DryRun = False
) -> ReleaseReservationSuccess | Refusal:
    """Give a hold up."""
    require(access.viewer, "bookings:write")
    return await hold_writes.release_reservation(access, input.reservation_token, dry_run=dry_run)
