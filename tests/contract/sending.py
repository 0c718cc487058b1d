"""Requests with headers of any name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientResponse

from tests.api.venue import Venue


async def send(
    venue: Venue,
    query: str,
    headers: Mapping[str, str],
    token: str | None = None,
    variables: dict[str, Any] | None = None,
) -> ClientResponse:
    """POST an operation."""
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"query": query, "variables": variables}
    return await venue.gateway.client.post("/graphql", json=body, headers={**shown, **headers})
