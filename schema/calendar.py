"""The unified calendar (booking calendars: calendar-events)."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry import field

from domain import calendar_records
from domain.enums import CalendarEventType
from execution.relation import reads
from schema.bookings import Booking
from schema.resources import Resource
from schema.scalars import LocalDateTime


@strawberry.interface(description="One event of a calendar: availability, or what takes it.")
class CalendarEvent:
    """One event of a calendar."""

    id: strawberry.ID = field(description="The same in every like request, and never another record's.")
    type: CalendarEventType = field(description="The kind of event.")
    start_date: datetime = field(description="From here on. Periods are clipped to the asked range, bookings whole.")
    end_date: datetime = field(description="Up to, not including.")
    local_start: LocalDateTime = field(description="The start in the asked time zone, else the location's.")
    local_end: LocalDateTime = field(description="The end in the asked time zone, else the location's.")
    resource: Resource = field(description="The resource.")
    resource_name: str = field(description="Its name (booking calendars: resource_name).")
    quota: int = field(description="Its capacity, in seats.")
    occupancy: float = field(description="Seats taken ÷ capacity, 0 to 1; of a PERIOD the share of its seat-time.")
    is_available: bool = field(description="Whether a seat is free all through; of a PERIOD: whether some part is.")
    is_blocker: bool = field(description="Whether it is a manual block.")
    display_label: str = field(
        description='"Jane Doe - Workshop" to who may see customers, the title to who may read the booking, else '
        '"Booked", "Reserved", "Blocked", "Available", "12 of 40".'
    )
    customers: list[Customer] = field(description="Of a BOOKING, its participants; empty without `users:read`.")
    bookings: list[Booking] = field(description="The booking behind the event, as the caller may see it.")
    color_map: ColorMap = field(description="Colours to draw it in.")


@reads(calendar_records.CalendarEvent, type=CalendarEventType.PERIOD)
class PeriodEvent(CalendarEvent):
    """A raw availability slot of the schedule, clipped to the asked range."""


@reads(calendar_records.CalendarEvent, type=CalendarEventType.PERIOD_FRAGMENT)
class PeriodFragmentEvent(CalendarEvent):
    """A span inside a period in which a constant number of seats, at least one, is free."""


@reads(calendar_records.CalendarEvent, type=CalendarEventType.BOOKING)
class BookingEvent(CalendarEvent):
    """An active booking that is no hold, of a resource of up to 25 seats."""


@reads(calendar_records.CalendarEvent, type=CalendarEventType.RESERVED_BOOKING)
class ReservedBookingEvent(CalendarEvent):
    """A hold that has not expired, of a resource of up to 25 seats."""


@reads(calendar_records.CalendarEvent, type=CalendarEventType.BLOCKER)
class BlockerEvent(CalendarEvent):
    """A manual block of the whole resource."""


@reads(calendar_records.CalendarEvent, type=CalendarEventType.BOOKING_COUNT)
class BookingCountEvent(CalendarEvent):
    """A span with a constant number of bookings and seats, of a resource of more than 25 seats."""

    booking_count: int = field(description="How many bookings stand there.")


@strawberry.type(description="A participant as a calendar shows it.")
class Customer:
    """A participant as a calendar shows it."""

    id: strawberry.ID = field(description="The participant's ID.")
    first_name: str | None = field(description="First name; null for a guest.")
    last_name: str | None = field(description="Family name; null for a guest.")


@strawberry.type(description="Colours to draw an event in.")
class ColorMap:
    """Colours to draw an event in."""

    bg: str = field(description="Background, `#rrggbb`: the resource's colour, else one by its type.")
    text: str = field(description="Black or white, whichever contrasts more.")


@strawberry.type(description="The calendar of some resources over a range.")
class CalendarEvents:
    """The calendar of some resources over a range."""

    events: list[CalendarEvent] = field(description="The events by start, then kind, then resource.")
    resources_with_schedule: list[Resource] = field(description="Those of the asked resources that have a schedule.")
    start_date: datetime = field(description="The start of the range.")
    end_date: datetime = field(description="The end of the range, not included.")
