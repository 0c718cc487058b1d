"""The same gateway and venue as the tests of the API have."""

from __future__ import annotations

from tests.api.conftest import clock, gateway, venue

__all__ = ["clock", "gateway", "venue"]
