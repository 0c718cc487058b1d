"""The plain way's types: read from SQLModel objects by name, the relations through DataLoaders."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry import Info

from domain.enums import BookingStatus, ResourceType

strawberry.enum(BookingStatus)
strawberry.enum(ResourceType)


@strawberry.type
class Location:
    """A row of its table."""

    id: strawberry.ID
    name: str
    timezone: str


@strawberry.type
class User:
    """A row of its table."""

    id: strawberry.ID
    name: str | None
    surname: str | None


@strawberry.type
class Resource:
    """A row of its table."""

    id: strawberry.ID
    name: str
    type: ResourceType
    location_id: strawberry.Private[str]

    @strawberry.field
    async def location(self, info: Info) -> Location:
        """Load where it stands."""
        found: Location = await info.context["locations"].load(self.location_id)
        return found


@strawberry.type
class Participant:
    """A row of its table."""

    id: strawberry.ID
    email: str | None
    user_id: strawberry.Private[str | None]

    @strawberry.field
    async def user(self, info: Info) -> User | None:
        """Load who it is."""
        found: User | None = await info.context["users"].load(self.user_id) if self.user_id else None
        return found


@strawberry.type
class Booking:
    """A row of its table."""

    id: strawberry.ID
    status: BookingStatus
    title: str | None
    seats: int
    start_date: datetime
    end_date: datetime
    resource_id: strawberry.Private[str]

    @strawberry.field
    async def resource(self, info: Info) -> Resource:
        """Load what is booked."""
        found: Resource = await info.context["resources"].load(self.resource_id)
        return found

    @strawberry.field
    async def participants(self, info: Info) -> list[Participant]:
        """Load who takes part."""
        found: list[Participant] = await info.context["participants"].load(self.id)
        return found


@strawberry.type
class PageInfo:
    """Whether there is more."""

    has_next_page: bool


@strawberry.type
class BookingConnection:
    """A page."""

    nodes: list[Booking]
    page_info: PageInfo


@strawberry.input
class BookingRef:
    """Names a booking."""

    id: strawberry.ID


@strawberry.input
class DateTimeRange:
    """A range of instants."""

    gte: datetime


@strawberry.input
class BookingFilter:
    """Which bookings."""

    resource_ids: list[strawberry.ID] | None = None
    start_date: DateTimeRange | None = None
    from_: datetime | None = strawberry.field(name="from", default=None)
    to: datetime | None = None
