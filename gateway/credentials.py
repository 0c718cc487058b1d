"""Who asks: a bearer token, Basic credentials (the token's prefix and the token), or the `auth_token` cookie."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from domain.records import Viewer
from storage.access import Access
from storage.tokens import viewer_of_token

if TYPE_CHECKING:
    from datetime import datetime

    from aiohttp import web

    from storage.database import Database

ANYONE = Viewer()
ORGANIZATION_HEADER = "Bookgate-Organization"


class InvalidCredentialsError(Exception):
    """The credentials are malformed, unknown, expired or revoked, or name an organization that is not theirs."""


async def access_of(request: web.Request, database: Database, now: datetime) -> Access:
    """Return who sends a request; nobody where it shows no credentials. Raises InvalidCredentialsError."""
    token = _token(request)
    if token is None:
        return Access(database, ANYONE, now)
    if not token.isascii() or "\0" in token:
        raise InvalidCredentialsError
    directory = await database.directory()
    viewer = await viewer_of_token(database, directory, token, now)
    if viewer is None:
        raise InvalidCredentialsError
    narrowed = _narrowed(viewer, request.headers.get(ORGANIZATION_HEADER))
    return Access(database, narrowed, now, directory=directory)


def _token(request: web.Request) -> str | None:
    headers = request.headers.getall("Authorization", [])
    if len(headers) > 1:
        raise InvalidCredentialsError
    if not headers:
        return _cookie(request)
    kind, _, value = headers[0].strip().partition(" ")
    if kind.lower() == "bearer" and value.strip():
        return value.strip()
    if kind.lower() == "basic":
        return _password(value.strip())
    raise InvalidCredentialsError


def _cookie(request: web.Request) -> str | None:
    if "Cookie" not in request.headers:  # else aiohttp looks for them with great care
        return None
    cookie = request.cookies.get("auth_token")
    return cookie if cookie and is_same_site(request) else None


def _password(encoded: str) -> str:
    """Return the token of Basic credentials, whose user name is the token's visible prefix."""
    try:
        user, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:  # no base64, or no text
        raise InvalidCredentialsError from None
    if not user or not token.startswith(f"{user}_"):
        raise InvalidCredentialsError
    return token


def is_same_site(request: web.Request) -> bool:
    """Whether the browser says that the request comes from our own pages; a cookie of any other does not count."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:  # an address that is none
        return False


def _narrowed(viewer: Viewer, organization: str | None) -> Viewer:
    """Hold a viewer of several organizations to the one that the header names."""
    if organization is None:
        return viewer
    try:
        named = str(UUID(organization.strip()))
    except ValueError:
        raise InvalidCredentialsError from None
    if not viewer.belongs_to(named):
        raise InvalidCredentialsError
    return viewer._replace(organization_ids=frozenset({named}))
