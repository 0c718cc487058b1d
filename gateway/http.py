"""GraphQL over HTTP: which methods there are, and what is refused before a document is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from gateway.answers import GRAPHQL, JSON, STORE_ERRORS, answer, refusal
from gateway.asked import MalformedRequestError, accepted, body, from_address, from_body, is_encoded, is_json
from gateway.credentials import InvalidCredentialsError, access_of
from gateway.pages import graphiql
from gateway.written import CORS, HEADERS, written
from storage.database import DatabaseBusyError, DatabaseUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from execution.documents import Documents, Request
    from storage.database import Database

PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Bookgate-Organization, Content-Type",
    "Access-Control-Max-Age": "86400",
}


class GraphQLEndpoint:
    """The one endpoint: queries by GET and POST, mutations by POST alone, GraphiQL for browsers."""

    def __init__(self, documents: Documents, database: Database, clock: Callable[[], datetime]) -> None:
        self._documents, self._database, self._clock = documents, database, clock

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the endpoint."""
        return [
            web.get("/graphql", self.get, allow_head=False),
            web.post("/graphql", self.post),
            web.options("/graphql", preflight),
        ]

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Answer a query in the address, or the page for a browser."""
        if "query" not in request.query and "text/html" in request.headers.get("Accept", ""):
            return await graphiql(request)
        media_type = accepted(request)
        if media_type is None:
            return _not_acceptable()
        try:
            asked = from_address(request)
        except MalformedRequestError as error:
            return _finished(refusal("invalid_schema", str(error), 400, media_type))
        if self._documents.is_mutation(asked):
            response = refusal("invalid_schema", "A mutation is sent by POST.", 405, media_type)
            response.headers["Allow"] = "POST"
            return _finished(response)
        return await self._answer(request, asked, media_type)

    async def post(self, request: web.Request) -> web.StreamResponse:
        """Answer a query or mutation in a JSON body."""
        media_type = accepted(request)
        if media_type is None:
            return _not_acceptable()
        if is_encoded(request) or not is_json(request):
            message = "Send application/json in UTF-8, without any encoding."
            return _finished(refusal("invalid_schema", message, 415, media_type))
        try:
            asked = from_body(await body(request))
        except web.HTTPRequestEntityTooLarge:
            return _finished(refusal("invalid_schema", "The request is too large.", 413, media_type))
        except web.HTTPRequestTimeout:
            response = refusal("invalid_schema", "The body does not arrive in time.", 408, media_type)
            response.force_close()
            return _finished(response)
        except MalformedRequestError as error:
            return _finished(refusal("invalid_schema", str(error), 400, media_type))
        return await self._answer(request, asked, media_type)

    async def _answer(self, request: web.Request, asked: Request, media_type: str) -> web.StreamResponse:
        now = self._clock()
        try:
            access = await access_of(request, self._database, now)
        except InvalidCredentialsError:
            message = "The token is unknown, expired or revoked, or not for that organization."
            return _finished(refusal("invalid_api_token", message, 401, media_type))
        except (DatabaseBusyError, DatabaseUnavailableError) as error:
            return _finished(refusal(*STORE_ERRORS[type(error)], 503, media_type))
        result = await self._documents.execute(asked, access)
        if isinstance(result, bytes):
            return written(request, result, media_type)
        return _finished(answer(result, media_type))


async def preflight(_request: web.Request) -> web.Response:
    """Let pages of any site ask, with a token of their own; never with our cookie."""
    return web.Response(status=204, headers=PREFLIGHT)


def _not_acceptable() -> web.Response:
    return _finished(refusal("invalid_schema", f"Accept {GRAPHQL} or {JSON}.", 406))


def _finished(response: web.Response) -> web.Response:
    response.headers.update(HEADERS)
    return response
