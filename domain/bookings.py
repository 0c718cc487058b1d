"""The write decision: create, replace, leave unchanged, restore, delete, or refuse. Pure: storage carries it out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from domain.drafts import HOLD_STATUSES, BookingDraft, ParticipantDraft, schema
from domain.enums import BookingStatus
from domain.identities import derived_id
from domain.occupancy import is_active
from domain.records import Booking, Participant, Resource
from domain.refusals import InvalidInput, StaleWrite, VersionConflict


class UpsertOutcome(StrEnum):
    """What an upsert did."""

    CREATED = "CREATED"
    REPLACED = "REPLACED"
    UNCHANGED = "UNCHANGED"
    RESTORED = "RESTORED"


class DeleteOutcome(StrEnum):
    """What a delete did."""

    DELETED = "DELETED"
    ALREADY_DELETED = "ALREADY_DELETED"
    UNKNOWN = "UNKNOWN"


class Stored(NamedTuple):
    """What stands in the store under the booking's identity: a booking (deleted or not), a tombstone, or nothing.

    `asserted_status` is the status that the last upsert wrote: a status changed at the desk since does not count
    when a repeated write is compared with what is stored.
    """

    booking: Booking | None = None
    asserted_status: BookingStatus | None = None
    tombstone: datetime | None = None

    @property
    def external_updated_at(self) -> datetime | None:
        """The timestamp that a partner's write is measured against."""
        return self.booking.external_updated_at if self.booking else self.tombstone


class Upsert(NamedTuple):
    """A decided upsert: the booking as it shall stand. Seats and staff are still to be admitted."""

    outcome: UpsertOutcome
    booking: Booking


class Delete(NamedTuple):
    """A decided delete: the booking as it shall stand, or the tombstone's new timestamp for an ID never seen."""

    outcome: DeleteOutcome
    booking: Booking | None = None
    tombstone: datetime | None = None


def decide_upsert(
    draft: BookingDraft, stored: Stored, resource: Resource, *, new_id: str, now: datetime
) -> Upsert | StaleWrite | VersionConflict | InvalidInput:
    """Decide what an upsert does to what is stored. The draft has no issues of its own."""
    refusal = _refuse_old_write(draft.external_updated_at, stored) or _refuse_other_version(draft, stored)
    if refusal:
        return refusal
    booking = _as_wanted(draft, stored, resource, new_id, now)
    if stored.booking is None:
        outcome = UpsertOutcome.CREATED if stored.tombstone is None else UpsertOutcome.RESTORED
    elif stored.booking.deleted_at is not None:
        outcome = UpsertOutcome.RESTORED
    elif _says_the_same(booking, stored):
        return Upsert(UpsertOutcome.UNCHANGED, stored.booking)
    elif _is_repeated(draft.external_updated_at, stored):
        return VersionConflict(
            stored.booking.version,
            ("input", "externalUpdatedAt"),
            "Another content is stored with this externalUpdatedAt.",
        )
    else:
        outcome = UpsertOutcome.REPLACED
    return Upsert(outcome, booking)


def decide_delete(
    stored: Stored, *, external_updated_at: datetime | None, expected_version: int | None, now: datetime
) -> Delete | StaleWrite | VersionConflict | InvalidInput:
    """Decide what a delete does; a partner's carries `external_updated_at`, an own one perhaps `expected_version`."""
    booking = stored.booking
    if external_updated_at and stored.external_updated_at and external_updated_at < stored.external_updated_at:
        return StaleWrite(stored.external_updated_at)
    if booking is None:
        outcome = DeleteOutcome.UNKNOWN if stored.tombstone is None else DeleteOutcome.ALREADY_DELETED
        return Delete(outcome, tombstone=external_updated_at)
    if booking.status is BookingStatus.RESERVED and is_active(booking, now):
        return InvalidInput((schema("A hold is released by its reservationToken alone.", "id"),))
    if expected_version not in (None, booking.version):
        return other_version(booking)
    moved = external_updated_at or booking.external_updated_at
    if booking.deleted_at is not None:
        return Delete(DeleteOutcome.ALREADY_DELETED, booking._replace(external_updated_at=moved))
    return Delete(DeleteOutcome.DELETED, changed(booking, now, deleted_at=now, external_updated_at=moved))


def changed(booking: Booking, now: datetime, **fields: Any) -> Booking:  # noqa: ANN401 - the fields' own types
    """Return the next version of a booking. Its `updated_at` never goes back, even if the clock does."""
    return booking._replace(version=booking.version + 1, updated_at=max(now, booking.updated_at), **fields)


def _refuse_old_write(written: datetime | None, stored: Stored) -> StaleWrite | VersionConflict | None:
    known = stored.external_updated_at
    if written is None or known is None or written > known:
        return None
    if written < known:
        return StaleWrite(known)
    gone = stored.booking is None or stored.booking.deleted_at is not None
    version = stored.booking.version if stored.booking else 0
    message = "The booking was deleted with this externalUpdatedAt; a newer one brings it back."
    return VersionConflict(version, ("input", "externalUpdatedAt"), message) if gone else None


def _refuse_other_version(draft: BookingDraft, stored: Stored) -> VersionConflict | InvalidInput | None:
    booking = stored.booking
    if draft.id is None or booking is None:
        return None
    if booking.status in HOLD_STATUSES:
        return InvalidInput((schema("A hold is changed by its reservationToken alone.", "id"),))
    return other_version(booking) if draft.expected_version not in (None, booking.version) else None


def other_version(booking: Booking) -> VersionConflict:
    """Return the refusal of a write that builds on another version than is stored."""
    message = "Another version is stored than expectedVersion; read the booking before writing again."
    return VersionConflict(booking.version, ("input", "expectedVersion"), message)


def _is_repeated(written: datetime | None, stored: Stored) -> bool:
    return written is not None and written == stored.external_updated_at


def _as_wanted(draft: BookingDraft, stored: Stored, resource: Resource, new_id: str, now: datetime) -> Booking:
    base = stored.booking or blank(draft, resource, new_id, now)
    given = dict(draft.given)
    if "status" in given:
        given["status"] = given["status"] or BookingStatus.ACCEPTED
    if "seats" in given:
        given["seats"] = given["seats"] or 1
    return changed(
        base,
        now,
        resource_id=resource.id,
        start_date=draft.start_date,
        end_date=draft.end,
        participants=participants(base.id, draft.participants),
        external_updated_at=draft.external_updated_at,
        deleted_at=None,
        expires_at=None,
        timezone=resource.timezone,
        **given,
    )


def blank(draft: BookingDraft, resource: Resource, new_id: str, now: datetime) -> Booking:
    """Return a booking of version 0, before anything that may be left out is said."""
    return Booking(
        id=new_id,
        organization_id=resource.organization_id,
        resource_id=resource.id,
        version=0,
        status=BookingStatus.ACCEPTED,
        title=None,
        notes=None,
        seats=1,
        start_date=draft.start_date,
        end_date=draft.end,
        owner_id=None,
        owner_membership_id=None,
        staff_id=None,
        item=None,
        participants=(),
        payment=None,
        external_service_id=draft.external_service_id,
        external_booking_id=draft.external_booking_id,
        external_updated_at=draft.external_updated_at,
        expires_at=None,
        created_at=now,
        updated_at=now,
        deleted_at=None,
        timezone=resource.timezone,
    )


def participants(booking_id: str, wanted: Iterable[ParticipantDraft]) -> tuple[Participant, ...]:
    """Return the records of who takes part.

    An ID follows from the booking and the person, so it outlives rewrites.
    """
    return tuple(
        Participant(
            derived_id("participant", booking_id, person.identity or ""),
            person.user_id,
            person.email,
            person.membership_id,
        )
        for person in wanted
    )


def _says_the_same(wanted: Booking, stored: Stored) -> bool:
    known = stored.booking
    if known is None or set(wanted.participants) != set(known.participants):
        return False
    # What the desk has changed since does not make a partner's write another one; the desk's own says what it wants.
    said = stored.asserted_status if known.external_booking_id is not None else None
    if wanted.status not in (known.status, said):
        return False
    return known == wanted._replace(
        version=known.version, updated_at=known.updated_at, status=known.status, participants=known.participants
    )
