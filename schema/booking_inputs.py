"""Inputs of the booking queries and mutations."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import strawberry
from strawberry import UNSET, field

from domain.enums import BookedItemType, BookingStatus, ResourceType
from schema.enums import BookingOrderField, OrderDirection


@strawberry.input(description="Names a booking, by its ID or by a partner's.", one_of=True)
class BookingRef:
    """Names a booking."""

    id: strawberry.ID | None = field(default=UNSET, description="The booking's ID.")
    external: ExternalBookingRef | None = field(default=UNSET, description="The partner's ID for it.")


@strawberry.input(description="A partner's ID for a booking.")
class ExternalBookingRef:
    """A partner's ID for a booking."""

    external_booking_id: str = field(description="The ID in the partner's system (Wingfield: externalCourtBookingId).")
    external_service_id: strawberry.ID | None = field(
        default=None, description="The service; may be left out where the token is bound to one."
    )


@strawberry.input(description="A range of instants, both ends included (Spacebring: gte, lte).")
class DateTimeRange:
    """A range of instants."""

    gte: datetime | None = field(default=None, description="At this instant or later.")
    lte: datetime | None = field(default=None, description="At this instant or earlier.")


@strawberry.input(description="A range of local dates, both included; given together (Beils: start, end).")
class AgendaRange:
    """A range of local dates."""

    start: date | None = field(default=None, description="The first date.")
    end: date | None = field(default=None, description="The last date.")


@strawberry.input(
    description="Which bookings. All conditions hold together. Those by person need `users:read`, but for a service's "
    "token, which finds its own bookings alone."
)
class BookingFilter:
    """Which bookings."""

    external_service_id: strawberry.ID | None = field(default=None, description="Written by this service (Wingfield).")
    external_booking_id: str | None = field(default=None, description="With this external ID (Wingfield).")
    resource_ids: list[strawberry.ID] | None = field(
        default=None, description="Of one of these resources, at most 200 (Spacebring: resourceRef; Wingfield: court)."
    )
    location_id: strawberry.ID | None = field(default=None, description="At this location (Spacebring: locationRef).")
    resource_types: list[ResourceType] | None = field(default=None, description="Of these types (Spacebring: types).")
    owner_id: strawberry.ID | None = field(default=None, description="Of this owner (Beils: client_id).")
    owner_membership_id: strawberry.ID | None = field(
        default=None, description="Of this membership (Spacebring: membershipRefOwner)."
    )
    staff_id: strawberry.ID | None = field(default=None, description="By this member of staff (Beils).")
    participant_user_id: strawberry.ID | None = field(
        default=None, description="With this user among the participants (Wingfield)."
    )
    participant_email: str | None = field(default=None, description="With this guest, in any letter case (Wingfield).")
    statuses: list[BookingStatus] | None = field(
        default=None, description="In one of these states; left out: all but RESERVED and EXPIRED."
    )
    from_: datetime | None = field(
        name="from",
        default=None,
        description="Ends after this: overlaps `[from, to)`. Else `invalid_filter_time_range`.",
    )
    to: datetime | None = field(default=None, description="Starts before this.")
    updated_from: datetime | None = field(
        default=None, description="Changed then or later; reversed: `invalid_updated_filter_time_range` (Wingfield)."
    )
    updated_to: datetime | None = field(default=None, description="Changed before.")
    start_date: DateTimeRange | None = field(default=None, description="Starts in this range (Spacebring).")
    end_date: DateTimeRange | None = field(default=None, description="Ends in this range (Spacebring).")
    agenda: AgendaRange | None = field(default=None, description="Local date of the start in this range (Beils).")
    include_deleted: bool | None = field(default=None, description="Also deleted ones. Needs `bookings:write`.")


@strawberry.input(description="How bookings are ordered.")
class BookingOrder:
    """How bookings are ordered."""

    field: BookingOrderField = strawberry.field(description="By what; ties always by ID ascending.")
    direction: OrderDirection = strawberry.field(description="In which direction.")


@strawberry.input(
    description="A booking as it shall stand. A partner names it by `externalBookingId` with `externalUpdatedAt`; a "
    "venue its own, and a service what it has made of a hold, by `id`; a venue creates by neither. Resource, times and "
    "participants are always the whole truth; what else is left out keeps its stored value (on create: null, ACCEPTED, "
    "1), null clears it."
)
class UpsertBookingInput:
    """A booking as it shall stand."""

    resource_id: strawberry.ID = field(description="What is booked (Wingfield: courtId; Spacebring: resourceRef).")
    start_date: datetime = field(description="From here on; in the years 1900 to 2199.")
    participants: list[ParticipantInput] = field(description="Who takes part: COURT 1 to 4, others 0 to 100; unique.")
    external_service_id: strawberry.ID | None = field(
        default=None, description="The partner's service; may be left out where the token is bound to one."
    )
    external_booking_id: str | None = field(default=None, description="The partner's ID, 1 to 500 characters.")
    external_updated_at: datetime | None = field(
        default=None, description="The partner's last change; at most 5 minutes in the future. Older: `STALE_WRITE`."
    )
    id: strawberry.ID | None = field(default=None, description="The ID of an own booking: one without external ID.")
    expected_version: int | None = field(default=None, description="Another version stored: `VERSION_CONFLICT`.")
    end_date: datetime | None = field(
        default=None, description="Up to, not including; at most 366 days later. Or give `duration`."
    )
    duration: int | None = field(default=None, description="Minutes, 1 to 527,040. Or give `endDate` (Beils).")
    status: BookingStatus | None = field(default=UNSET, description="Where it stands; not RESERVED, not EXPIRED.")
    title: str | None = field(default=UNSET, description="What it is for, at most 10,000 characters.")
    notes: str | None = field(default=UNSET, description="Remarks, at most 10,000 characters (Spacebring: memo).")
    seats: int | None = field(default=UNSET, description="How many seats it takes, at least 1.")
    owner_id: strawberry.ID | None = field(default=UNSET, description="Whose it is (Beils: client_id).")
    owner_membership_id: strawberry.ID | None = field(default=UNSET, description="The owner's membership (Spacebring).")
    staff_id: strawberry.ID | None = field(default=UNSET, description="Who serves (Beils: staff_id); null: nobody.")
    item: BookedItemInput | None = field(default=UNSET, description="What is served (Beils).")
    payment: PaymentInput | None = field(default=UNSET, description="What it costs (Spacebring).")


@strawberry.input(description="One who takes part: exactly one of `userId`, `email`.")
class ParticipantInput:
    """One who takes part."""

    user_id: strawberry.ID | None = field(default=None, description="A user of the organization.")
    email: str | None = field(default=None, description="A guest; stored in lower case.")
    membership_id: strawberry.ID | None = field(default=None, description="The membership (Spacebring).")


@strawberry.input(description="The service or pack that is booked (Beils).")
class BookedItemInput:
    """The service or pack that is booked."""

    type: BookedItemType = field(description="Service or pack.")
    id: strawberry.ID = field(description="Its ID.")


@strawberry.input(description="What a booking costs (Spacebring).")
class PaymentInput:
    """What a booking costs."""

    amount: Decimal | None = field(default=None, description="The amount, in the currency's main unit.")
    currency_code: str | None = field(default=None, description="The currency by ISO 4217, three capital letters.")
    tax: PaymentTaxInput | None = field(default=None, description="The tax on it.")
    invoice_item_ref: str | None = field(
        default=None, description="The item of an invoice that bills it, at most 10,000 characters."
    )
    transaction_ref: str | None = field(
        default=None, description="The transaction that paid it, at most 10,000 characters."
    )


@strawberry.input(description="A tax.")
class PaymentTaxInput:
    """A tax."""

    inclusive: bool = field(description="Whether the amount includes it.")
    rate: Decimal = field(description="The rate in percent.")


@strawberry.input(description="Names the booking to delete: a partner's with its `externalUpdatedAt`, an own by `id`.")
class DeleteBookingInput:
    """Names the booking to delete."""

    external_service_id: strawberry.ID | None = field(
        default=None, description="The partner's service; may be left out where the token is bound to one."
    )
    external_booking_id: str | None = field(default=None, description="The partner's ID, 1 to 500 characters.")
    external_updated_at: datetime | None = field(
        default=None, description="When the partner deleted it. Older than what is stored: `STALE_WRITE`."
    )
    id: strawberry.ID | None = field(default=None, description="The ID of an own booking: one without external ID.")
    expected_version: int | None = field(default=None, description="Another version stored: `VERSION_CONFLICT`.")
