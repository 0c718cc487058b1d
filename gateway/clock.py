"""The time by which everything is decided."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _wall() -> datetime:
    return datetime.now(UTC)


class SteadyClock:
    """The machine's clock, except that it never goes back: so that no hold comes to life again.

    When the machine's clock has been set back, this one goes on at half its speed until the other has caught up: it
    neither stands, which would keep holds from ever expiring, nor stays ahead.
    """

    def __init__(self, wall: Callable[[], datetime] = _wall, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._elapsed = wall, elapsed
        self._last, self._tick = wall(), elapsed()

    def __call__(self) -> datetime:
        """Return the time, never before the last one returned."""
        tick = self._elapsed()
        at_least = self._last + timedelta(seconds=(tick - self._tick) / 2)
        self._last, self._tick = max(self._wall(), at_least), tick
        return self._last
