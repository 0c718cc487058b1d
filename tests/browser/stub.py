"""A small gateway that the pages can be tried against: one calendar, one clock, in memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

import strawberry
from aiohttp import web
from strawberry.aiohttp.views import GraphQLView
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from gateway.pages import graphiql, page_routes

if TYPE_CHECKING:
    from pathlib import Path

CALENDAR = """# A resource's calendar
query Calendar($ids: [ID!]!) {
  calendarEvents(resourceIds: $ids) {
    nodes {
      id
      label
    }
  }
}
"""


@strawberry.type
class Event:
    """Something in a calendar."""

    id: strawberry.ID
    label: str


@strawberry.type
class Events:
    """The events asked for."""

    nodes: list[Event]


@strawberry.type
class Query:
    """What can be read."""

    @strawberry.field
    def calendar_events(self, resource_ids: list[strawberry.ID]) -> Events:
        """Return one event for each resource."""
        return Events(nodes=[Event(id=resource_id, label=f"Booked {resource_id}") for resource_id in resource_ids])


@strawberry.type
class Subscription:
    """What can be watched."""

    @strawberry.subscription
    async def ticks(self) -> AsyncGenerator[int, None]:
        """Count to three."""
        for tick in range(3):
            yield tick


def stub_app(examples: Path) -> web.Application:
    """Return a gateway over one calendar, with one example operation that is written to the folder given."""
    (examples / "calendar.graphql").write_text(CALENDAR)
    (examples / "calendar.json").write_text('{"ids": ["court-1"]}')
    schema = strawberry.Schema(query=Query, subscription=Subscription)
    view = GraphQLView[object, object](schema, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])

    async def endpoint(request: web.Request) -> web.StreamResponse:
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            return await graphiql(request)
        response: web.StreamResponse = await view(request)
        return response

    app = web.Application()
    app.add_routes([*page_routes(examples), web.route("*", "/graphql", endpoint)])
    return app
