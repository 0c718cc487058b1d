"""Upserts and deletes of bookings: lock, read what stands in the way, ask the domain, write, record the change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from uuid import uuid4

from domain.bookings import Delete, DeleteOutcome, Stored, Upsert, UpsertOutcome, decide_delete, decide_upsert
from domain.drafts import BookingDraft, ParticipantDraft, issues_of, schema
from domain.privacy import booking_as_seen, sees_booking, sees_inside, sees_service
from domain.records import Booking, ExternalService, Resource
from domain.refusals import AccessDenied, ErrorCode, InvalidInput, Issue, NotFound, Refusal
from storage.admission import refuse_overlap
from storage.booking_rows import drop_tombstone, organizations_of_users, save_booking, save_tombstone
from storage.locks import Locked, lock_booking, lock_people_of, lock_resources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from storage.access import Access
    from storage.database import ExternalName, Transaction


class UpsertBookingSuccess(NamedTuple):
    """The booking as the viewer may see it, and what was done."""

    booking: Booking
    outcome: UpsertOutcome


class DeleteBookingSuccess(NamedTuple):
    """The deleted booking as the viewer may see it, None for an ID never seen, and what was done."""

    booking: Booking | None
    outcome: DeleteOutcome


class BookingKey(NamedTuple):
    """Which booking a delete means, and what the caller knows of it."""

    id: str | None = None
    expected_version: int | None = None
    external_service_id: str | None = None
    external_booking_id: str | None = None
    external_updated_at: datetime | None = None


Named = TypeVar("Named", BookingDraft, BookingKey)


async def upsert_booking(
    access: Access, draft: BookingDraft, *, dry_run: bool = False
) -> UpsertBookingSuccess | Refusal:
    """Create or replace a booking. The caller has checked `bookings:write`."""
    draft = of_bound_service(access, draft)

    async def work(tx: Transaction) -> UpsertBookingSuccess | Refusal:
        return await upsert_locked(tx, access, draft)

    return await access.database.write(work, names=names_of(draft), dry_run=dry_run)


async def delete_booking(access: Access, key: BookingKey, *, dry_run: bool = False) -> DeleteBookingSuccess | Refusal:
    """Delete a booking, leaving a tombstone. The caller has checked `bookings:write` and the key's shape."""
    key = of_bound_service(access, key)

    async def work(tx: Transaction) -> DeleteBookingSuccess | Refusal:
        return await _delete(tx, access, key)

    return await access.database.write(work, names=names_of(key), dry_run=dry_run)


def of_bound_service(access: Access, draft: Named) -> Named:
    """Name the service that the token is bound to, where the client has left it out."""
    bound = access.viewer.external_service_id
    if bound and draft.external_booking_id is not None and draft.external_service_id is None:
        return draft._replace(external_service_id=bound)
    return draft


def names_of(*named: BookingDraft | BookingKey) -> list[ExternalName]:
    """Return the external names that are to be locked before bookings are written."""
    names = ((each.external_service_id, each.external_booking_id) for each in named)
    return [(service, external) for service, external in names if service is not None and external is not None]


async def upsert_locked(  # noqa: PLR0911 - one guard for each kind of refusal, in the contract's order
    tx: Transaction, access: Access, draft: BookingDraft
) -> UpsertBookingSuccess | Refusal:
    """Create or replace a booking whose external name is locked."""
    stored, homes, service = await _lock(tx, access, draft)
    resource = visible(access, homes.get(draft.resource_id))
    issues = (*issues_of(draft, resource, access.now), *_service_issues(access, draft))
    denied = refuse_service(access, draft.external_service_id, service)
    if issues and (denied or not _is_repeat(access, draft, stored, resource)):
        return InvalidInput(issues)
    if denied:
        return denied
    if resource is None or (service and service.organization_id != resource.organization_id):
        return no_resource()
    if draft.id is not None and stored.booking is None:
        return no_booking("id")
    if stored.booking and stored.booking.organization_id != resource.organization_id:
        return no_resource()
    if foreign := await refuse_people(tx, draft.participants, draft.given, resource):
        return foreign
    decision = decide_upsert(draft, stored, resource, new_id=str(uuid4()), now=access.now)
    if not isinstance(decision, Upsert):
        return decision
    if decision.outcome is not UpsertOutcome.UNCHANGED:
        await lock_people_of(tx, homes, stored.booking, decision.booking)
        if refusal := await refuse_overlap(tx, decision.booking, resource, access.now):
            return refusal
        await _write(tx, decision, draft, stored, resource)
    return UpsertBookingSuccess(booking_as_seen(access.viewer, decision.booking), decision.outcome)


def _is_repeat(access: Access, draft: BookingDraft, stored: Stored, resource: Resource | None) -> bool:
    """Whether a draft says what is stored already, on a resource that would not have so many by now."""
    if resource is None or issues_of(draft, None, access.now) or any(_service_issues(access, draft)):
        return False
    decision = decide_upsert(draft, stored, resource, new_id="", now=access.now)
    return isinstance(decision, Upsert) and decision.outcome is UpsertOutcome.UNCHANGED


def visible(access: Access, resource: Resource | None) -> Resource | None:
    """Return the resource; one of another organization looks like none at all."""
    return resource if resource and sees_inside(access.viewer, resource.organization_id) else None


def _service_issues(access: Access, draft: BookingDraft) -> Iterator[Issue]:
    external = draft.external_booking_id is not None
    if external and draft.external_service_id is None:
        yield schema("The token is bound to no external service; name one.", "externalServiceId")
    if not external and draft.id is None and access.viewer.external_service_id is not None:
        yield schema("A service's token creates bookings by their externalBookingId.", "externalBookingId")
    if not external and draft.external_service_id is not None:
        yield schema("externalServiceId goes with externalBookingId.", "externalServiceId")


def refuse_service(access: Access, service_id: str | None, service: ExternalService | None) -> AccessDenied | None:
    """Refuse a named service that is unknown or foreign; they look alike."""
    if service_id is None or (service is not None and sees_service(access.viewer, service)):
        return None
    message = "The token does not match the external service."
    return AccessDenied(ErrorCode.EXTERNAL_SERVICE_ACCESS_DENIED, message, ("input", "externalServiceId"))


async def _lock(tx: Transaction, access: Access, named: BookingDraft | BookingKey) -> Locked:
    """Lock what stands under the identity, and the resources where it stands and shall stand.

    Another's booking, or one that a partner names by its external ID, looks like none. What a service makes of its
    holds has no external ID: it is named by `id`, like a venue's own.
    """
    service, external = named.external_service_id, named.external_booking_id
    also = named.resource_id if isinstance(named, BookingDraft) else None
    if service is not None and external is not None:
        return await lock_booking(tx, "external", also, service=service, external=external)
    if named.id is None:
        return Locked(Stored(), await lock_resources(tx, [also] if also else []))
    locked = await lock_booking(tx, "id", also, id=named.id)
    booking = locked.stored.booking
    own = booking and sees_booking(access.viewer, booking) and booking.external_booking_id is None
    return locked if own else locked._replace(stored=Stored())


async def refuse_people(
    tx: Transaction, participants: Sequence[ParticipantDraft], given: Mapping[str, Any], resource: Resource
) -> AccessDenied | None:
    """Refuse users who are not of the resource's organization."""
    named = dict(_users_named(participants, given))
    homes = await organizations_of_users(tx, set(named.values()))
    for path, user_id in named.items():
        if homes.get(user_id) != resource.organization_id:
            message = "There is no such user in the organization."
            return AccessDenied(ErrorCode.USER_ACCESS_DENIED, message, ("input", *path))
    return None


def _users_named(
    participants: Sequence[ParticipantDraft], given: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for position, person in enumerate(participants):
        if person.user_id is not None:
            yield ("participants", str(position), "userId"), person.user_id
    for field, name in (("owner_id", "ownerId"), ("staff_id", "staffId")):
        if given.get(field) is not None:
            yield (name,), given[field]


async def _write(tx: Transaction, decision: Upsert, draft: BookingDraft, stored: Stored, resource: Resource) -> None:
    booking, before = decision.booking, stored.booking
    said = booking.status if "status" in draft.given or before is None else stored.asserted_status
    kind, exclusive = decision.outcome.value, resource.capacity == 1
    await save_booking(tx, booking, kind, before=before, asserted=said or booking.status, exclusive=exclusive)
    if stored.tombstone is not None and booking.external_service_id and booking.external_booking_id:
        await drop_tombstone(tx, booking.external_service_id, booking.external_booking_id)


async def _delete(tx: Transaction, access: Access, key: BookingKey) -> DeleteBookingSuccess | Refusal:
    stored, homes, service = await _lock(tx, access, key)
    if denied := refuse_service(access, key.external_service_id, service):
        return denied
    if key.id is not None and stored.booking is None:
        return no_booking("id")
    decision = decide_delete(
        stored,
        external_updated_at=key.external_updated_at,
        expected_version=key.expected_version,
        now=access.now,
    )
    if not isinstance(decision, Delete):
        return decision
    await lock_people_of(tx, homes, stored.booking)
    await _write_delete(tx, decision, key, stored)
    seen = decision.booking and booking_as_seen(access.viewer, decision.booking)
    return DeleteBookingSuccess(seen, decision.outcome)


async def _write_delete(tx: Transaction, decision: Delete, key: BookingKey, stored: Stored) -> None:
    booking = decision.booking
    if booking is not None and booking != stored.booking:
        kind = decision.outcome.value if decision.outcome is DeleteOutcome.DELETED else None
        said = stored.asserted_status or booking.status
        # A deleted booking is active no more, so whether its resource seats one plays no part.
        await save_booking(tx, booking, kind, before=stored.booking, asserted=said, exclusive=False)
    if decision.tombstone and key.external_service_id and key.external_booking_id:
        service, external, is_new = key.external_service_id, key.external_booking_id, stored.tombstone is None
        await save_tombstone(tx, service, external, decision.tombstone, is_new=is_new)


def no_resource() -> NotFound:
    """Return the refusal of a resource that is unknown or foreign."""
    return NotFound(ErrorCode.COURT_NOT_FOUND, "There is no such court or resource.", ("input", "resourceId"))


def no_booking(field: str) -> NotFound:
    """Return the refusal of a booking that is unknown or foreign."""
    return NotFound(ErrorCode.COURT_BOOKING_NOT_FOUND, "There is no such booking.", ("input", field))
