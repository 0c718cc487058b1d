"""Whatever goes wrong outside of any document, told as JSON like every other error."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import uuid4

from aiohttp import web

from gateway.answers import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LOG = logging.getLogger("bookgate")
FIRST_ERROR = 400


async def told_as_json(
    request: web.BaseRequest, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer unknown paths, wrong methods, broken bodies and our own bugs by a typed error."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < FIRST_ERROR:
            raise
        response = refusal("invalid_schema", f"{error.reason}.", error.status)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    except web.RequestPayloadError:
        LOG.info("the body from %s does not arrive as its headers say", request.remote)
        response = refusal("invalid_schema", "The body does not arrive as its headers say.", 400)
        response.force_close()
    except Exception as error:  # noqa: BLE001 - no text of an exception reaches a client
        response = _bug(request, error)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def no_http(request: web.BaseRequest, error: BaseException | None) -> web.Response:
    """Answer what cannot be read as a request. Neither client nor log is told what it was: it may be anything."""
    LOG.info("what %s sent is no HTTP: %s", request.remote, type(error).__name__)
    response = refusal("invalid_schema", "This is no HTTP/1.1 request, or its address or headers are too long.", 400)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.force_close()
    return response


def _bug(request: web.BaseRequest, error: Exception) -> web.Response:
    number = str(uuid4())
    LOG.error("error %s at %s %s", number, request.method, request.rel_url.raw_path, exc_info=error)
    message = "Something unexpected happened; the operator finds it in the log by its ID."
    return refusal("internal_error", message, 500, id=number)
