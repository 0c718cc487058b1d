"""The gateway and the venue of the tests over HTTP, and what a list of bookings shows of itself."""

from __future__ import annotations

from tests.api.conftest import clock, gateway, venue

__all__ = ["clock", "gateway", "venue"]
