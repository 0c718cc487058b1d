"""Whatever goes wrong outside of any document, told as JSON like every other error."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import uuid4

from aiohttp import web

from gateway.answers import refusal

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

LOG = logging.getLogger("bookgate")
FIRST_ERROR = 400


@web.middleware
async def told_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
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
        response = refusal("invalid_schema", "The body does not arrive as its headers say.", 400)
    except Exception as error:  # noqa: BLE001 - no text of an exception reaches a client
        response = _bug(request, error)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _bug(request: web.Request, error: Exception) -> web.Response:
    number = str(uuid4())
    LOG.error("error %s at %s %s", number, request.method, request.path, exc_info=error)
    message = "Something unexpected happened; the operator finds it in the log by its ID."
    return refusal("internal_error", message, 500, id=number)
