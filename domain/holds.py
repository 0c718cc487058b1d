"""Holds: bookings with an expiry, changed by their secret token alone. Reserve, extend, confirm, release, expire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.bookings import Stored, blank, changed, participants
from domain.drafts import HOLD_STATUSES, BookingDraft, ParticipantDraft, field_issues, participant_issues, schema
from domain.drafts import time_issues as span_issues
from domain.enums import BookingStatus, ChangeKind
from domain.occupancy import is_active
from domain.records import Booking, Participant, Resource
from domain.refusals import ErrorCode, InvalidInput, Issue, NotFound, VersionConflict

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TTL = 86_400
"""Seconds, extensions included."""

MAX_KEY = 255
CONFIRMED = (BookingStatus.ACCEPTED, BookingStatus.REQUESTED, BookingStatus.INVITED)
TOKEN_PATH = ("input", "reservationToken")


class Confirmation(NamedTuple):
    """What a hold shall become.

    `given` holds what the client named of status, title, notes, owner_id, item.
    """

    participants: tuple[ParticipantDraft, ...]
    given: Mapping[str, Any]

    @property
    def status(self) -> BookingStatus:
        """The status to be confirmed with."""
        return self.given.get("status") or BookingStatus.ACCEPTED


class HoldChange(NamedTuple):
    """A decided change: the booking as it shall stand, and what has happened; nothing, if it stood so already."""

    booking: Booking
    kind: ChangeKind | None


HoldRefusal = InvalidInput | NotFound | VersionConflict


def hold_issues(draft: BookingDraft, ttl: int, key: str | None, resource: Resource | None) -> tuple[Issue, ...]:
    """Find everything that is wrong with what is to be held."""
    return (*span_issues(draft), *field_issues(draft.given, resource), *ttl_issues(ttl), *_key_issues(key))


def ttl_issues(ttl: int) -> Iterator[Issue]:
    """A hold lives a second to a day."""
    if not 1 <= ttl <= MAX_TTL:
        yield schema(f"ttlSeconds is 1 to {MAX_TTL}.", "ttlSeconds")


def confirmation_issues(wanted: Confirmation, resource: Resource | None) -> tuple[Issue, ...]:
    """Find everything that is wrong with what a hold shall become."""
    issues = (*participant_issues(wanted.participants, resource), *field_issues(wanted.given, resource))
    if wanted.status not in (*CONFIRMED, *HOLD_STATUSES):
        issues = (*issues, schema(f"A hold is confirmed as {', '.join(CONFIRMED)}.", "status"))
    return issues


def fingerprint(draft: BookingDraft, ttl: int) -> str:
    """Return what tells one request for a hold from another."""
    seats, staff_id = draft.given.get("seats") or 1, draft.given.get("staff_id")
    asked = (draft.resource_id, draft.start_date.timestamp(), draft.end.timestamp(), seats, staff_id, ttl)
    return sha256(repr(asked).encode()).hexdigest()


def new_hold(draft: BookingDraft, resource: Resource, ttl: int, *, new_id: str, now: datetime) -> Booking:
    """Return the hold. Seats, staff and blockers are still to be looked at."""
    return changed(
        blank(draft, resource, new_id, now),
        now,
        status=BookingStatus.RESERVED,
        seats=draft.given.get("seats") or 1,
        staff_id=draft.given.get("staff_id"),
        expires_at=now + timedelta(seconds=ttl),
    )


def extend(stored: Stored, ttl: int, now: datetime) -> HoldChange | HoldRefusal:
    """Let a hold end `ttl` seconds from now, at most a day after it was reserved."""
    booking = stored.booking
    if booking is None:
        return unknown()
    if refusal := _refuse_over(stored, now):
        return refusal
    expires_at = now + timedelta(seconds=ttl)
    if expires_at > booking.created_at + timedelta(seconds=MAX_TTL):
        return InvalidInput((schema("A hold lives 24 hours at most, extensions included.", "ttlSeconds"),))
    return HoldChange(changed(booking, now, expires_at=expires_at), ChangeKind.EXTENDED)


def confirm(stored: Stored, wanted: Confirmation, now: datetime) -> HoldChange | HoldRefusal:
    """Make a booking of a hold. The same confirmation again changes nothing."""
    booking = stored.booking
    if booking is None:
        return unknown()
    people = participants(booking.id, wanted.participants)
    if _was_confirmed(stored) and _says_the_same(stored, wanted, people):
        return HoldChange(booking, None)
    if refusal := _refuse_over(stored, now):
        return refusal
    given = {**wanted.given, "status": wanted.status}
    return HoldChange(changed(booking, now, expires_at=None, participants=people, **given), ChangeKind.CONFIRMED)


def release(stored: Stored, now: datetime) -> HoldChange | HoldRefusal:
    """Give a hold up. One that is over already stays as it is."""
    booking = stored.booking
    if booking is None:
        return unknown()
    if booking.status in (BookingStatus.CANCELED, BookingStatus.EXPIRED) and not _was_confirmed(stored):
        return HoldChange(booking, None)
    if refusal := _refuse_over(stored, now):
        return refusal
    return HoldChange(changed(booking, now, status=BookingStatus.CANCELED), ChangeKind.RELEASED)


def expired(booking: Booking, now: datetime) -> Booking:
    """Return a hold past its expiry as it is to be stored."""
    return changed(booking, now, status=BookingStatus.EXPIRED)


def has_expired(booking: Booking, now: datetime) -> bool:
    """Whether the booking is a hold past its expiry that nobody has marked yet."""
    return booking.status is BookingStatus.RESERVED and not is_active(booking, now)


def unknown() -> NotFound:
    """Return the refusal of a token that is unknown or another's."""
    return NotFound(ErrorCode.COURT_BOOKING_NOT_FOUND, "There is no such reservation.", TOKEN_PATH)


def _key_issues(key: str | None) -> Iterator[Issue]:
    if key is not None and not 1 <= len(key) <= MAX_KEY:
        yield schema(f"idempotencyKey has 1 to {MAX_KEY} characters.", "idempotencyKey")


def _refuse_over(stored: Stored, now: datetime) -> NotFound | VersionConflict | None:
    booking = stored.booking
    if booking is None or booking.deleted_at is not None:
        return unknown()
    if booking.status is BookingStatus.EXPIRED or has_expired(booking, now):
        return NotFound(ErrorCode.RESERVATION_EXPIRED, "The reservation was not confirmed in time.", TOKEN_PATH)
    if booking.status is BookingStatus.CANCELED and not _was_confirmed(stored):
        return NotFound(ErrorCode.COURT_BOOKING_NOT_FOUND, "The reservation was released.", TOKEN_PATH)
    if booking.status is not BookingStatus.RESERVED:
        message = "The reservation was confirmed; it is a booking now."
        return VersionConflict(booking.version, TOKEN_PATH, message)
    return None


def _was_confirmed(stored: Stored) -> bool:
    return stored.asserted_status not in HOLD_STATUSES


def _says_the_same(stored: Stored, wanted: Confirmation, people: tuple[Participant, ...]) -> bool:
    booking = stored.booking
    given = {name: value for name, value in wanted.given.items() if name != "status"}
    return (
        booking is not None
        and booking.deleted_at is None
        and set(people) == set(booking.participants)
        and wanted.status is stored.asserted_status
        and all(getattr(booking, name) == value for name, value in given.items())
    )
