"""The tokens that the demo offers: one for each kind of client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.tokens import SCOPES, Grant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from examples.demo.scene import Scene

WRITE = tuple(scope for scope in SCOPES if scope.endswith(":write"))
DESK = ("bookings:write", "users:read", "resources:read")


def grants(scenes: Sequence[Scene]) -> dict[str, Grant]:
    """Return what each of the demo's tokens may do, by a short name."""
    tennis, coworking, salon, clinic = (scene.organization for scene in scenes)
    service = scenes[0].services[0]
    return {
        "admin": Grant("Demo administrator"),
        "tennis": Grant(f"{tennis.name}, office", (tennis.id,), None, WRITE),
        "coworking": Grant(f"{coworking.name}, community team", (coworking.id,), None, WRITE),
        "salon": Grant(f"{salon.name}, front desk", (salon.id,), None, DESK),
        "clinic": Grant(f"{clinic.name}, reception", (clinic.id,), None, DESK),
        "partner": Grant(service.name, (tennis.id,), service.id, ("bookings:write", "resources:read")),
        "lobby": Grant(f"{coworking.name}, lobby screen", (coworking.id,), None, ("bookings:read", "resources:read")),
    }
