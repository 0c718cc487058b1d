"""Clients that all want the same, each asking one thing after another, and what they were answered."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import aiohttp

from tests.api.documents import set_up
from tests.writes.histories.operations import (
    Bulk,
    Cell,
    Confirm,
    Delete,
    Event,
    Extend,
    Operation,
    Read,
    ReadAll,
    Release,
    Reserve,
    SetStatus,
    Upsert,
)
from tests.writes.histories.wire import DOCUMENTS, Answer, all_shown, answered, variables

NAMES, STEPS_OF_A_DAY = 10, 10
PATIENCE = 60
LAST_WORDS = 1.0
"""Seconds for which a server may go on with what its client, who has died, had told it: to commit, at most."""

PAUSE = 0.05
TIMEOUT = aiohttp.ClientTimeout(total=20)
STATUSES = ("ACCEPTED", "REQUESTED", "CANCELED", "COMPLETED", "NO_SHOW")
KINDS = {Upsert: 40, Delete: 10, SetStatus: 8, Reserve: 14, Confirm: 7, Extend: 3, Release: 5, Bulk: 6, Read: 7}


FIRST: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
NEVER_SENT = {"errors": [{"extensions": {"code": "never_sent"}}]}
STILL_ASKED: Any = {"errors": [{"extensions": {"code": "store_unavailable"}}]}
"""Instead of an answer that has not come in time: the gateway may carry the request out whenever it gets to it."""

NOT_ASKED = {"store_busy", "never_sent"}
"""Nothing was written: as if it had never been asked."""


class GatewayError(Exception):
    """The gateway has answered what it must never answer."""


@dataclass
class Story:
    """What is known of one cell while its clients are at work."""

    cell: Cell
    events: list[Event] = field(default_factory=list)
    started: int = 0
    writes: int = 0
    holds: int = 0
    secrets: dict[str, str] = field(default_factory=dict)
    created: dict[str, datetime] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    final: list[Any] = field(default_factory=list)

    def history(self) -> list[Event]:
        """The events, each reservation with the instant by which it was made, now that it is known."""
        return [self._dated(event) for event in self.events]

    def _dated(self, event: Event) -> Event:
        if not isinstance(event.operation, Reserve):
            return event
        created = self.created.get(event.operation.name)
        is_maker = created is not None and event.sent_at <= created <= event.answered_at
        return event._replace(at=created) if is_maker else event


class Clients:
    """Asks the gateways under test, whichever of them is there."""

    def __init__(self, session: aiohttp.ClientSession, addresses: Sequence[str], token: str, seed: int) -> None:
        self._session, self._addresses, self._token = session, addresses, token
        self._random = random.Random(seed)

    async def new_story(self) -> Story:
        """Set up a cell: a resource for one, one for eight, a person's own; two people who serve everywhere."""
        organization, service, place = (str(uuid4()) for _ in range(3))
        people = (str(uuid4()), str(uuid4()))
        home = {"organizationId": organization, "name": "x"}
        await self._set_up("upsertOrganization", "organization", id=organization, name="x")
        await self._set_up("upsertExternalService", "externalService", id=service, **home)
        await self._set_up("upsertLocation", "location", id=place, timezone="UTC", **home)
        for someone in people:
            await self._set_up("upsertUser", "user", id=someone, organizationId=organization)
        resources = ((str(uuid4()), 1, None), (str(uuid4()), 8, None), (str(uuid4()), 1, people[0]))
        for key, capacity, own in resources:
            given = {"id": key, "locationId": place, "name": "x", "capacity": capacity, "userId": own}
            await self._set_up("upsertResource", "resource", type="STAFF" if own else "ROOM", **given)
        return Story(Cell(organization, service, resources, people))

    async def _set_up(self, mutation: str, record: str, **given: Any) -> None:
        body = await self._until_answered({"query": set_up(mutation, record), "variables": {"input": given}})
        assert body["data"][mutation]["__typename"].endswith("Success"), body

    async def ask(self, story: Story, client: int) -> None:
        """Do one thing, and until the answer is known, again."""
        operation = self._wanted(story, client)
        while True:
            event = await self.sent(story, operation)
            story.events.append(event)
            if event.result is not None:
                return
            await asyncio.sleep(PAUSE)

    async def finish(self, story: Story) -> None:
        """Read the whole cell, now that nobody is at work in it."""
        nodes: list[Any] = []
        asked = variables(ReadAll(), story.cell, {})
        sent, sent_at, page = time.monotonic(), datetime.now(UTC), FIRST
        while page["hasNextPage"]:
            given = {**asked, "after": page["endCursor"]}
            body = await self._until_answered({"query": DOCUMENTS[ReadAll], "variables": given})
            nodes += body["data"]["bookings"]["nodes"]
            page = body["data"]["bookings"]["pageInfo"]
        names = {key: name for name, key in story.ids.items()}
        result = all_shown(nodes, names, datetime.now(UTC))
        story.final = nodes
        story.events.append(Event(ReadAll(), sent, time.monotonic(), sent_at, datetime.now(UTC), result))

    async def sent(self, story: Story, operation: Operation) -> Event:
        asked = {"query": DOCUMENTS[type(operation)], "variables": variables(operation, story.cell, story.secrets)}
        while True:
            sent, sent_at = time.monotonic(), datetime.now(UTC)
            body = await self._post(asked)
            done, done_at = time.monotonic(), datetime.now(UTC)
            codes = _codes(body)
            if not codes & NOT_ASKED:
                break
            await asyncio.sleep(PAUSE)
        if body is None or "store_unavailable" in codes:
            last = float("inf") if body is STILL_ASKED else done + LAST_WORDS
            return Event(operation, sent, last, sent_at, done_at, None)
        answer = _answer(operation, body)
        self._learn(story, operation, answer)
        return Event(operation, sent, done, sent_at, done_at, answer.result, answer.at, answer.ids)

    def _learn(self, story: Story, operation: Operation, answer: Answer) -> None:
        for name, key in answer.ids:
            if story.ids.setdefault(name, key) != key:
                raise GatewayError(f"{name} is another booking than before")
        if isinstance(operation, Reserve) and answer.secret and answer.created:
            if story.secrets.setdefault(operation.name, answer.secret) != answer.secret:
                raise GatewayError(f"{operation.name} has another token than before")
            story.created[operation.name] = answer.created

    async def _until_answered(self, asked: dict[str, Any]) -> Any:
        async with asyncio.timeout(PATIENCE):
            while True:
                body = await self._post(asked)
                if body is not None and not {*NOT_ASKED, "store_unavailable"} & _codes(body):
                    return body
                await asyncio.sleep(PAUSE)

    async def _post(self, asked: dict[str, Any]) -> Any:
        """Return the body of the answer, None where the connection was lost before it came."""
        address = self._random.choice(self._addresses)
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self._session.post(f"{address}/graphql", json=asked, headers=headers, timeout=TIMEOUT) as answer:
                return await answer.json()
        except aiohttp.ClientConnectorError:
            return NEVER_SENT
        except TimeoutError:
            return STILL_ASKED
        except (aiohttp.ClientError, ConnectionError):
            return None

    def _wanted(self, story: Story, client: int) -> Operation:  # noqa: PLR0911 - one for each kind
        story.started += 1
        kind = self._random.choices([*KINDS], [*KINDS.values()])[0]
        held = [*story.secrets]
        if kind in (Confirm, Extend, Release) and not held:
            kind = Reserve
        name = f"b{self._random.randrange(NAMES)}"
        if kind is Upsert:
            return self._upsert(story, name, client)
        if kind is Bulk:
            names = self._random.sample(range(NAMES), self._random.randint(2, 5))
            return Bulk(tuple(self._upsert(story, f"b{n}", client) for n in names))
        if kind is Delete:
            return Delete(name, self._written(story))
        if kind is SetStatus:
            return SetStatus(name, self._random.choice(STATUSES))
        if kind is Reserve:
            story.holds += 1
            ttl = self._random.choice((1, 2, 600, 600))
            return Reserve(f"h{story.holds}", *self._place(story)[:-1], self._staff(story), ttl)
        if kind is Read:
            return Read(name)
        hold = self._random.choice(held[-6:])
        if kind is Confirm:
            return Confirm(hold, f"{client} in {story.started}")
        return Release(hold) if kind is Release else Extend(hold, self._random.choice((600, 1200)))

    def _upsert(self, story: Story, name: str, client: int) -> Upsert:
        resource, start, end, seats, _ = self._place(story)
        title = f"{client} in {story.started}"
        return Upsert(name, self._written(story), resource, start, end, seats, self._staff(story), title)

    def _written(self, story: Story) -> int:
        story.writes += 1
        return story.writes + self._random.randint(-3, 0)

    def _place(self, story: Story) -> tuple[str, int, int, int, None]:
        resource, capacity, _ = self._random.choices(story.cell.resources, (3, 4, 1))[0]
        start = self._random.randrange(STEPS_OF_A_DAY)
        seats = self._random.choice((1, 2, 4)) if capacity > 1 else 1
        return resource, start, start + self._random.randint(1, 3), seats, None

    def _staff(self, story: Story) -> str | None:
        return self._random.choice((None, None, *story.cell.staff))


def _codes(body: Any) -> set[str]:
    return {error["extensions"]["code"] for error in (body or {}).get("errors", ())}


def _answer(operation: Operation, body: Any) -> Answer:
    if isinstance(operation, Read) and _codes(body) == {"court_booking_not_found"}:
        return Answer(("none",))
    if "errors" in body:
        raise GatewayError(f"{operation}: {body['errors']}")
    (value,) = body["data"].values()
    return answered(operation, value)
