"""The records that every room reads: named tuples with `str` IDs and aware UTC instants.

A record is what storage returns and what the GraphQL types read; nothing is copied in between.
Fields that a viewer may not see are None (or empty) by the time a record leaves storage.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.enums import BookedItemType, BookingStatus, ResourceType, Weekday


class Organization(NamedTuple):
    """A tenant: a club, a network, a salon."""

    id: str
    name: str


class ExternalService(NamedTuple):
    """A partner's system that writes bookings under its own IDs (Wingfield)."""

    id: str
    organization_id: str
    name: str


class Location(NamedTuple):
    """A place with a time zone (IANA name), where resources stand."""

    id: str
    organization_id: str
    name: str
    timezone: str


class Resource(NamedTuple):
    """Something bookable. `timezone` is its location's; minutes and days are whole numbers, None: no limit."""

    id: str
    organization_id: str
    location_id: str
    parent_id: str | None
    user_id: str | None
    name: str
    type: ResourceType
    capacity: int
    color: str | None
    booking_step_minutes: int | None
    min_duration_minutes: int | None
    max_duration_minutes: int | None
    preparation_minutes: int
    notice_minutes: int | None
    horizon_days: int | None
    public_calendar: bool
    has_schedule: bool
    timezone: str


class WeeklyPeriod(NamedTuple):
    """Open on this weekday, local time; `end <= start` runs past midnight, 00:00 as end is midnight."""

    weekday: Weekday
    start: time
    end: time


class LocalPeriod(NamedTuple):
    """Local hours of one date, read like a weekly period's."""

    start: time
    end: time


class ScheduleException(NamedTuple):
    """On this local date these periods start instead of the weekly ones; none: closed."""

    date: date
    periods: tuple[LocalPeriod, ...]


class DatedSlot(NamedTuple):
    """A fixed span of availability, half-open."""

    start_date: datetime
    end_date: datetime


class Schedule(NamedTuple):
    """When a resource can be booked: weekly rules, dated exceptions, fixed slots; overlaps merge."""

    weekly: tuple[WeeklyPeriod, ...] = ()
    exceptions: tuple[ScheduleException, ...] = ()
    slots: tuple[DatedSlot, ...] = ()


class User(NamedTuple):
    """A person known to an organization: a member, a client, a member of staff."""

    id: str
    organization_id: str
    name: str | None = None
    surname: str | None = None
    email: str | None = None
    phone_number: str | None = None
    photo_url: str | None = None
    about: str | None = None


class Blocker(NamedTuple):
    """A manual block: takes the whole resource for `[start_date, end_date)`."""

    id: str
    organization_id: str
    resource_id: str
    start_date: datetime
    end_date: datetime
    title: str | None


class BookedItem(NamedTuple):
    """The service or pack that is booked (Beils)."""

    type: BookedItemType
    id: str


class PaymentTax(NamedTuple):
    """A tax: whether the amount includes it, and its rate in percent."""

    inclusive: bool
    rate: Decimal


class Payment(NamedTuple):
    """What a booking costs (Spacebring). Amounts are exact decimals in the currency's main unit."""

    amount: Decimal | None = None
    currency_code: str | None = None
    tax: PaymentTax | None = None
    invoice_item_ref: str | None = None
    transaction_ref: str | None = None


class Participant(NamedTuple):
    """One who takes part: a user of the organization or a guest by e-mail (lower case), never both."""

    id: str
    user_id: str | None
    email: str | None
    membership_id: str | None


class Booking(NamedTuple):
    """A booking of one resource for `[start_date, end_date)`. `timezone` is its location's."""

    id: str
    organization_id: str
    resource_id: str
    version: int
    status: BookingStatus
    title: str | None
    notes: str | None
    seats: int
    start_date: datetime
    end_date: datetime
    owner_id: str | None
    owner_membership_id: str | None
    staff_id: str | None
    item: BookedItem | None
    participants: tuple[Participant, ...]
    payment: Payment | None
    external_service_id: str | None
    external_booking_id: str | None
    external_updated_at: datetime | None
    expires_at: datetime | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    timezone: str

    @property
    def duration(self) -> int:
        """Whole minutes from start to end."""
        return (self.end_date - self.start_date) // timedelta(minutes=1)

    @property
    def local_date(self) -> date:
        """The date of the start at the location."""
        return self.start_date.astimezone(ZoneInfo(self.timezone)).date()

    @property
    def local_start_time(self) -> time:
        """The wall clock at the start, at the location."""
        return self.start_date.astimezone(ZoneInfo(self.timezone)).time()

    @property
    def local_end_time(self) -> time:
        """The wall clock at the end, at the location."""
        return self.end_date.astimezone(ZoneInfo(self.timezone)).time()


class _Everywhere:
    """Every organization: an administrator's."""

    def __contains__(self, _organization_id: object) -> bool:
        return True


EVERYWHERE = _Everywhere()


class _Viewer(NamedTuple):
    token_id: str | None = None
    name: str | None = None
    scopes: frozenset[str] = frozenset()
    organization_ids: frozenset[str] | None = frozenset()
    external_service_id: str | None = None
    reservation_key: bytes = b""


class Viewer(_Viewer):
    """Who asks. Anonymous: no token. `organization_ids` None: every one (an administrator).

    `reservation_key` follows from the token's secret, of which the store has only a hash: the reservation tokens that
    are made with it can be made again for the same caller, and by nobody who has read the store.
    """

    @property
    def is_anonymous(self) -> bool:
        """Whether no token was shown."""
        return self.token_id is None

    def may(self, scope: str) -> bool:
        """Whether the scope is held; `x:write` implies `x:read`."""
        return scope in self.scopes or scope.replace(":read", ":write") in self.scopes

    def belongs_to(self, organization_id: str) -> bool:
        """Whether the organization is one of the viewer's."""
        return organization_id in self.belongs

    @cached_property
    def belongs(self) -> Container[str]:
        """The viewer's organizations, to ask whether one is among them."""
        return EVERYWHERE if self.organization_ids is None else self.organization_ids

    @cached_property
    def reads_bookings_of(self) -> Container[str]:
        """The organizations whose bookings the viewer may read."""
        return self.belongs if self.may("bookings:read") else frozenset()

    @cached_property
    def reads_resources_of(self) -> Container[str]:
        """The organizations whose resources, places and schedules the viewer may read."""
        return self.belongs if self.may("resources:read") else frozenset()

    @cached_property
    def reads_people_of(self) -> Container[str]:
        """The organizations whose people the viewer may read."""
        return self.belongs if self.may("users:read") else frozenset()
