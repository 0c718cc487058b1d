"""A client of a gateway over the demo data."""

from __future__ import annotations

from aiohttp.test_utils import TestClient

from examples.demo import Demo


class Served:
    """A client of the demo's gateway, and what that serves: a store by its URL, its demo, tokens for its grants."""

    def __init__(self, client: TestClient, url: str, demo: Demo, tokens: dict[str, str]) -> None:  # type: ignore[type-arg]
        self.client = client
        self.url = url
        self.demo = demo
        self.tokens = tokens

    async def ask(self, query: str, variables: dict[str, object] | None, grant: str | None) -> dict[str, object]:
        """Send an operation as one of the demo's clients, or without a token."""
        headers = {"Authorization": f"Bearer {self.tokens[grant]}"} if grant else {}
        body = {"query": query, "variables": variables}
        async with self.client.post("/graphql", json=body, headers=headers) as response:
            answer: dict[str, object] = await response.json()
            return answer
