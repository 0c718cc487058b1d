"""The records of the calendar: its events, and who is behind a booking as far as the viewer may see it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.enums import CalendarEventType
from domain.records import Booking, Resource


class Customer(NamedTuple):
    """A participant as the calendar shows it; `id` is the participant's."""

    id: str
    first_name: str | None
    last_name: str | None


class Party(NamedTuple):
    """Who is behind a booking, as far as the viewer may see it."""

    owner: Customer | None = None
    customers: tuple[Customer, ...] = ()


class ColorMap(NamedTuple):
    """Colours of an event, `#rrggbb`."""

    bg: str
    text: str


class CalendarEvent(NamedTuple):
    """One event of the unified calendar; `timezone` is the one its local times are told in."""

    id: str
    type: CalendarEventType
    start_date: datetime
    end_date: datetime
    resource: Resource
    occupancy: float
    is_available: bool
    display_label: str
    color_map: ColorMap
    timezone: str
    customers: tuple[Customer, ...] = ()
    bookings: tuple[Booking, ...] = ()
    booking_count: int = 0

    @property
    def local_start(self) -> datetime:
        """The start as a naive wall clock in `timezone`."""
        return self.start_date.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)

    @property
    def local_end(self) -> datetime:
        """The end as a naive wall clock in `timezone`."""
        return self.end_date.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)

    @property
    def resource_id(self) -> str:
        """The ID of the resource."""
        return self.resource.id

    @property
    def resource_name(self) -> str:
        """The name of the resource."""
        return self.resource.name

    @property
    def quota(self) -> int:
        """The resource's capacity, in seats."""
        return self.resource.capacity

    @property
    def is_blocker(self) -> bool:
        """Whether this is a manual block."""
        return self.type is CalendarEventType.BLOCKER
