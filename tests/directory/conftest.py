"""The venue of the tests of the API, and its store opened twice."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from storage.opening import open_database
from tests.api.conftest import clock, gateway, venue

__all__ = ["clock", "gateway", "other", "venue"]


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same store, open for a second time, as in another process."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()
