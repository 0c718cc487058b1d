"""The partner's script of the examples: what it repeats, what it resolves, what it reports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from gql import Client
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError

from examples.partner import push as script
from tests.api.documents import GET_BOOKING, UPSERT
from tests.api.venue import Venue

T9, T10 = "2026-04-13T06:00:00Z", "2026-04-13T07:00:00Z"


def _line(venue: Venue, booking: str, hour: int = 8, **changes: Any) -> dict[str, Any]:
    return {
        "externalBookingId": booking,
        "externalUpdatedAt": T10,
        "resourceId": venue.court,
        "startDate": f"2026-04-15T{hour:02}:00:00Z",
        "duration": 60,
        "participants": [{"userId": venue.jane}],
        **changes,
    }


def _drop(booking: str, at: str = T10) -> dict[str, Any]:
    return {"externalBookingId": booking, "externalUpdatedAt": at, "deleted": True}


@asynccontextmanager
async def _session(url: str, token: str) -> AsyncIterator[AsyncClientSession]:
    transport = AIOHTTPTransport(url, headers={"Authorization": f"Bearer {token}"})
    async with Client(transport=transport, execute_timeout=30) as session:
        yield session


async def _pushed(venue: Venue, *records: dict[str, Any]) -> list[str]:
    async with _session(str(venue.gateway.client.make_url("/graphql")), venue.partner) as session:
        answers = await script.push(session, list(records))
    return [answer.get("outcome") or answer["code"] for _, answer in answers]


async def _stored(venue: Venue, booking: str) -> Any:
    ref = {"external": {"externalBookingId": booking}}
    return await venue.gateway.data(GET_BOOKING, venue.partner, ref=ref)


async def test_a_file_can_be_pushed_again_and_again(venue: Venue) -> None:
    records = [_line(venue, "a", 8), _line(venue, "b", 9), _drop("c")]

    assert await _pushed(venue, *records) == ["UNKNOWN", "CREATED", "CREATED"]
    assert await _pushed(venue, *records) == ["ALREADY_DELETED", "UNCHANGED", "UNCHANGED"]


async def test_more_than_a_batch_is_pushed(venue: Venue) -> None:
    records = [_line(venue, f"n-{n}", startDate=f"2026-05-{1 + n // 20:02}T{n % 20:02}:00:00Z") for n in range(130)]

    assert await _pushed(venue, *records) == ["CREATED"] * 130


async def test_stale_lines_are_skipped(venue: Venue) -> None:
    await _pushed(venue, _line(venue, "a", 8))

    assert await _pushed(venue, _line(venue, "a", 9, externalUpdatedAt=T9), _drop("a", T9)) == ["STALE", "STALE"]
    assert (await _stored(venue, "a"))["startDate"] == "2026-04-15T08:00:00Z"


async def test_the_file_wins_over_other_content_with_the_same_timestamp(venue: Venue) -> None:
    await _pushed(venue, _line(venue, "a", 8))

    assert await _pushed(venue, _line(venue, "a", 9)) == ["REPLACED"]
    stored = await _stored(venue, "a")
    assert (stored["startDate"], stored["externalUpdatedAt"]) == ("2026-04-15T09:00:00Z", "2026-04-13T07:00:00.001000Z")


async def test_what_was_deleted_with_the_same_timestamp_stays_deleted(venue: Venue) -> None:
    await _pushed(venue, _line(venue, "a"))
    await _pushed(venue, _drop("a"))

    assert await _pushed(venue, _line(venue, "a")) == ["DELETED"]


async def test_bookings_that_change_places_in_one_file_are_not_in_each_others_way(venue: Venue) -> None:
    await _pushed(venue, _line(venue, "a", 8, externalUpdatedAt=T9), _line(venue, "b", 9, externalUpdatedAt=T9))

    assert await _pushed(venue, _line(venue, "a", 9), _line(venue, "b", 10)) == ["REPLACED", "REPLACED"]
    assert (await _stored(venue, "a"))["startDate"] == "2026-04-15T09:00:00Z"


async def test_what_others_hold_is_reported_with_its_interval(venue: Venue, capsys: pytest.CaptureFixture[str]) -> None:
    taken = {"externalUpdatedAt": T10, "externalBookingId": "theirs", **_line(venue, "theirs", 8)}
    await venue.gateway.data(UPSERT, venue.rival, input=taken)
    async with _session(str(venue.gateway.client.make_url("/graphql")), venue.partner) as session:
        answers = await script.push(session, [_line(venue, "a", 8), _line(venue, "b", 12)])

    assert script.report(answers) is False
    printed = capsys.readouterr().out
    assert "a: COURT_BOOKING_OVERLAP:" in printed
    assert "2026-04-15T08:00:00Z" in printed
    assert "{'COURT_BOOKING_OVERLAP': 1, 'CREATED': 1}" in printed


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def _busy(_request: web.Request) -> web.StreamResponse:
    errors = [{"message": "busy", "extensions": {"code": "store_busy"}}]
    return web.json_response({"errors": errors}, status=503, headers={"Retry-After": "0"})


async def _gone(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _proxy_error(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=502, text="Bad gateway")


async def _denied(_request: web.Request) -> web.StreamResponse:
    errors = [{"message": "no", "extensions": {"code": "scope_permission_denied"}}]
    return web.json_response({"errors": errors}, status=403)


@asynccontextmanager
async def _failing(venue: Venue, *failures: Handler) -> AsyncIterator[tuple[AsyncClientSession, list[Handler]]]:
    """The gateway behind a server that fails so, request by request, and then passes on; and what is left to fail."""
    left = list(failures)

    async def handle(request: web.Request) -> web.StreamResponse:
        if left:
            return await left.pop(0)(request)
        headers = {"Authorization": request.headers["Authorization"]}
        answer = await venue.gateway.client.post("/graphql", json=await request.json(), headers=headers)
        return web.json_response(await answer.json(), status=answer.status)

    app = web.Application()
    app.router.add_post("/graphql", handle)
    async with TestServer(app) as server, _session(str(server.make_url("/graphql")), venue.partner) as session:
        yield session, left


async def test_what_can_pass_is_repeated(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "FIRST_WAIT", 0.001)
    async with _failing(venue, _busy, _gone, _proxy_error) as (session, left):
        answers = await script.push(session, [_line(venue, "a")])

    assert [answer["outcome"] for _, answer in answers] == ["CREATED"]
    assert left == []


async def test_what_cannot_pass_is_not_repeated(venue: Venue) -> None:
    async with _failing(venue, _denied, _denied) as (session, left):
        with pytest.raises(TransportQueryError):
            await script.push(session, [_line(venue, "a")])

    assert len(left) == 1


async def test_it_gives_up_at_last(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "FIRST_WAIT", 0.0001)
    async with _failing(venue, *[_busy] * 20) as (session, left):
        with pytest.raises(TransportQueryError):
            await script.push(session, [_line(venue, "a")])

    assert len(left) == 20 - script.ATTEMPTS
