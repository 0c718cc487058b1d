"""Writing bookings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from domain.drafts import (
    BookingDraft,
    ParticipantDraft,
    exclusive,
    external_id_issues,
    schema,
    stored_email,
    written_issues,
)
from domain.records import BookedItem, Payment, PaymentTax
from domain.refusals import ErrorCode, InvalidInput, Issue, Refusal
from resolvers.refusing import refuse, require
from schema.booking_inputs import DeleteBookingInput, ParticipantInput, PaymentInput, UpsertBookingInput
from schema.hold_inputs import UpdateBookingStatusInput
from storage import booking_writes, bulk_writes
from storage.access import Access
from storage.booking_writes import BookingKey, DeleteBookingSuccess, UpsertBookingSuccess
from storage.status_writes import StatusChange, UpdateBookingStatusSuccess, update_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OPTIONAL = ("status", "title", "notes", "seats", "owner_id", "owner_membership_id", "staff_id", "item", "payment")

MOST_TOGETHER = 100

Upsert = Annotated[UpsertBookingInput, strawberry.argument(description="The booking as it shall stand.")]
Upserts = Annotated[list[UpsertBookingInput], strawberry.argument(description="The bookings, at most 100.")]
Status = Annotated[UpdateBookingStatusInput, strawberry.argument(description="Which booking, and its new status.")]
Delete = Annotated[DeleteBookingInput, strawberry.argument(description="Which booking.")]
DryRun = Annotated[bool, strawberry.argument(description="Answer the same, store nothing.")]


async def upsert_booking(
    access: Access,
    *,
    input: Upsert,
    dry_run: DryRun = False,
) -> UpsertBookingSuccess | Refusal:
    """Create or replace a booking, a partner's or an own one."""
    require(access.viewer, "bookings:write")
    return await booking_writes.upsert_booking(access, _draft(input), dry_run=dry_run)


async def upsert_bookings(
    access: Access,
    *,
    inputs: Upserts,
    dry_run: DryRun = False,
) -> list[UpsertBookingSuccess | Refusal]:
    """Create or replace bookings, each with its own outcome."""
    require(access.viewer, "bookings:write")
    if len(inputs) > MOST_TOGETHER:
        refuse(ErrorCode.INVALID_SCHEMA, f"inputs has {MOST_TOGETHER} entries at most.", "inputs")
    return await bulk_writes.upsert_bookings(access, [_draft(given) for given in inputs], dry_run=dry_run)


async def update_booking_status(
    access: Access,
    *,
    input: Status,
    dry_run: DryRun = False,
) -> UpdateBookingStatusSuccess | Refusal:
    """Move a booking to another status."""
    require(access.viewer, "bookings:write")
    external = input.ref.external or None
    service = external and (external.external_service_id or access.viewer.external_service_id)
    if external and service is None:
        path = ("ref", "external", "externalServiceId")
        return InvalidInput((schema("The token is bound to no external service; name one.", *path),))
    wanted = StatusChange(
        input.status,
        input.expected_version,
        id=input.ref.id or None,
        external=(service, external.external_booking_id) if external and service else None,
    )
    return await update_status(access, wanted, dry_run=dry_run)


async def delete_booking(
    access: Access,
    *,
    input: Delete,
    dry_run: DryRun = False,
) -> DeleteBookingSuccess | Refusal:
    """Delete a booking, a partner's or an own one."""
    require(access.viewer, "bookings:write")
    key = BookingKey(
        input.id,
        input.expected_version,
        input.external_service_id,
        input.external_booking_id,
        input.external_updated_at,
    )
    if issues := tuple(_key_issues(key, access)):
        return InvalidInput(issues)
    return await booking_writes.delete_booking(access, key, dry_run=dry_run)


def _draft(given: UpsertBookingInput) -> BookingDraft:
    named = {name: getattr(given, name) for name in OPTIONAL if getattr(given, name) is not UNSET}
    if item := named.get("item"):
        named["item"] = BookedItem(item.type, item.id)
    if payment := named.get("payment"):
        named["payment"] = _payment(payment)
    return BookingDraft(
        resource_id=given.resource_id,
        start_date=given.start_date,
        end_date=given.end_date,
        duration=given.duration,
        participants=participants(given.participants),
        given=named,
        external_service_id=given.external_service_id,
        external_booking_id=given.external_booking_id,
        external_updated_at=given.external_updated_at,
        id=given.id,
        expected_version=given.expected_version,
    )


def participants(given: Sequence[ParticipantInput]) -> tuple[ParticipantDraft, ...]:
    """Return the participants as the domain has them, e-mails in lower case."""
    return tuple(ParticipantDraft(p.user_id, stored_email(p.email), p.membership_id) for p in given)


def _payment(given: PaymentInput) -> Payment:
    tax: Any = given.tax and PaymentTax(given.tax.inclusive, given.tax.rate)
    return Payment(given.amount, given.currency_code, tax, given.invoice_item_ref, given.transaction_ref)


def _key_issues(key: BookingKey, access: Access) -> Iterator[Issue]:
    external = key.external_booking_id is not None
    if external == (key.id is not None):
        yield exclusive("A booking is named by externalBookingId or by id, exactly one of them.", "id")
    if external and key.external_updated_at is None:
        yield schema("externalBookingId goes with externalUpdatedAt.", "externalUpdatedAt")
    yield from written_issues(key.external_updated_at, access.now)
    yield from external_id_issues(key.external_booking_id)
    if external and (key.external_service_id or access.viewer.external_service_id) is None:
        yield schema("The token is bound to no external service; name one.", "externalServiceId")
    if external and key.expected_version is not None:
        yield schema("expectedVersion goes with id.", "expectedVersion")
    if not external and (key.external_updated_at is not None or key.external_service_id is not None):
        yield schema("externalUpdatedAt and externalServiceId go with externalBookingId.", "externalUpdatedAt")
