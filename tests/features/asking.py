"""Short ways to ask for bookings, and to read what came."""

from __future__ import annotations

from typing import Any

from tests.api.documents import BOOKINGS, DELETE, UPSERT
from tests.api.venue import Venue

DAY = "2026-04-15"


def at(time: str, day: str = DAY) -> str:
    """An instant of the day, UTC: `at("10:00")`."""
    seconds = "" if time.count(":") > 1 else ":00"
    return f"{day}T{time}{seconds}Z"


def span(start: str, end: str, day: str = DAY) -> dict[str, str]:
    """The times of a booking."""
    return {"startDate": at(start, day), "endDate": at(end, day)}


async def wrote(venue: Venue, token: str, **given: Any) -> dict[str, Any]:
    """Upsert a booking that must stand; return it."""
    answer = await venue.gateway.data(UPSERT, token, input=given)
    assert answer["__typename"] == "UpsertBookingSuccess", answer
    booking: dict[str, Any] = answer["booking"]
    return booking


async def partner_wrote(venue: Venue, external_id: str, token: str | None = None, **changes: Any) -> dict[str, Any]:
    """Let the partner upsert a booking that must stand; return it."""
    given = venue.partner_input(externalBookingId=external_id, **changes)
    return await wrote(venue, token or venue.partner, **given)


async def partner_deleted(venue: Venue, external_id: str, when: str, token: str | None = None) -> dict[str, Any]:
    """Let the partner delete a booking; return the answer."""
    given = {"externalBookingId": external_id, "externalUpdatedAt": when}
    answer: dict[str, Any] = await venue.gateway.data(DELETE, token or venue.partner, input=given)
    return answer


async def desk_wrote(
    venue: Venue, title: str, start: str, end: str, token: str | None = None, **changes: Any
) -> dict[str, Any]:
    """Let the desk book the room on the day; return the booking."""
    given = {"resourceId": venue.room, "participants": [], "title": title, **span(start, end), **changes}
    return await wrote(venue, token or venue.desk, **given)


async def listed(venue: Venue, token: str | None = None, **arguments: Any) -> list[str]:
    """Ask for bookings; return what names them, the title or else the external ID, in order."""
    page = await venue.gateway.data(BOOKINGS, token or venue.desk, **arguments)
    return [names(node) for node in page["nodes"]]


async def filtered(venue: Venue, token: str | None = None, **conditions: Any) -> list[str]:
    """Ask for bookings by a filter; return what names them."""
    return await listed(venue, token, filter=conditions)


async def refused(venue: Venue, token: str | None = None, **arguments: Any) -> tuple[str, list[str]]:
    """Ask for bookings that cannot be asked for; return the code and the path of the first issue."""
    answer = await venue.gateway.execute(BOOKINGS, token, **arguments)
    extensions = answer["errors"][0]["extensions"]
    return extensions["code"], extensions.get("issues", [{"path": []}])[0]["path"]


def names(booking: dict[str, Any]) -> str:
    """The title of a booking, or else its external ID."""
    return str(booking["title"] or booking["externalBookingId"])


def outcome(answer: dict[str, Any]) -> str:
    """What a mutation did, or the code of its refusal."""
    return str(answer.get("outcome") or answer["code"])


def issues(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """The code and path of every issue of an invalid input."""
    assert answer["__typename"] == "InvalidInput", answer
    return [(issue["code"], ".".join(issue["path"])) for issue in answer["issues"]]
