"""Talking to a gateway under test: over HTTP, by a clock that stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from app import EXAMPLES
from execution.documents import Documents
from gateway.runner import Runner
from gateway.server import make_app
from resolvers.api import graphql_schema
from storage.database import Database
from storage.migrations import is_served
from storage.tokens import SCOPES, Grant, create_token
from tests.execution.executors import Checked

NOW = datetime(2026, 4, 13, 8, 0, tzinfo=UTC)  # a Monday, after the DST change in Europe
DOCUMENTS = Checked(graphql_schema())


class Clock:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Move on by a span, as `timedelta` takes it."""
        self.now += timedelta(**span)


class Server(TestServer):
    """A server in the test's own process, whose connections are the program's."""

    async def _make_runner(self, **_: Any) -> Runner:
        return Runner(self.app)


class Gateway:
    """A gateway under test."""

    def __init__(self, client: TestClient[Any, Any], database: Database, clock: Clock) -> None:
        self.client, self.database, self.clock = client, database, clock

    @staticmethod
    def application(
        database: Database, clock: Callable[[], datetime], documents: Documents = DOCUMENTS
    ) -> web.Application:
        """The program's application, with a clock of ours."""

        async def is_ready() -> bool:
            return await is_served(database)

        return make_app(documents, database, clock=clock, is_ready=is_ready, examples=EXAMPLES)

    async def token(self, *organizations: str, service: str | None = None, scopes: Iterable[str] = SCOPES) -> str:
        """Create a token; without an organization an administrator's."""
        grant = Grant("test", organizations, service, tuple(scopes) if organizations else ())
        return await create_token(self.database, grant, self.clock.now)

    async def send(
        self, query: str, variables: dict[str, Any] | None = None, token: str | None = None, **headers: str
    ) -> ClientResponse:
        """POST an operation and return the response."""
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return await self.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    async def execute(self, query: str, token: str | None = None, **variables: Any) -> dict[str, Any]:
        """POST an operation and return the whole answer."""
        response = await self.send(query, variables, token)
        answer: dict[str, Any] = await response.json()
        return answer

    async def data(self, query: str, token: str | None = None, **variables: Any) -> Any:
        """POST an operation that must succeed; return the value of its only field, or all of its data."""
        answer = await self.execute(query, token, **variables)
        assert "errors" not in answer, answer["errors"]
        values = list(answer["data"].values())
        return values[0] if len(values) == 1 else answer["data"]

    async def codes(self, query: str, token: str | None = None, **variables: Any) -> list[str]:
        """POST an operation and return the codes of its errors."""
        answer = await self.execute(query, token, **variables)
        return [error["extensions"]["code"] for error in answer.get("errors", [])]
