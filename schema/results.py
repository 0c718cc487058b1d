"""What mutations answer: a union of the success and the refusals that it can give."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import field

from domain.bookings import DeleteOutcome, UpsertOutcome
from execution.relation import reads
from schema.bookings import Booking
from schema.refusals import AccessDenied, BookingOverlap, InvalidInput, NotFound, StaleWrite, VersionConflict
from schema.resources import Blocker, ExternalService, Location, Organization, Resource, Schedule
from schema.users import User
from storage import booking_writes, hold_writes, status_writes


@reads(booking_writes.UpsertBookingSuccess)
class UpsertBookingSuccess:
    """The booking stands."""

    booking: Booking = field(description="The booking as it stands now.")
    outcome: UpsertOutcome = field(description="What was done.")


@reads(booking_writes.DeleteBookingSuccess)
class DeleteBookingSuccess:
    """The booking is deleted."""

    booking: Booking | None = field(description="The deleted booking; null for an external ID never seen.")
    outcome: DeleteOutcome = field(description="What was done.")


@reads(status_writes.UpdateBookingStatusSuccess)
class UpdateBookingStatusSuccess:
    """The booking has that status."""

    booking: Booking = field(description="The booking as it stands now.")


@reads(hold_writes.ReserveBookingSuccess)
class ReserveBookingSuccess:
    """The seats are held until `booking.expiresAt`."""

    booking: Booking = field(description="The hold; for a repeated request as it stands now, perhaps confirmed.")
    reservation_token: str = field(
        description="The secret by which alone the hold is extended, confirmed, released. Only a hash of it is stored."
    )


@reads(hold_writes.ExtendReservationSuccess)
class ExtendReservationSuccess:
    """The hold lives until `booking.expiresAt`."""

    booking: Booking = field(description="The hold.")


@reads(hold_writes.ConfirmReservationSuccess)
class ConfirmReservationSuccess:
    """The hold is a booking."""

    booking: Booking = field(description="The booking as it stands now; its ID is the hold's.")


@reads(hold_writes.ReleaseReservationSuccess)
class ReleaseReservationSuccess:
    """The hold is over; its seats are free."""

    booking: Booking = field(description="What is left of the hold: CANCELED, or EXPIRED before.")


@strawberry.type(description="The organization stands.")
class UpsertOrganizationSuccess:
    """The organization stands."""

    organization: Organization = field(description="The organization as it stands now.")


@strawberry.type(description="The external service stands.")
class UpsertExternalServiceSuccess:
    """The external service stands."""

    external_service: ExternalService = field(description="The external service as it stands now.")


@strawberry.type(description="The location stands.")
class UpsertLocationSuccess:
    """The location stands."""

    location: Location = field(description="The location as it stands now.")


@strawberry.type(description="The resource stands.")
class UpsertResourceSuccess:
    """The resource stands."""

    resource: Resource = field(description="The resource as it stands now.")


@strawberry.type(description="The schedule stands.")
class UpsertScheduleSuccess:
    """The schedule stands."""

    schedule: Schedule = field(description="The schedule as it stands now; empty: the resource has none.")


@strawberry.type(description="The user stands.")
class UpsertUserSuccess:
    """The user stands."""

    user: User = field(description="The user as it stands now.")


@strawberry.type(description="The block stands.")
class UpsertBlockerSuccess:
    """The block stands."""

    blocker: Blocker = field(description="The block as it stands now.")


@strawberry.type(description="The block is gone.")
class DeleteBlockerSuccess:
    """The block is gone."""

    blocker: Blocker = field(description="The block as it was.")


def _union(name: str) -> object:
    return strawberry.union(name, description=f"What `{name[0].lower()}{name[1:-6]}` answers.")


UpsertBookingResult = Annotated[
    UpsertBookingSuccess | StaleWrite | VersionConflict | BookingOverlap | InvalidInput | NotFound | AccessDenied,
    _union("UpsertBookingResult"),
]
DeleteBookingResult = Annotated[
    DeleteBookingSuccess | StaleWrite | VersionConflict | InvalidInput | NotFound | AccessDenied,
    _union("DeleteBookingResult"),
]
UpdateBookingStatusResult = Annotated[
    UpdateBookingStatusSuccess | VersionConflict | BookingOverlap | InvalidInput | NotFound | AccessDenied,
    _union("UpdateBookingStatusResult"),
]
ReserveBookingResult = Annotated[
    ReserveBookingSuccess | BookingOverlap | InvalidInput | NotFound | AccessDenied, _union("ReserveBookingResult")
]
ExtendReservationResult = Annotated[
    ExtendReservationSuccess | VersionConflict | BookingOverlap | InvalidInput | NotFound | AccessDenied,
    _union("ExtendReservationResult"),
]
ConfirmReservationResult = Annotated[
    ConfirmReservationSuccess | VersionConflict | BookingOverlap | InvalidInput | NotFound | AccessDenied,
    _union("ConfirmReservationResult"),
]
ReleaseReservationResult = Annotated[
    ReleaseReservationSuccess | VersionConflict | InvalidInput | NotFound | AccessDenied,
    _union("ReleaseReservationResult"),
]
UpsertOrganizationResult = Annotated[
    UpsertOrganizationSuccess | InvalidInput | NotFound | AccessDenied, _union("UpsertOrganizationResult")
]
UpsertExternalServiceResult = Annotated[
    UpsertExternalServiceSuccess | InvalidInput | NotFound | AccessDenied, _union("UpsertExternalServiceResult")
]
UpsertLocationResult = Annotated[
    UpsertLocationSuccess | InvalidInput | NotFound | AccessDenied, _union("UpsertLocationResult")
]
UpsertResourceResult = Annotated[
    UpsertResourceSuccess | BookingOverlap | InvalidInput | NotFound | AccessDenied, _union("UpsertResourceResult")
]
UpsertScheduleResult = Annotated[
    UpsertScheduleSuccess | InvalidInput | NotFound | AccessDenied, _union("UpsertScheduleResult")
]
UpsertUserResult = Annotated[UpsertUserSuccess | InvalidInput | NotFound | AccessDenied, _union("UpsertUserResult")]
UpsertBlockerResult = Annotated[
    UpsertBlockerSuccess | InvalidInput | NotFound | AccessDenied, _union("UpsertBlockerResult")
]
DeleteBlockerResult = Annotated[
    DeleteBlockerSuccess | InvalidInput | NotFound | AccessDenied, _union("DeleteBlockerResult")
]
