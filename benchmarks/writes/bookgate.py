"""Bookgate's own ways: the storage alone, and the whole gateway over HTTP."""

from __future__ import annotations

import tempfile
from pathlib import Path

import aiohttp

from benchmarks.writes.measuring import HOUR, NOW, Measured, Place, timed
from domain.drafts import BookingDraft
from domain.records import Viewer
from storage.access import Access
from storage.booking_writes import UpsertBookingSuccess, upsert_booking
from storage.opening import open_database
from storage.tokens import SCOPES
from tests.writes.histories.servers import GatewayProcess
from tests.writes.histories.wire import UPSERT


async def through_storage(way: str, place: Place, writers: int, seconds: float) -> Measured:
    """Write by the storage alone: locks, checks, change record and all."""
    database = await open_database(place.url)
    access = Access(database, Viewer("bench", None, frozenset(SCOPES), None), NOW)

    async def write(number: int) -> None:
        resource, start = place.slot(number)
        draft = BookingDraft(
            resource, start, start + HOUR, None, (), {"title": "Match"}, place.service, f"b{number}", NOW
        )
        done = await upsert_booking(access, draft)
        assert isinstance(done, UpsertBookingSuccess), done

    try:
        return await timed(way, place, write, writers, seconds)
    finally:
        await database.close()


async def over_http(way: str, place: Place, writers: int, seconds: float) -> Measured:
    """Write as clients do."""
    with tempfile.TemporaryDirectory() as folder:
        gateway = GatewayProcess(place.url, Path(folder, "log"))
        await gateway.start()
        headers = {"Authorization": f"Bearer {place.token}"}
        async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:

            async def write(number: int) -> None:
                resource, start = place.slot(number)
                given = {"externalServiceId": place.service, "externalBookingId": f"b{number}", "participants": []}
                given |= {"externalUpdatedAt": "2026-04-13T00:00:00Z", "resourceId": resource, "title": "Match"}
                given |= {"startDate": start.isoformat(), "endDate": (start + HOUR).isoformat()}
                asked = {"query": UPSERT, "variables": {"input": given}}
                async with session.post(f"{gateway.address}/graphql", json=asked) as response:
                    body = await response.json()
                assert body["data"]["upsertBooking"]["outcome"] == "CREATED", body

            try:
                return await timed(way, place, write, writers, seconds)
            finally:
                await gateway.kill()
