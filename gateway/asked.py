"""What is asked for: the media type of the answer, and a GraphQL request out of a body or an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from execution.documents import Request
from gateway.answers import GRAPHQL, JSON

if TYPE_CHECKING:
    from aiohttp import web


class MalformedRequestError(Exception):
    """What came is no GraphQL request."""


def accepted(request: web.Request) -> str | None:
    """Return the media type to answer in; None where the client takes neither."""
    wanted = request.headers.get("Accept", "*/*")
    if GRAPHQL in wanted:
        return GRAPHQL
    return JSON if any(kind in wanted for kind in (JSON, "*/*", "application/*")) else None


def is_json(request: web.Request) -> bool:
    """Whether the body is said to be JSON in UTF-8."""
    if request.headers.get("Content-Type") == JSON:  # as nearly everybody spells it: there is nothing to take apart
        return True
    return request.content_type == JSON and (request.charset or "utf-8").lower() in ("utf-8", "utf8")


async def body(request: web.Request) -> bytes:
    """Read the body. Raises HTTPRequestEntityTooLarge."""
    sent = request.content
    if sent.is_eof() and sent.total_bytes <= request.client_max_size:  # it came with its head, as nearly every one does
        return sent.read_nowait()
    return await request.read()


def from_body(text: bytes) -> Request:
    """Return the request that a body holds. Raises MalformedRequestError."""
    try:
        sent = orjson.loads(text)
    except orjson.JSONDecodeError:
        message = "The body is no JSON in UTF-8."
        raise MalformedRequestError(message) from None
    if not isinstance(sent, dict):
        message = "The body is a JSON object with `query`; batches are not served."
        raise MalformedRequestError(message)
    return _request(sent.get("query"), sent.get("variables"), sent.get("operationName"))


def from_address(request: web.Request) -> Request:
    """Return the request that an address holds. Raises MalformedRequestError."""
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
    if not (variables is None or isinstance(variables, dict)):
        message = "`variables` is an object or null."
        raise MalformedRequestError(message)
    if not (operation_name is None or isinstance(operation_name, str)):
        message = "`operationName` is a string or null."
        raise MalformedRequestError(message)
    return Request(query, variables, operation_name)
