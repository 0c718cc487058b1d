"""The time by which everything is decided."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class SteadyClock:
    """The machine's clock, except that it never goes back: so that no hold comes to life again.

    When the machine's clock has been set back, this one goes on at half its speed until the other has caught up: it
    neither stands, which would keep holds from ever expiring, nor stays ahead.
    """

    def __init__(self, wall: Callable[[], float] = time.time, elapsed: Callable[[], float] = time.monotonic) -> None:
        """Both are in seconds, `wall` since 1970; every request asks, and numbers are added in no time."""
        self._wall, self._elapsed = wall, elapsed
        self._last, self._tick = wall(), elapsed()

    def __call__(self) -> datetime:
        """Return the time, never before the last one returned."""
        tick = self._elapsed()
        self._last, self._tick = max(self._wall(), self._last + (tick - self._tick) / 2), tick
        return datetime.fromtimestamp(self._last, UTC)
