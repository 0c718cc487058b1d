"""The plain way in Python: Strawberry over SQLModel objects, on the same web server and event loop as Bookgate.

Run as `python -m benchmarks.peers.plain <port> <database URL> <organization>`.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import strawberry
import uvloop
from aiohttp import web
from sqlmodel import and_, col, or_
from strawberry import Info
from strawberry.aiohttp.views import GraphQLView
from strawberry.schema.config import StrawberryConfig

from benchmarks.peers.plain_calendar import DAY, EVENTS, CalendarEvents, calendar_events
from benchmarks.peers.plain_store import BOOKINGS, Store, loaders
from benchmarks.peers.plain_types import Booking, BookingConnection, BookingFilter, BookingRef, PageInfo
from domain.intervals import Interval
from storage import tables

LISTED = (col(tables.Booking.deleted_at).is_(None), col(tables.Booking.status).not_in(["RESERVED", "EXPIRED"]))


@strawberry.type
class Query:
    """What is asked for."""

    @strawberry.field
    async def bookings(self, info: Info, first: int, filter: BookingFilter) -> BookingConnection:  # noqa: A002
        """Read a page."""
        store: Store = info.context["store"]
        booking = tables.Booking
        conditions = _conditions(store, info.context["organization"], filter)
        page = BOOKINGS.where(*conditions, *LISTED).order_by(col(booking.start_date), col(booking.id))
        rows: Any = await store.all(page.limit(first + 1))
        return BookingConnection(nodes=rows[:first], page_info=PageInfo(has_next_page=len(rows) > first))

    @strawberry.field
    async def booking(self, info: Info, ref: BookingRef) -> Booking | None:
        """Read one."""
        booking = tables.Booking
        found = BOOKINGS.where(col(booking.id) == ref.id, col(booking.deleted_at).is_(None))
        rows: Any = await info.context["store"].all(found)
        return rows[0] if rows else None

    @strawberry.field
    async def calendar_events(
        self, info: Info, resource_ids: list[strawberry.ID], start_date: datetime, end_date: datetime
    ) -> CalendarEvents:
        """Read a calendar."""
        found: CalendarEvents = await calendar_events(
            info.context["store"], [*resource_ids], Interval(start_date, end_date)
        )
        return found


def _conditions(store: Store, organization: str, asked: BookingFilter) -> list[Any]:
    booking = tables.Booking
    start = col(booking.start_date)
    if asked.start_date:
        return [col(booking.organization_id) == organization, start >= store.instant(asked.start_date.gte)]
    if asked.from_ is None or asked.to is None:
        raise ValueError("a week has a start and an end")
    short = and_(~col(booking.long), start >= store.instant(asked.from_ - DAY))
    return [
        col(booking.resource_id).in_(asked.resource_ids or []),
        start < store.instant(asked.to),
        col(booking.end_date) > store.instant(asked.from_),
        or_(short, col(booking.long)),
    ]


class View(GraphQLView[Any, Any]):
    """The endpoint."""

    async def get_context(self, request: web.Request, response: web.StreamResponse) -> dict[str, Any]:  # noqa: ARG002
        """Make the request's loaders."""
        return {"organization": request.app["organization"], **loaders(request.app["store"])}


def main() -> None:
    """Serve."""
    port, url, organization = sys.argv[1:]
    app = web.Application()
    app["organization"], app["store"] = organization, Store(url)
    schema = strawberry.Schema(Query, types=EVENTS, config=StrawberryConfig())
    app.router.add_post("/graphql", View(schema=schema))
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None, loop=uvloop.new_event_loop())


if __name__ == "__main__":
    main()
