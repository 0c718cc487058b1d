"""How a query refuses: an error with a code, and where in the arguments the reason is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from domain.refusals import ErrorCode, RefusedError

if TYPE_CHECKING:
    from domain.records import Viewer


def refuse(code: ErrorCode, message: str, *path: str) -> NoReturn:
    """Raise the error of a refused query; `path` leads to the argument."""
    raise RefusedError(code, message, path)


def require_token(viewer: Viewer) -> None:
    """Refuse a caller without a token."""
    if viewer.is_anonymous:
        refuse(ErrorCode.MISSING_API_TOKEN, "This needs a token: send `Authorization: Bearer <token>`.")


def require(viewer: Viewer, scope: str, *path: str) -> None:
    """Refuse a viewer without the scope; `path` leads to the argument that needs it, if it is not the whole field."""
    require_token(viewer)
    if not viewer.may(scope):
        refuse(ErrorCode.SCOPE_PERMISSION_DENIED, f"This needs the scope {scope}, which the token lacks.", *path)
