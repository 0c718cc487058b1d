"""Inputs of the set-up and of the lists of what was set up."""

from __future__ import annotations

import datetime as dt

import strawberry
from strawberry import field

from domain.enums import ResourceType, Weekday
from schema.resources import ADVICE
from schema.scalars import TimeZone

OWN_ID = "The ID, if the caller has one already; the same again updates. Another record's: `INVALID_SCHEMA`."


@strawberry.input(description="Which resources. All conditions hold together.")
class ResourceFilter:
    """Which resources."""

    organization_id: strawberry.ID | None = field(default=None, description="Of this organization.")
    location_id: strawberry.ID | None = field(default=None, description="At this location.")
    types: list[ResourceType] | None = field(default=None, description="Of these types.")
    parent_id: strawberry.ID | None = field(default=None, description="Direct parts of this resource.")


@strawberry.input(description="Which users. All conditions hold together.")
class UserFilter:
    """Which users."""

    organization_id: strawberry.ID | None = field(default=None, description="Of this organization.")
    email: str | None = field(default=None, description="With this e-mail, in any letter case.")


@strawberry.input(description="An organization as it shall stand. Creating one is for administrators.")
class UpsertOrganizationInput:
    """An organization as it shall stand."""

    name: str = field(description="1 to 200 characters.")
    id: strawberry.ID | None = field(default=None, description=OWN_ID)


@strawberry.input(description="An external service as it shall stand.")
class UpsertExternalServiceInput:
    """An external service as it shall stand."""

    organization_id: strawberry.ID = field(description="The organization that it writes for.")
    name: str = field(description="1 to 200 characters.")
    id: strawberry.ID | None = field(default=None, description=OWN_ID)


@strawberry.input(description="A location as it shall stand.")
class UpsertLocationInput:
    """A location as it shall stand."""

    organization_id: strawberry.ID = field(description="The organization that runs it.")
    name: str = field(description="1 to 200 characters.")
    timezone: TimeZone = field(description="The time zone of all its local times.")
    id: strawberry.ID | None = field(default=None, description=OWN_ID)


@strawberry.input(description="A person as it shall stand; what is left out is cleared.")
class UpsertUserInput:
    """A person as it shall stand."""

    organization_id: strawberry.ID = field(description="The organization that knows the person.")
    id: strawberry.ID | None = field(default=None, description=OWN_ID)
    name: str | None = field(default=None, description="First name, at most 2,000 characters.")
    surname: str | None = field(default=None, description="Family name, at most 2,000 characters.")
    email: str | None = field(default=None, description="E-mail address; stored in lower case.")
    phone_number: str | None = field(default=None, description="Telephone number, at most 2,000 characters.")
    photo_url: str | None = field(default=None, description="Address of a picture, at most 2,000 characters.")
    about: str | None = field(default=None, description="What the person says of itself, at most 10,000 characters.")


@strawberry.input(description="A resource as it shall stand; what is left out is set to its default.")
class UpsertResourceInput:
    """A resource as it shall stand."""

    location_id: strawberry.ID = field(description="Where it stands.")
    name: str = field(description="1 to 200 characters.")
    type: ResourceType = field(description="What it is.")
    capacity: int = field(
        default=1, description="Seats, 1 to 100,000. Lowering it below what is booked from now on is refused."
    )
    id: strawberry.ID | None = field(default=None, description=OWN_ID)
    parent_id: strawberry.ID | None = field(default=None, description="The resource that it is part of.")
    color: str | None = field(default=None, description="`#rrggbb`.")
    user_id: strawberry.ID | None = field(default=None, description="Of a STAFF resource: whom it stands for.")
    booking_step_minutes: int | None = field(
        default=None, description=f"Bookings start so many minutes apart. {ADVICE}"
    )
    min_duration_minutes: int | None = field(default=None, description=f"The shortest booking, in minutes. {ADVICE}")
    max_duration_minutes: int | None = field(default=None, description=f"The longest booking, in minutes. {ADVICE}")
    preparation_minutes: int = field(default=0, description=f"Minutes between one booking and the next. {ADVICE}")
    notice_minutes: int | None = field(default=None, description=f"Minutes from booking to start at least. {ADVICE}")
    horizon_days: int | None = field(default=None, description=f"Days from booking to start at most. {ADVICE}")
    public_calendar: bool | None = field(default=None, description="Left out: true, for STAFF false.")


@strawberry.input(
    description=f"Replaces a resource's whole schedule; none of the three lists: the resource has no schedule. {ADVICE}"
)
class UpsertScheduleInput:
    """A resource's whole schedule."""

    resource_id: strawberry.ID = field(description="The resource.")
    weekly: list[WeeklyPeriodInput] | None = field(
        default=None, description="Weekly hours in the location's time, at most 200."
    )
    exceptions: list[ScheduleExceptionInput] | None = field(
        default=None, description="Dates with other hours, at most 1,000."
    )
    slots: list[DatedSlotInput] | None = field(
        default=None, description="Fixed spans, merged with the rest, at most 1,000."
    )


@strawberry.input(description="Hours of a weekday, in the location's time.")
class WeeklyPeriodInput:
    """Hours of a weekday."""

    weekday: Weekday = field(description="The day on which it starts.")
    start: dt.time = field(description="Opening time.")
    end: dt.time = field(description="Closing time; not after `start`: on the next day; 00:00: midnight.")


@strawberry.input(description="On this local date these periods start, instead of the weekly ones; none: closed.")
class ScheduleExceptionInput:
    """A date with other hours."""

    date: dt.date = field(description="The local date, at most once in the list.")
    periods: list[LocalPeriodInput] = field(description="What starts on that date, at most 50; none: closed.")


@strawberry.input(description="Hours of one date, in the location's time.")
class LocalPeriodInput:
    """Hours of one date."""

    start: dt.time = field(description="Opening time.")
    end: dt.time = field(description="Closing time; not after `start`: on the next day; 00:00: midnight.")


@strawberry.input(description="A fixed span of availability, half-open.")
class DatedSlotInput:
    """A fixed span of availability."""

    start_date: dt.datetime = field(description="From here on; in the years 1900 to 2199.")
    end_date: dt.datetime = field(description="Up to, not including.")


@strawberry.input(description="A manual block as it shall stand.")
class UpsertBlockerInput:
    """A manual block as it shall stand."""

    resource_id: strawberry.ID = field(description="What is blocked, as a whole.")
    start_date: dt.datetime = field(description="From here on; in the years 1900 to 2199.")
    end_date: dt.datetime = field(description="Up to, not including.")
    id: strawberry.ID | None = field(default=None, description=OWN_ID)
    title: str | None = field(default=None, description="Why, at most 10,000 characters; visible to the organization.")


@strawberry.input(description="Names the block to delete.")
class DeleteBlockerInput:
    """Names the block to delete."""

    id: strawberry.ID = field(description="The block's ID.")
