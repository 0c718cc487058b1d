"""What a write asks for, and everything that can be wrong with it on its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.enums import BookingStatus, ResourceType
from domain.identities import NOBODY
from domain.intervals import CALENDARS
from domain.refusals import ErrorCode, Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.records import Payment, Resource

MAX_PARTICIPANTS = 100
MAX_COURT_PARTICIPANTS = 4
MAX_CLOCK_SKEW = timedelta(minutes=5)
MAX_TEXT = 10_000
MAX_EXTERNAL_ID = 500
"""Characters; of four bytes each they still fit into an index of PostgreSQL."""
MAX_DURATION = timedelta(days=366)
CURRENCY = re.compile("[A-Z]{3}")
HOLD_STATUSES = (BookingStatus.RESERVED, BookingStatus.EXPIRED)


class ParticipantDraft(NamedTuple):
    """One who shall take part: a user's ID or a guest's e-mail (lower case)."""

    user_id: str | None
    email: str | None
    membership_id: str | None = None

    @property
    def identity(self) -> str | None:
        """What must be unique among the participants of a booking."""
        return self.user_id or self.email


class BookingDraft(NamedTuple):
    """A booking as a client wants it.

    `given` holds the fields that the client may leave out, as far as it named them (status, title, notes, seats,
    owner_id, owner_membership_id, staff_id, item, payment): what is not in it keeps its stored value, None clears.
    """

    resource_id: str
    start_date: datetime
    end_date: datetime | None
    duration: int | None
    participants: tuple[ParticipantDraft, ...]
    given: Mapping[str, Any]
    external_service_id: str | None = None
    external_booking_id: str | None = None
    external_updated_at: datetime | None = None
    id: str | None = None
    expected_version: int | None = None

    @property
    def end(self) -> datetime:
        """The end, given or computed from the duration in minutes. Only for a draft without issues."""
        return self.end_date or self.start_date + timedelta(minutes=self.duration or 0)


def issues_of(draft: BookingDraft, resource: Resource | None, now: datetime) -> tuple[Issue, ...]:
    """Find everything that is wrong with a draft; the resource, where it is known, bounds participants and seats."""
    return (
        *_identity_issues(draft, now),
        *time_issues(draft),
        *participant_issues(draft.participants, resource),
        *field_issues(draft.given, resource),
    )


def _identity_issues(draft: BookingDraft, now: datetime) -> Iterator[Issue]:
    external = draft.external_booking_id is not None
    if external != (draft.external_updated_at is not None):
        missing = "externalUpdatedAt" if external else "externalBookingId"
        yield schema("externalBookingId and externalUpdatedAt are given together or not at all.", missing)
    yield from external_id_issues(draft.external_booking_id)
    if external and draft.id is not None:
        yield exclusive("A booking is named by externalBookingId or by id, not both.", "id")
    if draft.expected_version is not None and draft.id is None:
        yield schema("expectedVersion goes with id.", "expectedVersion")
    yield from written_issues(draft.external_updated_at, now)


def external_id_issues(given: str | None) -> Iterator[Issue]:
    """A partner's ID has 1 to 500 characters."""
    if given is not None and not 1 <= len(given) <= MAX_EXTERNAL_ID:
        yield schema(f"externalBookingId has 1 to {MAX_EXTERNAL_ID} characters.", "externalBookingId")


def written_issues(written: datetime | None, now: datetime) -> Iterator[Issue]:
    """A partner's timestamp far in the future would freeze the record: every later write would be stale."""
    if written is not None and written < CALENDARS.start:
        yield schema("externalUpdatedAt is before the year 1900.", "externalUpdatedAt")
    if written is not None and written > now + MAX_CLOCK_SKEW:
        yield schema("externalUpdatedAt is more than 5 minutes in the future.", "externalUpdatedAt")


def time_issues(draft: BookingDraft) -> Iterator[Issue]:
    """Find what is wrong with when a draft starts and ends."""
    if not CALENDARS.start <= draft.start_date < CALENDARS.end:
        yield Issue(ErrorCode.INVALID_TIME_RANGE, "A booking starts in the years 1900 to 2199.", ("input", "startDate"))
        return
    if (draft.end_date is None) == (draft.duration is None):
        yield exclusive("Exactly one of endDate and duration is given.", "endDate")
        return
    path = ("input", "endDate" if draft.duration is None else "duration")
    limit = MAX_DURATION // timedelta(minutes=1)
    if draft.duration is not None and not 0 < draft.duration <= limit:
        yield Issue(ErrorCode.INVALID_TIME_RANGE, f"duration is 1 to {limit} minutes.", path)
    elif draft.end <= draft.start_date:
        yield Issue(ErrorCode.INVALID_TIME_RANGE, "The booking ends before or when it starts.", path)
    elif draft.end - draft.start_date > MAX_DURATION:
        yield Issue(ErrorCode.INVALID_TIME_RANGE, "A booking lasts 366 days at most.", path)


def participant_issues(participants: Sequence[ParticipantDraft], resource: Resource | None) -> Iterator[Issue]:
    """Find what is wrong with who shall take part."""
    yield from count_issues(len(participants), resource)
    seen: set[str] = set()
    for position, participant in enumerate(participants):
        path = ("participants", str(position))
        if (participant.user_id is None) == (participant.email is None):
            yield exclusive("A participant has exactly one of userId and email.", *path)
        elif participant.identity in seen:
            yield Issue(
                ErrorCode.DUPLICATE_ENTRIES_PROVIDED, "This participant stands in the list twice.", ("input", *path)
            )
        elif participant.email is not None and not is_email(participant.email):
            yield schema("This is no e-mail address.", *path, "email")
        if participant.membership_id == NOBODY:
            yield no_uuid(*path, "membershipId")
        seen.add(participant.identity or "")


def count_issues(count: int, resource: Resource | None) -> Iterator[Issue]:
    """A court takes 1 to 4 participants, anything else up to 100."""
    court = resource is not None and resource.type is ResourceType.COURT
    least, most = (1, MAX_COURT_PARTICIPANTS) if court else (0, MAX_PARTICIPANTS)
    if not least <= count <= most:
        kind = "A court booking" if court else "A booking"
        yield schema(f"{kind} has {least} to {most} participants.", "participants")


def field_issues(given: Mapping[str, Any], resource: Resource | None) -> Iterator[Issue]:
    """Find what is wrong with the fields that may be left out."""
    yield from status_issues(given.get("status"))
    seats = given.get("seats")
    if seats is not None and seats < 1:
        yield schema("A booking takes at least one seat.", "seats")
    elif seats is not None and resource is not None and seats > resource.capacity:
        yield too_many_seats(resource)
    for field in ("title", "notes"):
        if len(given.get(field) or "") > MAX_TEXT:
            yield schema(f"{field} has {MAX_TEXT} characters at most.", field)
    if given.get("owner_membership_id") == NOBODY:
        yield no_uuid("ownerMembershipId")
    if (item := given.get("item")) and item.id == NOBODY:
        yield no_uuid("item", "id")
    if payment := given.get("payment"):
        yield from _payment_issues(payment)


def _payment_issues(payment: Payment) -> Iterator[Issue]:
    if payment.currency_code is not None and not CURRENCY.fullmatch(payment.currency_code):
        yield schema("A currency has three capital letters.", "payment", "currencyCode")
    if any(isinstance(part, str) and len(part) > MAX_TEXT for part in payment):
        yield schema(f"The texts of a payment have {MAX_TEXT} characters at most.", "payment")


def status_issues(status: BookingStatus | None) -> Iterator[Issue]:
    """The states of holds are set by the hold mutations alone."""
    if status in HOLD_STATUSES:
        yield schema("RESERVED and EXPIRED are the states of holds, set by the hold mutations.", "status")


def stored_email(given: str | None) -> str | None:
    """Return an e-mail address as it is stored and looked for: without spaces around it, in lower case."""
    return given and given.strip().lower()


def too_many_seats(resource: Resource) -> Issue:
    """Return the issue of more seats than a resource has: no other time or neighbour would make room for them."""
    return schema(f"The resource has {resource.capacity} seats in all.", "seats")


def is_email(text: str) -> bool:
    """Whether the text has the shape of an e-mail address; only sending would prove more."""
    name, _, host = text.rpartition("@")
    return bool(name) and "." in host.strip(".") and len(text) <= 254 and not any(c.isspace() for c in text)  # noqa: PLR2004


def no_uuid(*path: str) -> Issue:
    """Return the issue of an ID that is to be kept and is none."""
    return schema("An ID is a UUID.", *path)


def schema(message: str, *path: str) -> Issue:
    """Return an `invalid_schema` issue at a path below the input."""
    return Issue(ErrorCode.INVALID_SCHEMA, message, ("input", *path))


def exclusive(message: str, *path: str) -> Issue:
    """Return an issue about fields that exclude each other."""
    return Issue(ErrorCode.MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION, message, ("input", *path))
