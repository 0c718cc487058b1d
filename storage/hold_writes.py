"""Holds: reserve, then extend, confirm or release by the secret token, of which only a hash is stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from sqlalchemy import Text, bindparam, select

from domain.bookings import Stored
from domain.drafts import BookingDraft, schema
from domain.enums import BookingStatus, ChangeKind
from domain.holds import (
    Confirmation,
    HoldChange,
    confirm,
    confirmation_issues,
    extend,
    fingerprint,
    has_expired,
    hold_issues,
    new_hold,
    release,
    ttl_issues,
    unknown,
)
from domain.privacy import booking_as_seen, sees_booking
from domain.records import Booking, Resource, Viewer
from domain.refusals import InvalidInput, Refusal, leading_to
from storage.admission import refuse_hold, refuse_overlap
from storage.booking_reading import bookings
from storage.booking_rows import save_booking
from storage.booking_writes import no_resource, refuse_people, visible
from storage.expiry import mark_expired
from storage.locks import lock_booking, lock_people_of, lock_resource
from storage.statements import Statement

if TYPE_CHECKING:
    from domain.holds import HoldRefusal
    from storage.access import Access
    from storage.database import Transaction

REQUEST = Statement(
    select(bookings.c.reservation_request).where(bookings.c.reservation_hash == bindparam("reservation", type_=Text))
)


class ReserveBookingSuccess(NamedTuple):
    """The hold, and the secret by which alone it is changed."""

    booking: Booking
    reservation_token: str


class ExtendReservationSuccess(NamedTuple):
    """The hold with its new expiry."""

    booking: Booking


class ConfirmReservationSuccess(NamedTuple):
    """The booking that the hold has become."""

    booking: Booking


class ReleaseReservationSuccess(NamedTuple):
    """The hold, over."""

    booking: Booking


async def reserve_booking(
    access: Access, draft: BookingDraft, ttl: int, key: str | None, *, dry_run: bool = False
) -> ReserveBookingSuccess | Refusal:
    """Hold seats. The same idempotency key and request by the same caller is answered with the same hold."""
    token = _reservation_token(access.viewer, key)

    async def work(tx: Transaction) -> ReserveBookingSuccess | Refusal:
        resource = visible(access, await lock_resource(tx, draft.resource_id))
        issues = hold_issues(draft, ttl, key, resource)
        if issues and hold_issues(draft, ttl, key, None):
            return InvalidInput(issues)
        held = await _held(tx, access, draft, ttl, token)  # also if it takes more seats than the resource has by now
        if held is None and issues:
            return InvalidInput(issues)
        held = held or await _reserve(tx, access, draft, ttl, resource, token)
        return ReserveBookingSuccess(held, token) if isinstance(held, Booking) else held

    return await access.database.write(work, dry_run=dry_run)


async def extend_reservation(
    access: Access, token: str, ttl: int, *, dry_run: bool = False
) -> ExtendReservationSuccess | Refusal:
    """Let a hold end `ttl` seconds from now."""
    if issues := tuple(ttl_issues(ttl)):
        return InvalidInput(issues)

    async def work(tx: Transaction) -> ExtendReservationSuccess | Refusal:
        stored, resource = await _hold(tx, access, token)
        changed = await _carry_out(tx, access, extend(stored, ttl, access.now), stored, resource)
        return ExtendReservationSuccess(changed) if isinstance(changed, Booking) else changed

    return await access.database.write(work, dry_run=dry_run)


async def confirm_reservation(
    access: Access, token: str, wanted: Confirmation, *, dry_run: bool = False
) -> ConfirmReservationSuccess | Refusal:
    """Make a booking of a hold."""

    async def work(tx: Transaction) -> ConfirmReservationSuccess | Refusal:
        stored, resource = await _hold(tx, access, token)
        issues = confirmation_issues(wanted, resource)
        if issues and confirmation_issues(wanted, None):
            return InvalidInput(issues)
        if resource is None:
            return unknown()
        change = confirm(stored, wanted, access.now)
        is_repeat = isinstance(change, HoldChange) and change.kind is None  # also if the room is a court by now
        if issues and not is_repeat:
            return InvalidInput(issues)
        if refusal := await refuse_people(tx, wanted.participants, wanted.given, resource):
            return refusal
        changed = await _carry_out(tx, access, change, stored, resource)
        return ConfirmReservationSuccess(changed) if isinstance(changed, Booking) else changed

    return await access.database.write(work, dry_run=dry_run)


async def release_reservation(
    access: Access, token: str, *, dry_run: bool = False
) -> ReleaseReservationSuccess | Refusal:
    """Give a hold up."""

    async def work(tx: Transaction) -> ReleaseReservationSuccess | Refusal:
        stored, resource = await _hold(tx, access, token)
        changed = await _carry_out(tx, access, release(stored, access.now), stored, resource)
        return ReleaseReservationSuccess(changed) if isinstance(changed, Booking) else changed

    return await access.database.write(work, dry_run=dry_run)


async def _held(tx: Transaction, access: Access, draft: BookingDraft, ttl: int, token: str) -> Booking | Refusal | None:
    """Return the hold of an earlier request with the same key, whatever has become of it."""
    asked = await tx.fetch(REQUEST, reservation=_hash(token))
    if not asked:
        return None
    if asked[0][0] != fingerprint(draft, ttl):
        return InvalidInput((schema("This idempotencyKey was used for another request.", "idempotencyKey"),))
    stored, _ = await _hold(tx, access, token)
    return booking_as_seen(access.viewer, stored.booking) if stored.booking else unknown()


async def _reserve(
    tx: Transaction, access: Access, draft: BookingDraft, ttl: int, resource: Resource | None, token: str
) -> Booking | Refusal:
    if resource is None:
        return no_resource()
    if refusal := await refuse_people(tx, (), draft.given, resource):
        return refusal
    hold = new_hold(draft, resource, ttl, new_id=str(uuid4()), now=access.now)
    hold = hold._replace(external_service_id=access.viewer.external_service_id)
    await lock_people_of(tx, {resource.id: resource}, hold)
    if in_the_way := await refuse_hold(tx, hold, resource, access.now):
        return in_the_way
    await save_booking(
        tx,
        hold,
        ChangeKind.RESERVED,
        before=None,
        asserted=hold.status,
        exclusive=resource.capacity == 1,
        reservation=(_hash(token), fingerprint(draft, ttl)),
    )
    return booking_as_seen(access.viewer, hold)


async def _hold(tx: Transaction, access: Access, token: str) -> tuple[Stored, Resource | None]:
    """Lock a hold and its resource, and mark it where it has expired; another's looks like none."""
    stored, homes, _ = await lock_booking(tx, "reservation", reservation=_hash(token))
    booking = stored.booking
    if booking is None or not sees_booking(access.viewer, booking):
        return Stored(), None
    if has_expired(booking, access.now):
        stored = stored._replace(booking=await mark_expired(tx, booking, access.now))
    return stored, homes[booking.resource_id]


async def _carry_out(
    tx: Transaction, access: Access, change: HoldChange | HoldRefusal, stored: Stored, resource: Resource | None
) -> Booking | Refusal:
    if not isinstance(change, HoldChange):
        return change
    booking = change.booking
    if change.kind is not None and resource is not None:
        await lock_people_of(tx, {resource.id: resource}, booking)
        # Admitted once more: by another process's clock it may have expired, and its staff have gone elsewhere.
        if refusal := await refuse_overlap(tx, booking, resource, access.now):
            return leading_to(refusal, "reservationToken")
        said = booking.status if change.kind is ChangeKind.CONFIRMED else BookingStatus.RESERVED
        exclusive = resource.capacity == 1
        await save_booking(tx, booking, change.kind, before=stored.booking, asserted=said, exclusive=exclusive)
    return booking_as_seen(access.viewer, booking)


def _reservation_token(viewer: Viewer, key: str | None) -> str:
    """Return a secret: a new one, or for an idempotency key the one that the same caller gets again."""
    secret = secrets.token_bytes(32)
    if key is not None:
        secret = hmac.digest(viewer.reservation_key, key.encode(), "sha256")
    return "hold_" + urlsafe_b64encode(secret).decode().rstrip("=")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
