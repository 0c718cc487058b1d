"""Who owns what stands where: organizations, external services, locations, resources with their schedules."""

from __future__ import annotations

import datetime as dt

import strawberry
from strawberry import field

from domain import records
from domain.enums import ResourceType, Weekday
from execution.relation import reads, relation
from schema.nodes import Node, PageInfo
from schema.scalars import TimeZone
from schema.users import User
from storage.locations import location_counts, locations_by_id
from storage.organizations import organizations_by_id
from storage.resources import (
    children_of_resources,
    resource_counts,
    resources_by_id,
    resources_of_locations,
    schedules_of_resources,
)
from storage.users import users_by_id

COUNTED = "How many there are in all; counted only when asked for."
ADVICE = "For clients to keep to: no write is checked against it."


@reads(records.Organization)
class Organization(Node):
    """A tenant: a club, a network (Spacebring), a salon (Beils)."""

    name: str = field(description="The name.")


@reads(records.ExternalService)
class ExternalService(Node):
    """A partner's system that writes bookings under its own IDs (Wingfield: external service)."""

    name: str = field(description="The name.")
    organization: Organization = relation(
        organizations_by_id, key="organization_id", description="The organization that it writes for."
    )


@reads(records.Location)
class Location(Node):
    """A place where resources stand (Spacebring: location)."""

    name: str = field(description="The name.")
    timezone: TimeZone = field(description="The time zone of all local times at the place.")
    organization: Organization = relation(
        organizations_by_id, key="organization_id", description="The organization that runs the place."
    )
    resources: ResourceConnection = relation(
        resources_of_locations,
        key="id",
        describe={"first": "How many, 1 to 100; default 25.", "after": "Those after this cursor, of this very list."},
        description="Its resources, by name.",
    )


@reads(records.Resource)
class Resource(Node):
    """Something bookable: a court (Wingfield), a desk or room (Spacebring), a person's time (Beils)."""

    name: str = field(description="The name.")
    type: ResourceType = field(description="What it is.")
    capacity: int = field(description="How many seats can be taken at once; 1: one booking at a time.")
    color: str | None = field(description="Its colour in calendars, `#rrggbb`; null: one by type.")
    parent: Resource | None = relation(resources_by_id, key="parent_id", description="The resource that it is part of.")
    children: list[Resource] = relation(children_of_resources, key="id", description="Its direct parts, by name.")
    location: Location = relation(locations_by_id, key="location_id", description="Where it stands.")
    booking_step_minutes: int | None = field(
        description=f"Bookings start this many minutes apart; null: at any time. {ADVICE}"
    )
    min_duration_minutes: int | None = field(description=f"The shortest booking, in minutes; null: no limit. {ADVICE}")
    max_duration_minutes: int | None = field(description=f"The longest booking, in minutes; null: no limit. {ADVICE}")
    preparation_minutes: int = field(description=f"Minutes between one booking and the next. {ADVICE}")
    notice_minutes: int | None = field(description=f"Minutes from booking to start at least; null: none. {ADVICE}")
    horizon_days: int | None = field(description=f"Days from booking to start at most; null: no limit. {ADVICE}")
    public_calendar: bool = field(description="Whether its calendar is open to callers without a token.")
    has_schedule: bool = field(description="Whether it has a schedule, and so a calendar.")
    schedule: Schedule | None = relation(schedules_of_resources, key="id", description=f"When it is open. {ADVICE}")
    user: User | None = relation(
        users_by_id, key="user_id", description="Of a STAFF resource: the person that it stands for."
    )


@strawberry.type(description="When a resource is open: local rules, exceptions, fixed slots. Overlaps merge.")
class Schedule:
    """When a resource is open."""

    weekly: list[WeeklyPeriod] = field(description="The weekly hours.")
    exceptions: list[ScheduleException] = field(description="Dates on which other hours hold, or none.")
    slots: list[DatedSlot] = field(description="Fixed spans, merged with the rest.")


@strawberry.type(description="Hours of a weekday, in the location's time.")
class WeeklyPeriod:
    """Hours of a weekday."""

    weekday: Weekday = field(description="The day on which it starts.")
    start: dt.time = field(description="Opening time.")
    end: dt.time = field(description="Closing time; not after `start`: on the next day; 00:00: midnight.")


@strawberry.type(description="A date on which other hours hold.")
class ScheduleException:
    """A date on which other hours hold."""

    date: dt.date = field(description="The local date.")
    periods: list[LocalPeriod] = field(description="What starts on that date; none: closed.")


@strawberry.type(description="Hours of one date, in the location's time.")
class LocalPeriod:
    """Hours of one date."""

    start: dt.time = field(description="Opening time.")
    end: dt.time = field(description="Closing time; not after `start`: on the next day; 00:00: midnight.")


@strawberry.type(description="A fixed span of availability, half-open.")
class DatedSlot:
    """A fixed span of availability."""

    start_date: dt.datetime = field(description="From here on.")
    end_date: dt.datetime = field(description="Up to, not including.")


@strawberry.type(description="A resource in a page.")
class ResourceEdge:
    """A resource in a page."""

    cursor: str = field(description="The place of the resource in the list.")
    node: Resource = field(description="The resource.")


@strawberry.type(description="A page of resources.")
class ResourceConnection:
    """A page of resources."""

    edges: list[ResourceEdge] = field(description="The resources with their cursors.")
    nodes: list[Resource] = field(description="The resources.")
    page_info: PageInfo = field(description="Where the page stands.")
    total_count: int = relation(resource_counts, key="query", description=COUNTED)


@strawberry.type(description="A location in a page.")
class LocationEdge:
    """A location in a page."""

    cursor: str = field(description="The place of the location in the list.")
    node: Location = field(description="The location.")


@strawberry.type(description="A page of locations.")
class LocationConnection:
    """A page of locations."""

    edges: list[LocationEdge] = field(description="The locations with their cursors.")
    nodes: list[Location] = field(description="The locations.")
    page_info: PageInfo = field(description="Where the page stands.")
    total_count: int = relation(location_counts, key="query", description=COUNTED)


@reads(records.Blocker)
class Blocker(Node):
    """A manual block; takes the whole resource (booking calendars: blocker)."""

    resource: Resource = relation(resources_by_id, key="resource_id", description="What is blocked.")
    start_date: dt.datetime = field(description="From here on.")
    end_date: dt.datetime = field(description="Up to, not including.")
    title: str | None = field(description="Why; visible to the organization.")
