"""Who asks."""

from __future__ import annotations

import strawberry
from strawberry import field

from schema.resources import ExternalService, Organization


@strawberry.type(description="Who asks: the token as the gateway sees it. Without a token: no name, no scopes.")
class Viewer:
    """Who asks."""

    name: str | None = field(description="The token's name.")
    scopes: list[str] = field(
        description="What the token may: `bookings:`, `users:`, `resources:`, each `read` or `write`."
    )
    organizations: list[Organization] = field(description="Its organizations; an administrator's: the first 100.")
    external_service: ExternalService | None = field(description="The service that it is bound to (Wingfield).")
