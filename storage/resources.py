"""Resources and their schedules."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, bindparam, or_, select

from domain.enums import ResourceType, Weekday
from domain.privacy import inside_of, resource_as_seen, sees_resource
from domain.records import DatedSlot, LocalPeriod, Resource, Schedule, ScheduleException, WeeklyPeriod
from storage import tables
from storage.access import builder
from storage.directory import Stored, size_of_flat
from storage.listings import Listing
from storage.pages import Order, Page, Query
from storage.statements import Statement, among
from storage.tables import ID, table
from storage.windows import Window, window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.records import Viewer
    from storage.access import Access
    from storage.database import Row

resources = table(tables.Resource)
locations = table(tables.Location)
schedules = table(tables.Schedule)

TYPES = {member.value: member for member in ResourceType}

resource_columns = (
    *(resources.c[name] for name in Resource._fields if name not in ("has_schedule", "timezone")),
    schedules.c.resource_id.is_not(None),
    locations.c.timezone,
)
resource_source = resources.join(locations, locations.c.id == resources.c.location_id).outerjoin(
    schedules, schedules.c.resource_id == resources.c.id
)
_select = select(*resource_columns).select_from(resource_source)

CHILDREN = Statement(
    select(resources.c.parent_id, *resource_columns)
    .select_from(resource_source)
    .where(among(resources.c.parent_id, "keys"))
    .order_by(resources.c.name, resources.c.id)
)


_resource = builder(Resource)


def build_resource(row: Row) -> Resource:
    """Build a record of the columns in `resource_columns`."""
    return _resource((*row[:6], TYPES[row[6]], *row[7:16], bool(row[16]), row[17]))


def build_schedule(rules: dict[str, Any]) -> Schedule:
    """Build a schedule of its stored document."""
    return Schedule(
        tuple(WeeklyPeriod(Weekday(day), _time(start), _time(end)) for day, start, end in rules["weekly"]),
        tuple(
            ScheduleException(date.fromisoformat(day), tuple(LocalPeriod(_time(s), _time(e)) for s, e in periods))
            for day, periods in rules["exceptions"]
        ),
        tuple(DatedSlot(datetime.fromisoformat(s), datetime.fromisoformat(e)) for s, e in rules["slots"]),
    )


def schedule_document(schedule: Schedule) -> dict[str, Any]:
    """Return the document that stores a schedule."""
    return {
        "weekly": [[p.weekday.value, p.start.isoformat(), p.end.isoformat()] for p in schedule.weekly],
        "exceptions": [
            [e.date.isoformat(), [[p.start.isoformat(), p.end.isoformat()] for p in e.periods]]
            for e in schedule.exceptions
        ],
        "slots": [[s.start_date.isoformat(), s.end_date.isoformat()] for s in schedule.slots],
    }


_time = time.fromisoformat

RESOURCES = Stored(Statement(_select.where(among(resources.c.id, "keys"))), build_resource, 2_000_000, size_of_flat)
SCHEDULES = Stored(
    Statement(select(schedules.c.resource_id, schedules.c.rules).where(among(schedules.c.resource_id, "keys"))),
    lambda row: build_schedule(row[1]),
    2_000_000,
)


def see_resource(viewer: Viewer, resource: Resource) -> Resource | None:
    """Return a resource as the viewer sees it, or None."""
    return resource_as_seen(viewer, resource) if sees_resource(viewer, resource) else None


async def resources_by_id(access: Access, keys: Sequence[str]) -> list[Resource | None]:
    """Read resources: public ones, and the organization's."""
    return await access.seen(RESOURCES, keys, see_resource)


async def children_of_resources(access: Access, keys: Sequence[str]) -> list[list[Resource]]:
    """Read the direct children of resources, by name."""
    found = await access.groups(CHILDREN, keys, build_resource)
    return [[seen for child in group if (seen := see_resource(access.viewer, child))] for group in found]


async def schedules_of_resources(access: Access, keys: Sequence[str]) -> list[Schedule | None]:
    """Read the schedules of resources that the viewer sees."""
    visible = [found.id for found in await resources_by_id(access, keys) if found and found.has_schedule]
    found = await access.stored(SCHEDULES, visible)
    return [found.get(key) for key in keys]


is_visible = or_(resources.c.public_calendar, among(resources.c.organization_id, "inside"))
CONDITIONS: dict[str, ColumnElement[bool]] = {
    "visible": is_visible,
    "organization_id": resources.c.organization_id == bindparam("organization_id", type_=ID),
    "location_id": resources.c.location_id == bindparam("location_id", type_=ID),
    "parent_id": resources.c.parent_id == bindparam("parent_id", type_=ID),
    "types": among(resources.c.type, "types"),
}
LISTING = Listing(
    resource_columns,
    resource_source,
    {"id": resources.c.id, "name": resources.c.name},
    CONDITIONS.__getitem__,
    build_resource,
    lambda viewer, found: [resource_as_seen(viewer, resource) for resource in found],
)
resource_counts = LISTING.counts


def resource_query(viewer: Viewer, filters: dict[str, Any]) -> Query:
    """Return the query of the resources that the viewer sees, by name; `filters` are names of CONDITIONS."""
    inside = inside_of(viewer)
    values = dict(filters) if inside is None else {**filters, "visible": True, "inside": tuple(sorted(inside))}
    conditions = tuple(sorted(set(values) - {"inside"}))
    return Query(conditions, tuple(sorted(values.items())), Order("name"))


async def resource_page(access: Access, filters: dict[str, Any], window: Window) -> Page:
    """Read a page of resources."""
    return await LISTING.page(access, resource_query(access.viewer, filters), window)


async def resources_of_locations(
    access: Access, keys: Sequence[str], *, first: int | None = None, after: str | None = None
) -> list[Page]:
    """Read the first page, or the one after a cursor, of each location's resources, by name, in one statement."""
    queries = [resource_query(access.viewer, {"location_id": key}) for key in keys]
    return await LISTING.pages_by(access, resources.c.location_id, keys, queries, window(first, after))
