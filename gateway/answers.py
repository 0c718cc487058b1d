"""What goes back: a result as JSON, its errors with codes and nothing of our insides, the status that fits."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson
from aiohttp import web
from graphql import GraphQLError

from domain.refusals import RefusedError
from storage.database import DatabaseBusyError, DatabaseUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import ExecutionResult

LOG = logging.getLogger("bookgate")

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"

STATUSES = {
    "missing_api_token": 401,
    "invalid_api_token": 401,
    "scope_permission_denied": 403,
    "external_service_access_denied": 403,
    "store_busy": 503,
    "store_unavailable": 503,
}
STORE_ERRORS: dict[type[Exception], tuple[str, str]] = {
    DatabaseBusyError: ("store_busy", "The store is busy; nothing was written. Try again."),
    DatabaseUnavailableError: ("store_unavailable", "The store cannot be reached for now. Try again."),
}
RETRY_AFTER = "1"


def answer(result: ExecutionResult, media_type: str) -> web.Response:
    """Return the response to a GraphQL request that was executed, or refused."""
    errors = [shown(error) for error in result.errors or ()]
    body: dict[str, Any] = {"errors": errors} if errors else {}
    is_request_error = result.data is None and all("path" not in error for error in errors)
    if not is_request_error:
        body["data"] = result.data
    return respond(body, _status(result.data, errors, media_type, is_request_error=is_request_error), media_type)


def refusal(code: str, message: str, status: int, media_type: str = JSON, **more: str) -> web.Response:
    """Return the response to a request that is refused before any document is looked at."""
    extensions: dict[str, Any] = {"code": code, **more}
    if code == "invalid_schema":
        extensions["issues"] = [{"path": [], "message": message}]
    return respond({"errors": [{"message": message, "extensions": extensions}]}, status, media_type)


def respond(body: dict[str, Any], status: int, media_type: str) -> web.Response:
    """Return a JSON response with the headers that its status asks for."""
    headers = {"Content-Type": f"{media_type}; charset=utf-8"}
    response = web.Response(body=orjson.dumps(body), status=status, headers=headers)
    if status == STATUSES["missing_api_token"]:
        response.headers["WWW-Authenticate"] = 'Bearer realm="bookgate"'
    if status == STATUSES["store_busy"]:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def shown(error: GraphQLError) -> dict[str, Any]:
    """Return an error as a client may see it. What is no refusal of ours is logged and named by an ID."""
    original = _cause(error)
    extensions: dict[str, Any] = {"code": "invalid_schema", **(error.extensions or {})}
    message = error.message
    if original is not None and type(original) in STORE_ERRORS:
        extensions["code"], message = _store_error(original, error.path)
        LOG.warning("%s at %s: %s", extensions["code"], error.path, original)
    elif isinstance(original, RefusedError):
        extensions["code"], message = original.code.value.lower(), original.message
        if original.path:
            extensions["issues"] = [{"path": list(original.path), "message": message}]
    elif original is not None:
        extensions = {"code": "internal_error", "id": str(uuid4())}
        message = "Something unexpected happened; the operator finds it in the log by its ID."
        LOG.error("error %s at %s", extensions["id"], error.path, exc_info=original)
    if extensions["code"] == "invalid_schema":
        extensions.setdefault("issues", [{"path": [], "message": message}])
    found: dict[str, Any] = {"message": message, "extensions": extensions}
    if error.locations:
        found["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        found["path"] = error.path
    return found


def _store_error(error: Exception, path: Sequence[str | int] | None) -> tuple[str, str]:
    """Below its root field a mutation has been committed: there nobody may say that nothing was written."""
    return STORE_ERRORS[DatabaseUnavailableError if path and len(path) > 1 else type(error)]


def _cause(error: GraphQLError) -> Exception | None:
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _status(data: Any, errors: Sequence[dict[str, Any]], media_type: str, *, is_request_error: bool) -> int:  # noqa: ANN401
    """Return 200 unless nothing was answered and every error says the same reason, by GraphQL over HTTP."""
    if is_request_error:
        return 400 if media_type == GRAPHQL else 200
    nothing = data is None or all(value is None for value in data.values())
    statuses = {STATUSES.get(error["extensions"]["code"], 200) for error in errors}
    return statuses.pop() if errors and nothing and len(statuses) == 1 else 200
