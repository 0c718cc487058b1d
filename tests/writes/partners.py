"""Clients that write one thing after another, each until it is acknowledged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from aiohttp import ClientResponse

from tests.api.documents import UPSERT
from tests.api.venue import Venue
from tests.writes.documents import RESERVE

LAST_CHANGE = datetime(2020, 1, 1, tzinfo=UTC)
DAY = datetime(2030, 4, 15, 8, tzinfo=UTC)


class Client(Protocol):
    """Asks by itself, and never has to look what became of it."""

    venue: Venue

    @property
    def acknowledged(self) -> int:
        """How many of its writes were."""
        ...

    async def ask(self) -> ClientResponse:
        """Ask for the next, or once more for what was not acknowledged."""
        ...


class Partner:
    """Writes version after version of one booking."""

    def __init__(self, venue: Venue, number: int) -> None:
        self.venue, self.name, self._start = venue, f"p-{number}", DAY + timedelta(days=number)
        self.acknowledged = 0

    async def ask(self) -> ClientResponse:
        """Send the next version; whatever happened before, it is exactly one further."""
        response = await self._send(self.acknowledged + 1)
        if response.ok:
            self.acknowledged += 1
            assert (await _value(response))["booking"]["version"] == self.acknowledged
        return response

    async def outcome(self) -> str:
        """Send once more what was acknowledged last; return what came of it."""
        answer = await _value(await self._send(self.acknowledged))
        assert answer["booking"]["version"] == self.acknowledged
        return str(answer["outcome"])

    async def _send(self, version: int) -> ClientResponse:
        given = self.venue.partner_input(
            externalBookingId=self.name,
            externalUpdatedAt=(LAST_CHANGE + timedelta(seconds=version)).isoformat(),
            startDate=self._start.isoformat(),
            endDate=(self._start + timedelta(hours=1)).isoformat(),
            title=str(version),
        )
        return await self.venue.gateway.send(UPSERT, {"input": given}, self.venue.partner)


class Holder:
    """Holds seats, each time with another idempotency key."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.secrets: list[str] = []

    @property
    def acknowledged(self) -> int:
        """How many holds it knows to have."""
        return len(self.secrets)

    async def ask(self) -> ClientResponse:
        """Reserve with the next key."""
        response = await self._send(self.acknowledged)
        if response.ok:
            self.secrets.append((await _value(response))["reservationToken"])
        return response

    async def repeated(self) -> list[str]:
        """Send again what was acknowledged; return the secrets of the holds."""
        answers = [await _value(await self._send(number)) for number in range(self.acknowledged)]
        return [answer["reservationToken"] for answer in answers]

    async def _send(self, number: int) -> ClientResponse:
        start = DAY + timedelta(days=number)
        span = {"startDate": start.isoformat(), "duration": 60, "ttlSeconds": 3600}
        given = {"resourceId": self.venue.room, **span, "idempotencyKey": f"hold {number}"}
        return await self.venue.gateway.send(RESERVE, {"input": given}, self.venue.desk)


async def _value(response: ClientResponse) -> Any:
    body = await response.json()
    codes = {error["extensions"]["code"] for error in body.get("errors", ())}
    assert codes <= {"store_unavailable"}, body  # written, but not all of it could be read again
    (answer,) = body["data"].values()
    assert answer["__typename"].endswith("Success"), answer
    return answer
