"""The enums, as the domain has them."""

from __future__ import annotations

from enum import StrEnum

import strawberry

from domain.bookings import DeleteOutcome, UpsertOutcome
from domain.enums import BookedItemType, BookingStatus, CalendarEventType, ResourceType, Weekday
from domain.refusals import ErrorCode


class BookingOrderField(StrEnum):
    """What bookings can be ordered by; ties always by ID ascending."""

    START_DATE = "START_DATE"
    END_DATE = "END_DATE"
    CREATED_AT = "CREATED_AT"
    UPDATED_AT = "UPDATED_AT"
    ID = "ID"


class OrderDirection(StrEnum):
    """Ascending or descending."""

    ASC = "ASC"
    DESC = "DESC"


DESCRIPTIONS: dict[type[StrEnum], dict[str, str]] = {
    BookedItemType: {"SERVICE": "A single service.", "PACK": "A pack of services."},
    BookingOrderField: {
        "START_DATE": "By start (Spacebring: startDate; Beils: date, then start time).",
        "END_DATE": "By end (Spacebring: endDate, its own default, ascending).",
        "CREATED_AT": "By time of creation (Spacebring: createDate).",
        "UPDATED_AT": "By time of the last change (Wingfield's order, descending).",
        "ID": "By ID.",
    },
    BookingStatus: {
        "RESERVED": "A hold until `expiresAt` (booking calendars: reserved booking).",
        "REQUESTED": "Asked for, not yet accepted (Beils: pending).",
        "ACCEPTED": "Accepted (Beils: confirmed; Wingfield and Spacebring: every active booking).",
        "INVITED": "The participants are invited.",
        "REJECTED": "Refused by the venue. Takes no seats.",
        "CANCELED": "Called off (Beils: cancelled). Takes no seats.",
        "EXPIRED": "A hold that was not confirmed in time. Takes no seats.",
        "COMPLETED": "Has taken place (Beils: completed).",
        "NO_SHOW": "Nobody came (Beils: no_show).",
    },
    CalendarEventType: {
        "PERIOD": "A raw availability slot of the schedule.",
        "PERIOD_FRAGMENT": "What remains of it after bookings, holds and blockers.",
        "BOOKING": "An active booking that is no hold.",
        "RESERVED_BOOKING": "A hold that has not expired; never with a customer.",
        "BLOCKER": "A manual block; takes the whole resource.",
        "BOOKING_COUNT": "Bookings of a resource of more than 25 seats, counted.",
    },
    DeleteOutcome: {
        "DELETED": "The booking is deleted now.",
        "ALREADY_DELETED": "It was deleted before; a newer `externalUpdatedAt` has been noted.",
        "UNKNOWN": "The external ID was never seen; its delete is remembered, and older upserts will be stale.",
    },
    OrderDirection: {"ASC": "Smallest or earliest first.", "DESC": "Largest or latest first."},
    ResourceType: {
        "COURT": "A sports court (Wingfield: court).",
        "HOT_DESK": "A desk for whoever comes (Spacebring: hotDesk).",
        "DEDICATED_DESK": "A desk of one's own (Spacebring: dedicatedDesk).",
        "OFFICE": "An office (Spacebring: office).",
        "PARKING_LOT": "A parking space (Spacebring: parkingLot).",
        "ROOM": "A room (Spacebring: room).",
        "STAFF": "A person's working time (Beils: a member of staff's agenda).",
    },
    UpsertOutcome: {
        "CREATED": "The booking is new.",
        "REPLACED": "It stood before and now says what the input says.",
        "UNCHANGED": "It said so already; nothing was written.",
        "RESTORED": "It had been deleted and is back.",
    },
    Weekday: {day.value: f"{day.value.capitalize()}." for day in Weekday},
    ErrorCode: {
        "INVALID_SCHEMA": "The request or input breaks a rule of its shape; `issues` tell where.",
        "INVALID_TIME_RANGE": "A booking or block ends before or when it starts.",
        "INVALID_FILTER_TIME_RANGE": "A filter's time range is reversed, empty or too long.",
        "INVALID_UPDATED_FILTER_TIME_RANGE": "The range of `updatedFrom` and `updatedTo` is reversed.",
        "INVALID_TIMEZONE": "No IANA time zone has that name.",
        "INVALID_CURSOR": "The cursor is damaged, or belongs to another filter or order.",
        "DUPLICATE_ENTRIES_PROVIDED": "A list that must be unique names something twice.",
        "MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION": "Exactly one of some fields is allowed.",
        "RESOURCE_ID_REQUIRED": "`resourceIds` is empty.",
        "MISSING_API_TOKEN": "What was asked needs a token, and none was sent.",
        "INVALID_API_TOKEN": "The token is unknown, expired or revoked.",
        "SCOPE_PERMISSION_DENIED": "The token lacks the scope.",
        "ORGANIZATION_ACCESS_DENIED": "The organization is not the token's.",
        "EXTERNAL_SERVICE_ACCESS_DENIED": "The external service is not the token's.",
        "USER_ACCESS_DENIED": "There is no such user in the organization.",
        "COURT_NOT_FOUND": "There is no such court or resource for this token.",
        "COURT_BOOKING_NOT_FOUND": "There is no such booking for this token.",
        "RESOURCE_NOT_FOUND": "There is no such resource for this caller.",
        "LOCATION_NOT_FOUND": "There is no such location for this token.",
        "BLOCKER_NOT_FOUND": "There is no such blocker for this token.",
        "RESERVATION_EXPIRED": "The hold was not confirmed in time; its seats are free again.",
        "STALE_WRITE": "A newer `externalUpdatedAt` is stored.",
        "VERSION_CONFLICT": "Another version is stored than the write builds on.",
        "COURT_BOOKING_OVERLAP": "The seats or the member of staff are taken.",
        "OPERATION_TOO_COMPLEX": "The document is too deep, too wide, or could answer too much.",
        "STORE_BUSY": "The store is locked or full for now; try again.",
        "STORE_UNAVAILABLE": "The store cannot be reached for now; try again.",
        "INTERNAL_ERROR": "Something unexpected; the log has it under the `id` of the error.",
    },
}

for _enum, _values in DESCRIPTIONS.items():
    strawberry.enum(_enum, description=(_enum.__doc__ or "").partition("\n")[0])
    for _value in _enum.__strawberry_definition__.values:  # type: ignore[attr-defined]
        _value.description = _values[_value.name]
