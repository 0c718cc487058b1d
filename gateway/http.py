"""GraphQL over HTTP: what is a request, what media types are spoken, what is refused before a document is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from execution.documents import Request
from gateway.answers import GRAPHQL, JSON, STORE_ERRORS, answer, refusal
from gateway.credentials import InvalidCredentialsError, viewer_of
from gateway.pages import graphiql
from storage.access import Access
from storage.database import DatabaseBusyError, DatabaseUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from execution.documents import Documents
    from storage.database import Database

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After, WWW-Authenticate",
    "Vary": "Accept",
}
PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Bookgate-Organization, Content-Type",
    "Access-Control-Max-Age": "86400",
}


class MalformedRequestError(Exception):
    """What came is no GraphQL request."""


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
            asked = _from_address(request)
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
        if request.content_type != JSON or (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
            message = "Send application/json in UTF-8."
            return _finished(refusal("invalid_schema", message, 415, media_type))
        try:
            asked = _from_body(await request.read())
        except web.HTTPRequestEntityTooLarge:
            return _finished(refusal("invalid_schema", "The request is too large.", 413, media_type))
        except MalformedRequestError as error:
            return _finished(refusal("invalid_schema", str(error), 400, media_type))
        return await self._answer(request, asked, media_type)

    async def _answer(self, request: web.Request, asked: Request, media_type: str) -> web.StreamResponse:
        now = self._clock()
        try:
            viewer = await viewer_of(request, self._database, now)
        except InvalidCredentialsError:
            message = "The token is unknown, expired or revoked, or not for that organization."
            return _finished(refusal("invalid_api_token", message, 401, media_type))
        except (DatabaseBusyError, DatabaseUnavailableError) as error:
            return _finished(refusal(*STORE_ERRORS[type(error)], 503, media_type))
        result = await self._documents.execute(asked, Access(self._database, viewer, now))
        return _finished(answer(result, media_type))


def accepted(request: web.Request) -> str | None:
    """Return the media type to answer in; None where the client takes neither."""
    wanted = request.headers.get("Accept", "*/*")
    if GRAPHQL in wanted:
        return GRAPHQL
    return JSON if any(kind in wanted for kind in (JSON, "*/*", "application/*")) else None


async def preflight(_request: web.Request) -> web.Response:
    """Let pages of any site ask, with a token of their own; never with our cookie."""
    return web.Response(status=204, headers=PREFLIGHT)


def _from_body(body: bytes) -> Request:
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        message = "The body is no JSON in UTF-8."
        raise MalformedRequestError(message) from None
    if not isinstance(sent, dict):
        message = "The body is a JSON object with `query`; batches are not served."
        raise MalformedRequestError(message)
    return _request(sent.get("query"), sent.get("variables"), sent.get("operationName"))


def _from_address(request: web.Request) -> Request:
    query = request.query
    try:
        variables = orjson.loads(query["variables"]) if query.get("variables") else None
    except orjson.JSONDecodeError:
        message = "`variables` is no JSON."
        raise MalformedRequestError(message) from None
    return _request(query.get("query"), variables, query.get("operationName") or None)


def _request(query: Any, variables: Any, operation_name: Any) -> Request:  # noqa: ANN401
    if not isinstance(query, str):
        message = "`query` is a string, the GraphQL document."
        raise MalformedRequestError(message)
    if not isinstance(variables, dict | None):
        message = "`variables` is an object or null."
        raise MalformedRequestError(message)
    if not isinstance(operation_name, str | None):
        message = "`operationName` is a string or null."
        raise MalformedRequestError(message)
    return Request(query, variables, operation_name)


def _not_acceptable() -> web.Response:
    return _finished(refusal("invalid_schema", f"Accept {GRAPHQL} or {JSON}.", 406))


def _finished(response: web.Response) -> web.Response:
    response.headers.update(CORS)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
