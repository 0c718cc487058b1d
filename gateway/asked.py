"""What is asked for: the media type of the answer, and a GraphQL request out of a body or an address."""

from __future__ import annotations

import asyncio
import re
from functools import lru_cache
from typing import Any

import orjson
from aiohttp import web

from execution.documents import Request
from gateway.answers import GRAPHQL, JSON
from gateway.connections import PATIENCE

SLOWEST = 500
"""Bytes of a body a second that are waited for longer."""
EXCLUDED = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*", re.IGNORECASE)


class MalformedRequestError(Exception):
    """What came is no GraphQL request."""


def accepted(request: web.Request) -> str | None:
    """Return the media type to answer in; None where the client takes neither."""
    return _of_ranges(",".join(request.headers.getall("Accept", ["*/*"])))


@lru_cache(maxsize=16)
def _of_ranges(wanted: str) -> str | None:
    """Return our media type of the ranges of an Accept header: the one that is named, else JSON."""
    takes = {}
    for item in wanted.lower().split(","):
        kind, *parameters = item.split(";")
        takes[kind.strip()] = not any(EXCLUDED.fullmatch(parameter) for parameter in parameters)
    anything = takes.get("application/*", takes.get("*/*", False))
    if takes.get(GRAPHQL):
        return GRAPHQL
    if takes.get(JSON, anything):
        return JSON
    return GRAPHQL if takes.get(GRAPHQL, anything) else None


def is_json(request: web.Request) -> bool:
    """Whether the body is said to be JSON in UTF-8.

    aiohttp leaves that to the parser of mails, which takes half a second for a header that is made for it.
    """
    said = request.headers.get("Content-Type", "")
    if said == JSON:  # as nearly everybody spells it: there is nothing to take apart
        return True
    kind, *parameters = said.lower().split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    charsets = {value.strip(' \t"') for name, _, value in pairs if name.strip() == "charset"}
    return kind.strip() == JSON and charsets <= {"utf-8", "utf8"}


def is_encoded(request: web.Request) -> bool:
    """Whether the body is said to be compressed, or made anything else of."""
    return request.headers.get("Content-Encoding", "identity").lower() != "identity"


async def body(request: web.Request) -> bytes:
    """Read the body. Raises HTTPRequestEntityTooLarge, HTTPRequestTimeout and RequestPayloadError."""
    sent = request.content
    if sent.is_eof() and sent.total_bytes <= request.client_max_size:  # it came with its head, as nearly every one does
        return sent.read_nowait()
    try:
        return await _in_pieces(request)
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ConnectionError, RuntimeError):  # which is what aiohttp raises when the client has gone
        raise web.RequestPayloadError from None


async def _in_pieces(request: web.Request) -> bytes:
    """Wait for each piece, but not for ever: no longer than the slowest client would need for what there is."""
    whole = bytearray()
    begun = asyncio.get_running_loop().time()
    async with asyncio.timeout(PATIENCE) as patience:
        while piece := await request.content.readany():
            whole += piece
            if len(whole) > request.client_max_size:
                raise web.HTTPRequestEntityTooLarge(request.client_max_size)
            patience.reschedule(begun + PATIENCE + len(whole) / SLOWEST)
    if broken := request.content.exception():
        raise broken
    return bytes(whole)


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
