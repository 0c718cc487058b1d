"""The web application: the endpoint, the pages, and whether it is well."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.answers import JSON, respond
from gateway.http import GraphQLEndpoint
from gateway.pages import page_routes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from execution.documents import Documents
    from storage.database import Database

LARGEST_BODY = 1_000_000


def make_app(
    documents: Documents,
    database: Database,
    *,
    clock: Callable[[], datetime],
    is_ready: Callable[[], Awaitable[bool]],
    examples: Path,
) -> web.Application:
    """Join the endpoint, the pages and the health checks. The database is closed by who opened it."""

    async def healthz(_request: web.Request) -> web.Response:
        return respond({"status": "ok"}, 200, JSON)

    async def readyz(_request: web.Request) -> web.Response:
        ready = await is_ready()
        return respond({"status": "ready" if ready else "not ready"}, 200 if ready else 503, JSON)

    async def index(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/graphql")

    app = web.Application(client_max_size=LARGEST_BODY)
    app.add_routes(GraphQLEndpoint(documents, database, clock).routes())
    app.add_routes(page_routes(examples))
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/", index)])
    return app
