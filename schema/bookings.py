"""Bookings and their parts."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import strawberry
from strawberry import field

from domain import records
from domain.enums import BookedItemType, BookingStatus
from execution.relation import reads, relation
from schema.nodes import Node, PageInfo
from schema.resources import COUNTED, ExternalService, Resource
from schema.scalars import TimeZone
from schema.users import User
from storage.booking_lists import booking_counts
from storage.organizations import services_by_id
from storage.resources import resources_by_id
from storage.users import users_by_id


@reads(records.Booking)
class Booking(Node):
    """A booking of one resource for a half-open span of time.

    To a caller who may not read it, as in a public calendar, it shows id, version, status, seats and times alone.
    """

    version: int = field(description="Counts the changes; `expectedVersion` of own bookings' writes.")
    status: BookingStatus = field(description="Where it stands.")
    title: str | None = field(description="What it is for (Spacebring: title).")
    notes: str | None = field(description="Remarks (Beils: notes; Spacebring: memo).")
    seats: int = field(description="How many seats it takes (Spacebring: seats).")
    start_date: datetime = field(description="From here on (all sources: startDate).")
    end_date: datetime = field(description="Up to, not including (all sources: endDate).")
    duration: int = field(description="Minutes from start to end (Beils: duration).")
    local_date: date = field(description="The date of the start at the location (Beils: booking_date).")
    local_start_time: time = field(description="The time of the start at the location (Beils: start_time).")
    local_end_time: time = field(description="The time of the end at the location (Beils: end_time).")
    timezone: TimeZone = field(description="The time zone of the location.")
    resource: Resource = relation(
        resources_by_id, key="resource_id", description="What is booked (Wingfield: court; Spacebring: resourceRef)."
    )
    owner: User | None = relation(
        users_by_id,
        key="owner_id",
        description="Whose it is (Spacebring: userOwner; Beils: client). Needs `users:read`.",
    )
    owner_membership_id: strawberry.ID | None = field(
        description="The owner's membership (Spacebring: membershipRefOwner). Needs `users:read`."
    )
    staff: User | None = relation(
        users_by_id, key="staff_id", description="Who serves (Beils: staff). Needs `users:read`."
    )
    item: BookedItem | None = field(description="What is served (Beils: item_type, item_id).")
    participants: list[Participant] = field(
        description="Who takes part, in the order given (Spacebring: attendees). Empty without `users:read`, "
        "except for the service that wrote the booking.",
    )
    payment: Payment | None = field(description="What it costs (Spacebring: payment).")
    external_service: ExternalService | None = relation(
        services_by_id, key="external_service_id", description="The partner's system that wrote it (Wingfield)."
    )
    external_booking_id: str | None = field(description="Its ID there (Wingfield: externalCourtBookingId).")
    external_updated_at: datetime | None = field(description="Its last change there (Wingfield: externalUpdatedAt).")
    expires_at: datetime | None = field(description="Of a hold: when it ends unless confirmed.")
    created_at: datetime = field(description="When it was first written (Spacebring: createDate; Beils: created_at).")
    updated_at: datetime = field(description="When it last changed (Spacebring: updateDate; Beils: updated_at).")
    deleted_at: datetime | None = field(description="When it was deleted (Spacebring: deleteDate).")


@strawberry.type(description="One who takes part: a user, or a guest by e-mail.")
class Participant:
    """One who takes part."""

    id: strawberry.ID = field(description="The ID of this participation; the same after every rewrite.")
    user: User | None = relation(users_by_id, key="user_id", description="The user; null for a guest.")
    email: str | None = field(description="The guest's e-mail, lower case; null for a user.")
    membership_id: strawberry.ID | None = field(description="The membership (Spacebring: membershipRef).")


@strawberry.type(description="The service or pack that is booked (Beils).")
class BookedItem:
    """The service or pack that is booked."""

    type: BookedItemType = field(description="Service or pack (Beils: item_type).")
    id: strawberry.ID = field(description="Its ID (Beils: item_id).")


@strawberry.type(description="What a booking costs (Spacebring: payment).")
class Payment:
    """What a booking costs."""

    amount: Decimal | None = field(description="The amount, in the currency's main unit.")
    currency_code: str | None = field(description="The currency by ISO 4217.")
    tax: PaymentTax | None = field(description="The tax on it.")
    invoice_item_ref: str | None = field(description="The item of an invoice that bills it.")
    transaction_ref: str | None = field(description="The transaction that paid it.")


@strawberry.type(description="A tax.")
class PaymentTax:
    """A tax."""

    inclusive: bool = field(description="Whether the amount includes it.")
    rate: Decimal = field(description="The rate in percent.")


@strawberry.type(description="A booking in a page.")
class BookingEdge:
    """A booking in a page."""

    cursor: str = field(description="The place of the booking in the list.")
    node: Booking = field(description="The booking.")


@strawberry.type(description="A page of bookings.")
class BookingConnection:
    """A page of bookings."""

    edges: list[BookingEdge] = field(description="The bookings with their cursors.")
    nodes: list[Booking] = field(description="The bookings.")
    page_info: PageInfo = field(description="Where the page stands.")
    total_count: int = relation(booking_counts, key="query", description=COUNTED)
    next_page: str | None = field(
        description="The next page's arguments of this field, a JSON object; null on the last "
        "(Spacebring: searchQueryNext)."
    )


@strawberry.type(description="A booking in short, for its own customer (booking calendars: booking preview).")
class BookingPreview:
    """A booking in short, for its own customer."""

    id: strawberry.ID = field(description="The booking's ID.")
    status: BookingStatus = field(description="Where it stands.")
    title: str | None = field(description="What it is for.")
    start_date: datetime = field(description="From here on.")
    end_date: datetime = field(description="Up to, not including.")
    resource_name: str = field(description="The name of what is booked.")
    location_name: str = field(description="The name of the place.")
    timezone: TimeZone = field(description="The time zone of the place.")
    display_label: str = field(description='What a calendar writes on it: "Jane Doe - Workshop".')
    seats: int = field(description="How many seats it takes.")
