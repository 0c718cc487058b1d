"""Reading bookings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import strawberry
from strawberry import UNSET

from domain.drafts import stored_email
from domain.intervals import CALENDARS
from domain.records import Booking
from domain.refusals import ErrorCode
from resolvers.paging import After, Before, First, Last, Offset, next_arguments
from resolvers.refusing import refuse, require
from schema.booking_inputs import BookingFilter, BookingOrder, BookingRef
from schema.enums import OrderDirection
from storage.access import Access
from storage.booking_lists import booking_page
from storage.bookings import booking_by_external_id
from storage.locations import zones_of_viewer
from storage.nodes import standing_bookings_by_id
from storage.organizations import services_by_id
from storage.pages import Order, Page
from storage.windows import window

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_IDS = 200
PEOPLE = {
    "owner_id": "ownerId",
    "owner_membership_id": "ownerMembershipId",
    "staff_id": "staffId",
    "participant_user_id": "participantUserId",
    "participant_email": "participantEmail",
}

Ref = Annotated[BookingRef, strawberry.argument(description="Which booking.")]
Filter = Annotated[BookingFilter | None, strawberry.argument(description="Which bookings; left out: all but holds.")]
OrderBy = Annotated[
    BookingOrder | None, strawberry.argument(description="In which order; default START_DATE ASC (Beils), ties by ID.")
]


async def booking(access: Access, *, ref: Ref) -> Booking | None:
    """Read a booking; unknown, deleted and foreign: `court_booking_not_found`."""
    require(access.viewer, "bookings:read")
    found = await _referred(access, ref)
    if found is None or found.deleted_at is not None:
        refuse(ErrorCode.COURT_BOOKING_NOT_FOUND, "There is no such booking.", "ref")
    return found


async def _referred(access: Access, ref: BookingRef) -> Booking | None:
    if isinstance(ref.id, str):
        return (await standing_bookings_by_id(access, [ref.id]))[0]
    external = ref.external
    if external is None or external is UNSET:
        return None
    service = external.external_service_id or access.viewer.external_service_id
    if service is None:
        refuse(ErrorCode.INVALID_SCHEMA, "Name the externalServiceId.", "ref", "external", "externalServiceId")
    await _require_service(access, service, "ref", "external", "externalServiceId")
    return await booking_by_external_id(access, service, external.external_booking_id)


async def bookings(
    access: Access,
    *,
    filter: Filter = None,
    order_by: OrderBy = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    offset: Offset = None,
) -> Page:
    """Read a page of the bookings that the viewer may read."""
    require(access.viewer, "bookings:read")
    asked = filter or BookingFilter()
    part = window(first, after, last, before, offset)
    _check_ranges(asked)
    _check_rights(access, asked)
    if asked.external_service_id is not None:
        await _require_service(access, asked.external_service_id, "filter", "externalServiceId")
    order = Order("start_date")
    if order_by is not None:
        order = Order(order_by.field.value.lower(), descending=order_by.direction is OrderDirection.DESC)
    agenda = await _agenda(access, asked)
    page = await booking_page(access, dict(_filters(asked)), order, part, agenda=agenda)
    return page._replace(arguments=next_arguments(part, filter=filter, order_by=order_by))


async def _require_service(access: Access, service_id: str, *path: str) -> None:
    if (await services_by_id(access, [service_id]))[0] is None:
        message = "The token does not match the external service."
        refuse(ErrorCode.EXTERNAL_SERVICE_ACCESS_DENIED, message, *path)


def _check_ranges(asked: BookingFilter) -> None:
    code = ErrorCode.INVALID_FILTER_TIME_RANGE
    if asked.from_ is not None and asked.to is not None and asked.from_ >= asked.to:
        refuse(code, "from is not before to.", "filter", "to")
    for name, span in (("startDate", asked.start_date), ("endDate", asked.end_date)):
        if span and span.gte is not None and span.lte is not None and span.gte > span.lte:
            refuse(code, "gte is after lte.", "filter", name, "lte")
    if asked.updated_from is not None and asked.updated_to is not None and asked.updated_from > asked.updated_to:
        message = "updatedFrom is after updatedTo."
        refuse(ErrorCode.INVALID_UPDATED_FILTER_TIME_RANGE, message, "filter", "updatedTo")
    if asked.resource_ids is not None and len(asked.resource_ids) > MOST_IDS:
        refuse(ErrorCode.INVALID_SCHEMA, f"resourceIds has {MOST_IDS} entries at most.", "filter", "resourceIds")
    if asked.agenda is not None:
        _check_agenda(asked.agenda.start, asked.agenda.end)


def _check_agenda(start: date | None, end: date | None) -> None:
    if start is None or end is None:
        if start is not end:
            message = "start and end are given together or not at all."
            refuse(ErrorCode.INVALID_SCHEMA, message, "filter", "agenda")
        return
    if start > end:
        refuse(ErrorCode.INVALID_FILTER_TIME_RANGE, "start is after end.", "filter", "agenda", "end")
    if not CALENDARS.start.year <= start.year <= end.year < CALENDARS.end.year:
        message = "Calendars are kept in the years 1900 to 2199."
        refuse(ErrorCode.INVALID_FILTER_TIME_RANGE, message, "filter", "agenda")


def _check_rights(access: Access, asked: BookingFilter) -> None:
    if asked.include_deleted:
        require(access.viewer, "bookings:write", "filter", "includeDeleted")
    if access.viewer.external_service_id is not None:  # lists its own service's bookings alone, and sees who is in them
        return
    for field, name in PEOPLE.items():
        if getattr(asked, field) is not None:
            require(access.viewer, "users:read", "filter", name)


def _filters(asked: BookingFilter) -> Iterator[tuple[str, Any]]:
    plain = ("external_service_id", "external_booking_id", "location_id", *PEOPLE, "to", "updated_from", "updated_to")
    values = {name: getattr(asked, name) for name in plain}
    values["participant_email"] = stored_email(asked.participant_email)
    values["from"] = asked.from_
    values["resource_ids"] = None if asked.resource_ids is None else tuple(asked.resource_ids)
    for name, members in (("resource_types", asked.resource_types), ("statuses", asked.statuses)):
        values[name] = None if members is None else tuple(member.value for member in members)
    for name, span in (("start", asked.start_date), ("end", asked.end_date)):
        values[f"{name}_gte"], values[f"{name}_lte"] = (span.gte, span.lte) if span else (None, None)
    yield from ((name, value) for name, value in values.items() if value is not None)
    if asked.statuses is None:
        yield "no_holds", True
    if not asked.include_deleted:
        yield "not_deleted", True


async def _agenda(access: Access, asked: BookingFilter) -> list[tuple[str, datetime, datetime]] | None:
    """Return for each time zone of the viewer's locations the instants of the asked local dates."""
    if asked.agenda is None or asked.agenda.start is None or asked.agenda.end is None:
        return None
    first, last = asked.agenda.start, asked.agenda.end
    return [
        (zone, _midnight(first, zone), _midnight(last + timedelta(days=1), zone))
        for zone in await zones_of_viewer(access)
    ]


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
