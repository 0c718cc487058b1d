"""A gateway over the demo data, with a token for each of the demo's grants."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestClient, TestServer

from app import application
from examples.demo import Demo, fill
from storage.opening import open_database
from storage.tokens import create_token


class Served:
    """A client of the demo's gateway."""

    def __init__(self, client: TestClient, demo: Demo, tokens: dict[str, str]) -> None:  # type: ignore[type-arg]
        self.client = client
        self.demo = demo
        self.tokens = tokens

    async def ask(self, query: str, variables: dict[str, object] | None, grant: str | None) -> dict[str, object]:
        """Send an operation as one of the demo's clients, or without a token."""
        headers = {"Authorization": f"Bearer {self.tokens[grant]}"} if grant else {}
        body = {"query": query, "variables": variables}
        async with self.client.post("/graphql", json=body, headers=headers) as response:
            answer: dict[str, object] = await response.json()
            return answer


@pytest.fixture
async def served(sqlite_database_url: str) -> AsyncIterator[Served]:
    now = datetime.now(UTC)
    database = await open_database(sqlite_database_url)
    demo = await fill(database, now)
    tokens = {name: await create_token(database, grant, now) for name, grant in demo.grants.items()}
    async with TestClient(TestServer(application(database, sqlite_database_url))) as client:
        yield Served(client, demo, tokens)
