"""The schema: every root with its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry
from strawberry.schema.config import StrawberryConfig

from execution.relation import root
from resolvers import booking_mutations, bookings, calendar, hold_mutations, lookups, preview, setup_mutations
from schema import results
from schema.bookings import Booking, BookingConnection, BookingPreview
from schema.calendar import (
    BlockerEvent,
    BookingCountEvent,
    BookingEvent,
    CalendarEvents,
    PeriodEvent,
    PeriodFragmentEvent,
    ReservedBookingEvent,
)
from schema.nodes import Node
from schema.refusals import UserError
from schema.resources import Blocker, LocationConnection, Resource, ResourceConnection
from schema.scalars import SCALARS
from schema.users import UserConnection
from schema.viewer import Viewer

if TYPE_CHECKING:
    from graphql import GraphQLSchema

REFUSED = "Every refusal is a member of the result; a missing scope is a top-level error."


@strawberry.type(description="Reading. Without a token only what is public, and nobody's name.")
class Query:
    """Reading."""

    viewer: Viewer = root(lookups.viewer, description="Who asks: name, scopes, places. Open without a token.")
    node: Node | None = root(
        lookups.node, description="Any record by its ID; unknown, deleted and foreign: null. Needs a token."
    )
    nodes: list[Node | None] = root(
        lookups.nodes,
        description="Any records, in the order of their IDs; null in the place of what is unknown, deleted or foreign. "
        "Needs a token.",
    )
    booking: Booking | None = root(
        bookings.booking,
        description="A booking (Wingfield: get by external ID). Unknown, deleted or foreign: null and the error "
        "`court_booking_not_found`. Needs `bookings:read`.",
    )
    bookings: BookingConnection = root(
        bookings.bookings,
        description="Bookings in pages: those of a service (Wingfield), of resources and locations (Spacebring), of an "
        "agenda (Beils). Needs `bookings:read`.",
    )
    calendar_events: CalendarEvents = root(
        calendar.calendar_events,
        description="The unified calendar of some resources (booking calendars). Open to callers without a token for "
        "public resources.",
    )
    booking_preview: BookingPreview | None = root(
        preview.booking_preview,
        description="A booking in short for its own customer (booking calendars: booking preview); null unless that "
        "user is its owner or takes part in it. Needs `bookings:read` and `users:read`.",
    )
    resource: Resource | None = root(
        lookups.resource, description="A resource by its ID; unknown and foreign: null. A public one needs no token."
    )
    resources: ResourceConnection = root(
        lookups.resources, description="Resources in pages, by name. Without a token those whose calendar is public."
    )
    locations: LocationConnection = root(
        lookups.locations, description="Locations in pages, by name. Without a token those with a public resource."
    )
    users: UserConnection = root(lookups.users, description="People in pages, by ID. Needs `users:read`.")


@strawberry.type(description=f"Writing. {REFUSED}")
class Mutation:
    """Writing."""

    upsert_booking: results.UpsertBookingResult = root(
        booking_mutations.upsert_booking,
        description="Create or replace a booking: a partner's by external ID with stale-write protection (Wingfield), "
        "or a venue's own (Beils). Never double-booked: refused for seats and staff (`COURT_BOOKING_OVERLAP`), but not "
        "by schedule, blocker or a resource's limits of time. Also `STALE_WRITE`, `VERSION_CONFLICT`, "
        "`COURT_NOT_FOUND`, `USER_ACCESS_DENIED`, `EXTERNAL_SERVICE_ACCESS_DENIED`. Needs `bookings:write`.",
    )
    delete_booking: results.DeleteBookingResult = root(
        booking_mutations.delete_booking,
        description="Delete a booking; a partner's leaves a tombstone, also for an ID never seen. `bookings:write`.",
    )
    upsert_bookings: list[results.UpsertBookingResult] = root(
        booking_mutations.upsert_bookings,
        description="Create or replace up to 100 bookings together: each its own outcome, in order; later ones see "
        "earlier ones, a refused one harms no other. The paths of refusals begin with `inputs` and the position. "
        "Needs `bookings:write`.",
    )
    update_booking_status: results.UpdateBookingStatusResult = root(
        booking_mutations.update_booking_status,
        description="Move a booking to another status (Beils: status); back to one that takes seats it is admitted "
        "like a new booking: `COURT_BOOKING_OVERLAP`. Needs `bookings:write`.",
    )
    reserve_booking: results.ReserveBookingResult = root(
        hold_mutations.reserve_booking,
        description="Hold seats for a while (booking calendars: reserved booking): RESERVED until `expiresAt`. Refused "
        "for seats, staff and blockers in the way (`COURT_BOOKING_OVERLAP`), not by schedule or a resource's limits of "
        "time. Needs `bookings:write`.",
    )
    extend_reservation: results.ExtendReservationResult = root(
        hold_mutations.extend_reservation,
        description="Let a hold live longer. Over: `RESERVATION_EXPIRED`. Needs `bookings:write`.",
    )
    confirm_reservation: results.ConfirmReservationResult = root(
        hold_mutations.confirm_reservation,
        description="Make a booking of a hold. Over: `RESERVATION_EXPIRED`. The same again changes nothing. Needs "
        "`bookings:write`.",
    )
    release_reservation: results.ReleaseReservationResult = root(
        hold_mutations.release_reservation,
        description="Give a hold up; its seats are free at once. The same again changes nothing. `bookings:write`.",
    )
    upsert_organization: results.UpsertOrganizationResult = root(
        setup_mutations.upsert_organization,
        description="Write an organization (Spacebring: network; Beils: salon); creating one is for administrators. "
        "Foreign: `ORGANIZATION_ACCESS_DENIED`. Needs `resources:write`.",
    )
    upsert_external_service: results.UpsertExternalServiceResult = root(
        setup_mutations.upsert_external_service,
        description="Write a partner's system (Wingfield: external service). Unknown or foreign organization: "
        "`ORGANIZATION_ACCESS_DENIED`. Needs `resources:write`.",
    )
    upsert_location: results.UpsertLocationResult = root(
        setup_mutations.upsert_location,
        description="Write a place (Spacebring: location). Unknown or foreign organization: "
        "`ORGANIZATION_ACCESS_DENIED`. Needs `resources:write`.",
    )
    upsert_resource: results.UpsertResourceResult = root(
        setup_mutations.upsert_resource,
        description="Write something bookable (Wingfield: court). `LOCATION_NOT_FOUND`, `RESOURCE_NOT_FOUND` for its "
        "parent, `USER_ACCESS_DENIED`; a capacity below what is booked: `COURT_BOOKING_OVERLAP`. Needs "
        "`resources:write`.",
    )
    upsert_schedule: results.UpsertScheduleResult = root(
        setup_mutations.upsert_schedule,
        description="Replace a resource's whole schedule. `RESOURCE_NOT_FOUND`; a date excepted twice: "
        "`DUPLICATE_ENTRIES_PROVIDED`; a reversed slot: `INVALID_TIME_RANGE`. Needs `resources:write`.",
    )
    upsert_blocker: results.UpsertBlockerResult = root(
        setup_mutations.upsert_blocker,
        description="Write a manual block (booking calendars: blocker); bookings that stand there stay. "
        "`RESOURCE_NOT_FOUND`, `INVALID_TIME_RANGE`. Needs `resources:write`.",
    )
    delete_blocker: results.DeleteBlockerResult = root(
        setup_mutations.delete_blocker,
        description="Delete a manual block; unknown or foreign: `BLOCKER_NOT_FOUND`. Needs `resources:write`.",
    )
    upsert_user: results.UpsertUserResult = root(
        setup_mutations.upsert_user,
        description="Write a person (Beils: client, staff). Unknown or foreign organization: "
        "`ORGANIZATION_ACCESS_DENIED`. Needs `users:write`.",
    )


SCHEMA = strawberry.Schema(
    Query,
    Mutation,
    types=[
        Blocker,
        UserError,
        PeriodEvent,
        PeriodFragmentEvent,
        BookingEvent,
        ReservedBookingEvent,
        BlockerEvent,
        BookingCountEvent,
    ],
    config=StrawberryConfig(scalar_map=SCALARS),
)


def graphql_schema() -> GraphQLSchema:
    """Return the schema as graphql-core has it, for the executor."""
    return SCHEMA._schema  # noqa: SLF001 - Strawberry names no public way to it
