"""Changing a booking's status at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.drafts import count_issues, status_issues
from domain.enums import BookingStatus, ChangeKind
from domain.holds import has_expired
from domain.occupancy import is_active
from domain.privacy import booking_as_seen, sees_booking
from domain.records import Booking, Resource
from domain.refusals import BookingOverlap, InvalidInput, Refusal, leading_to
from domain.statuses import decide_status
from storage.admission import refuse_overlap
from storage.booking_rows import save_status
from storage.booking_writes import no_booking, refuse_service
from storage.expiry import mark_expired
from storage.locks import lock_booking, lock_people_of

if TYPE_CHECKING:
    from datetime import datetime

    from storage.access import Access
    from storage.database import ExternalName, Transaction


class UpdateBookingStatusSuccess(NamedTuple):
    """The booking as the viewer may see it."""

    booking: Booking


class StatusChange(NamedTuple):
    """Which booking shall become what; named by its ID or by an external name."""

    status: BookingStatus
    expected_version: int | None
    id: str | None = None
    external: ExternalName | None = None


async def update_status(
    access: Access, wanted: StatusChange, *, dry_run: bool = False
) -> UpdateBookingStatusSuccess | Refusal:
    """Move a booking to another status. The caller has checked `bookings:write`."""
    if issues := tuple(status_issues(wanted.status)):
        return InvalidInput(issues)

    async def work(tx: Transaction) -> UpdateBookingStatusSuccess | Refusal:
        return await _update(tx, access, wanted)

    names = [wanted.external] if wanted.external else []
    return await access.database.write(work, names=names, dry_run=dry_run)


async def _update(tx: Transaction, access: Access, wanted: StatusChange) -> UpdateBookingStatusSuccess | Refusal:
    if wanted.external is not None:
        service, external = wanted.external
        stored, homes, known = await lock_booking(tx, "external", service=service, external=external)
        if denied := refuse_service(access, service, known):
            return denied._replace(path=("input", "ref", "external", "externalServiceId"))
    else:
        stored, homes, _ = await lock_booking(tx, "id", id=wanted.id)
    booking = stored.booking
    hidden = booking is None or booking.deleted_at is not None or not sees_booking(access.viewer, booking)
    if booking is None or hidden:
        return no_booking("ref")
    if has_expired(booking, access.now):
        booking = await mark_expired(tx, booking, access.now)
    moved = decide_status(booking, wanted.status, expected_version=wanted.expected_version, now=access.now)
    if not isinstance(moved, Booking):
        return moved
    if moved is not booking:
        await lock_people_of(tx, homes, moved)
        if refusal := await _admit_anew(tx, booking, moved, homes[moved.resource_id], access.now):
            return leading_to(refusal, "status")
    return UpdateBookingStatusSuccess(booking_as_seen(access.viewer, moved))


async def _admit_anew(
    tx: Transaction, booking: Booking, moved: Booking, resource: Resource, now: datetime
) -> BookingOverlap | InvalidInput | None:
    """Write the new status, unless it takes seats that the old one did not and the booking is not one to be admitted.

    Somebody may have them meanwhile; and a court's booking has 1 to 4 participants, a hold that is over has none yet.
    """
    if is_active(booking, now):  # as admitted; a capacity lowered since counts for what is booked from then on
        await save_status(tx, moved, ChangeKind.STATUS_CHANGED)
        return None
    issues = tuple(count_issues(len(moved.participants), resource)) if is_active(moved, now) else ()
    refusal = InvalidInput(issues) if issues else await refuse_overlap(tx, moved, resource, now)
    if refusal is None:
        await save_status(tx, moved, ChangeKind.STATUS_CHANGED, exclusive=resource.capacity == 1)
    return refusal
