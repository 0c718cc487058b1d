"""The closed sets of values, as the public schema spells them."""

from __future__ import annotations

from enum import StrEnum


class Value(StrEnum):
    """A value that is looked up in tables as fast as the text that it is; Enum's own hash is a function in Python."""

    __hash__ = str.__hash__


class ResourceType(Value):
    """What a resource is; the terms are Wingfield's (court) and Spacebring's (all the others but STAFF)."""

    COURT = "COURT"
    HOT_DESK = "HOT_DESK"
    DEDICATED_DESK = "DEDICATED_DESK"
    OFFICE = "OFFICE"
    PARKING_LOT = "PARKING_LOT"
    ROOM = "ROOM"
    STAFF = "STAFF"


class BookingStatus(Value):
    """Where a booking stands; RESERVED is a hold with an expiry."""

    RESERVED = "RESERVED"
    REQUESTED = "REQUESTED"
    ACCEPTED = "ACCEPTED"
    INVITED = "INVITED"
    REJECTED = "REJECTED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    COMPLETED = "COMPLETED"
    NO_SHOW = "NO_SHOW"


class ChangeKind(Value):
    """What happened to a booking, as its change record says."""

    CREATED = "CREATED"
    REPLACED = "REPLACED"
    RESTORED = "RESTORED"
    DELETED = "DELETED"
    STATUS_CHANGED = "STATUS_CHANGED"
    RESERVED = "RESERVED"
    EXTENDED = "EXTENDED"
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


class BookedItemType(Value):
    """What a salon's booking is for (Beils: item_type)."""

    SERVICE = "SERVICE"
    PACK = "PACK"


class Weekday(Value):
    """A day of the week, in ISO order: `list(Weekday)[d.weekday()]`."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


class CalendarEventType(Value):
    """The six kinds of calendar event, in the order in which events of one start are listed."""

    PERIOD = "PERIOD"
    PERIOD_FRAGMENT = "PERIOD_FRAGMENT"
    BOOKING = "BOOKING"
    RESERVED_BOOKING = "RESERVED_BOOKING"
    BLOCKER = "BLOCKER"
    BOOKING_COUNT = "BOOKING_COUNT"
