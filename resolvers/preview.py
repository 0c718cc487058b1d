"""The preview of a booking, for its own customer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple

import strawberry

from domain.enums import BookingStatus
from domain.labels import booking_label
from resolvers.refusing import require
from storage.access import Access
from storage.calendar import parties_of_bookings
from storage.locations import locations_by_id
from storage.nodes import standing_bookings_by_id
from storage.resources import resources_by_id

if TYPE_CHECKING:
    from domain.records import Booking

AccountId = Annotated[strawberry.ID, strawberry.argument(description="The user whose booking it is.")]
BookingId = Annotated[strawberry.ID, strawberry.argument(description="The booking.")]

LOOKED_AT = ("resource_id", "status", "title", "seats", "start_date", "end_date", "owner_id", "participants")


class Preview(NamedTuple):
    """A booking in short."""

    id: str
    status: BookingStatus
    title: str | None
    start_date: datetime
    end_date: datetime
    resource_name: str
    location_name: str
    timezone: str
    display_label: str
    seats: int


async def booking_preview(access: Access, *, account_id: AccountId, booking_id: BookingId) -> Preview | None:
    """Read a booking in short; None unless that user is its owner or takes part in it."""
    require(access.viewer, "bookings:read")
    require(access.viewer, "users:read")
    booking = (await standing_bookings_by_id(access, [booking_id], LOOKED_AT))[0]
    if booking is None or not _is_customer(account_id, booking):
        return None
    resource = (await resources_by_id(access, [booking.resource_id]))[0]
    location = resource and (await locations_by_id(access, [resource.location_id]))[0]
    if resource is None or location is None:
        return None
    parties = await parties_of_bookings(access, [booking])
    return Preview(
        booking.id,
        booking.status,
        booking.title,
        booking.start_date,
        booking.end_date,
        resource.name,
        location.name,
        location.timezone,
        booking_label(booking, parties.get(booking.id)),
        booking.seats,
    )


def _is_customer(user_id: str, booking: Booking) -> bool:
    return user_id in (booking.owner_id, *(person.user_id for person in booking.participants))
