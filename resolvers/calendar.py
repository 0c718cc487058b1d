"""The unified calendar."""

from __future__ import annotations

from asyncio import sleep
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

import strawberry

from domain.calendar import events, in_order
from domain.calendar_records import CalendarEvent
from domain.enums import CalendarEventType
from domain.intervals import CALENDARS, Interval
from domain.records import Resource
from domain.refusals import ErrorCode
from resolvers.refusing import refuse
from schema.scalars import TimeZone
from storage.access import Access
from storage.calendar import agendas, parties_of_bookings, tells_people
from storage.calendar_resources import MAX_RESOURCES, resources_for_calendar

MOST_EVENTS = 50_000
"""Of all calendars of one request: so many take a second or two."""
A_WHILE = 1_000
"""Bookings looked at and events made in one go: some 3 ms. A year of many resources takes long, and others wait; a turn
for every resource costs a twentieth of a week of ten, by what the processor has to find again."""
DEFAULT_RANGE, LONGEST_RANGE = timedelta(days=31), timedelta(days=366)

ResourceIds = Annotated[
    list[strawberry.ID],
    strawberry.argument(description="1 to 200 resources; none: `resource_id_required`; unknown: `resource_not_found`."),
]
Start = Annotated[datetime | None, strawberry.argument(description="Start of the range; default now.")]
End = Annotated[
    datetime | None,
    strawberry.argument(
        description="End of the range, not included; default 31 days after the start, at most 366 days after it."
    ),
]
Zone = Annotated[TimeZone | None, strawberry.argument(description="For local times; default each location's own.")]
NoChildren = Annotated[
    bool, strawberry.argument(description="Leave out the resources that are part of the asked ones.")
]
Types = Annotated[list[CalendarEventType] | None, strawberry.argument(description="Only these kinds; default all.")]


class Calendar(NamedTuple):
    """The events of some resources over a range."""

    events: list[CalendarEvent]
    resources_with_schedule: list[Resource]
    start_date: datetime
    end_date: datetime


async def calendar_events(
    access: Access,
    *,
    resource_ids: ResourceIds,
    start_date: Start = None,
    end_date: End = None,
    timezone: Zone = None,
    exclude_child_resources: NoChildren = False,
    types: Types = None,
) -> Calendar:
    """Read the calendar of resources and their children. Open to callers without a token for public resources."""
    window = _window(start_date or access.now, end_date)
    asked = _asked(resource_ids)
    found = await resources_for_calendar(access, asked, with_children=not exclude_child_resources)
    if len(found) > MAX_RESOURCES:  # asked for first: among too many, the asked ones need not be
        message = f"These are more than {MAX_RESOURCES} resources, children included."
        refuse(ErrorCode.INVALID_SCHEMA, message, "resourceIds")
    if not set(asked) <= {resource.id for resource, _ in found}:
        refuse(ErrorCode.RESOURCE_NOT_FOUND, "There is no such resource.", "resourceIds")
    known = await agendas(access, found, window)
    taken = [booking for agenda in known for booking in agenda.bookings]
    parties = await parties_of_bookings(access, taken) if tells_people(access) else {}
    made: list[CalendarEvent] = []
    work = 0
    for agenda in known:
        found_here = events(*agenda, parties, window=window, now=access.now, timezone=timezone, types=types)
        made += found_here
        _count(access, len(found_here))
        work += len(found_here) + len(agenda.bookings)
        if work > A_WHILE:
            work = 0
            await sleep(0)  # let others in
    return Calendar(
        in_order(made),
        [resource for resource, schedule in found if schedule is not None],
        window.start,
        window.end,
    )


def _count(access: Access, events: int) -> None:
    access.events.append(events)
    if sum(access.events) > MOST_EVENTS:
        message = f"These are more than {MOST_EVENTS} events; ask for a shorter range or fewer resources at once."
        refuse(ErrorCode.OPERATION_TOO_COMPLEX, message, "endDate")


def _window(start: datetime, end: datetime | None) -> Interval:
    try:
        window = Interval(start, end or start + DEFAULT_RANGE)
    except (ValueError, OverflowError):
        refuse(ErrorCode.INVALID_FILTER_TIME_RANGE, "endDate is not after startDate.", "endDate")
    if window.duration > LONGEST_RANGE:
        refuse(ErrorCode.INVALID_FILTER_TIME_RANGE, "The range is longer than 366 days.", "endDate")
    if window.start < CALENDARS.start or window.end > CALENDARS.end:
        refuse(ErrorCode.INVALID_FILTER_TIME_RANGE, "Calendars are kept in the years 1900 to 2199.", "startDate")
    return window


def _asked(resource_ids: list[strawberry.ID]) -> list[str]:
    if not resource_ids:
        refuse(ErrorCode.RESOURCE_ID_REQUIRED, "Name at least one resource.", "resourceIds")
    if len(resource_ids) > MAX_RESOURCES:
        refuse(ErrorCode.INVALID_SCHEMA, f"resourceIds has {MAX_RESOURCES} entries at most.", "resourceIds")
    return list(dict.fromkeys(resource_ids))
