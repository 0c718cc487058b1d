"""What an organization of the demo consists of, and short ways to write it down.

IDs follow from names alone, so that links and examples into the demo hold from one day to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, NamedTuple

from domain.drafts import BookingDraft
from domain.enums import ResourceType, Weekday
from domain.identities import derived_id
from domain.records import Blocker, ExternalService, Location, Organization, Resource, Schedule, User, WeeklyPeriod

WORKDAYS = tuple(Weekday)[:5]
EVERY_DAY = tuple(Weekday)


class Planned(NamedTuple):
    """A booking to be asked for; with `expires_at` a hold."""

    id: str
    draft: BookingDraft
    written_at: datetime
    expires_at: datetime | None = None


class Scene(NamedTuple):
    """An organization with all that is its own. Of two bookings that collide, the later one is left out."""

    organization: Organization
    locations: tuple[Location, ...]
    users: tuple[User, ...]
    resources: tuple[Resource, ...]
    schedules: Mapping[str, Schedule]
    blockers: tuple[Blocker, ...]
    bookings: tuple[Planned, ...]
    services: tuple[ExternalService, ...] = ()


def demo_id(*names: str) -> str:
    """The ID of what has these names."""
    return derived_id("demo", *names)


def organization(name: str) -> Organization:
    """An organization."""
    return Organization(demo_id(name), name)


def location(owner: Organization, name: str, timezone: str) -> Location:
    """A place of an organization."""
    return Location(demo_id(owner.name, name), owner.id, name, timezone)


def resource(place: Location, name: str, kind: ResourceType, color: str, **settings: Any) -> Resource:  # noqa: ANN401
    """Something bookable at a place; `settings` are fields of the record."""
    plain: dict[str, Any] = {
        "parent_id": None,
        "user_id": None,
        "capacity": 1,
        "booking_step_minutes": 30,
        "min_duration_minutes": 30,
        "max_duration_minutes": None,
        "preparation_minutes": 0,
        "notice_minutes": None,
        "horizon_days": None,
        "public_calendar": True,
        "has_schedule": True,
    }
    return Resource(
        id=demo_id(place.id, name),
        organization_id=place.organization_id,
        location_id=place.id,
        name=name,
        type=kind,
        color=color,
        timezone=place.timezone,
        **{**plain, **settings},
    )


def weekly(days: tuple[Weekday, ...], *hours: tuple[str, str]) -> tuple[WeeklyPeriod, ...]:
    """The same hours on several weekdays, as `("09:00", "17:00")`."""
    read = time.fromisoformat
    return tuple(WeeklyPeriod(day, read(start), read(end)) for day in days for start, end in hours)


def blocker(blocked: Resource, start: datetime, end: datetime, title: str) -> Blocker:
    """A block of a resource."""
    key = demo_id("blocker", blocked.id, start.isoformat())
    return Blocker(key, blocked.organization_id, blocked.id, start, end, title)
