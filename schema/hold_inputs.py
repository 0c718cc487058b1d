"""Inputs of the hold mutations, and of a booking's status."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry import UNSET, field

from domain.enums import BookingStatus
from schema.booking_inputs import BookedItemInput, BookingRef, ParticipantInput

TOKEN = "The secret that `reserveBooking` answered."  # noqa: S105 - a description


@strawberry.input(description="A new status for a booking, as the desk gives it.")
class UpdateBookingStatusInput:
    """A new status for a booking."""

    ref: BookingRef = field(description="Which booking.")
    status: BookingStatus = field(
        description="REQUESTED, INVITED can become ACCEPTED, REJECTED, CANCELED; ACCEPTED: COMPLETED, NO_SHOW, "
        "CANCELED; COMPLETED and NO_SHOW each other; CANCELED, REJECTED, EXPIRED: REQUESTED, ACCEPTED, if the seats "
        "and the staff are still free. The same status again changes nothing."
    )
    expected_version: int | None = field(default=None, description="Another version stored: `VERSION_CONFLICT`.")


@strawberry.input(description="What to hold, and for how long (booking calendars: reserved booking).")
class ReserveBookingInput:
    """What to hold."""

    resource_id: strawberry.ID = field(description="What is held.")
    start_date: datetime = field(description="From here on; in the years 1900 to 2199.")
    end_date: datetime | None = field(
        default=None, description="Up to, not including; at most 366 days later. Or give `duration`."
    )
    duration: int | None = field(default=None, description="Minutes, 1 to 527,040. Or give `endDate`.")
    seats: int = field(default=1, description="How many seats it takes, at least 1.")
    staff_id: strawberry.ID | None = field(default=None, description="Who shall serve.")
    ttl_seconds: int = field(default=600, description="Seconds until it expires, 1 to 86,400.")
    idempotency_key: str | None = field(
        default=None,
        description="1 to 255 characters of the caller's own. The same key and request by the same token are answered "
        "with the same hold and `reservationToken`; the same key with another request is `INVALID_SCHEMA`.",
    )


@strawberry.input(description="A longer life for a hold.")
class ExtendReservationInput:
    """A longer life for a hold."""

    reservation_token: str = field(description=TOKEN)
    ttl_seconds: int = field(description="Seconds from now, 1 to 86,400; 24 hours after it was reserved at most.")


@strawberry.input(description="The booking that a hold becomes.")
class ConfirmReservationInput:
    """The booking that a hold becomes."""

    reservation_token: str = field(description=TOKEN)
    participants: list[ParticipantInput] = field(description="Who takes part: COURT 1 to 4, others 0 to 100; unique.")
    status: BookingStatus | None = field(default=UNSET, description="ACCEPTED (also if left out), REQUESTED, INVITED.")
    title: str | None = field(default=UNSET, description="What it is for, at most 10,000 characters.")
    notes: str | None = field(default=UNSET, description="Remarks, at most 10,000 characters.")
    owner_id: strawberry.ID | None = field(default=UNSET, description="Whose it is.")
    item: BookedItemInput | None = field(default=UNSET, description="What is served (Beils).")


@strawberry.input(description="The hold to give up.")
class ReleaseReservationInput:
    """The hold to give up."""

    reservation_token: str = field(description=TOKEN)
