"""A small venue, set up through the gateway: what most tests of bookings need."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID, uuid5

from tests.api.clients import Gateway
from tests.api.documents import CALENDAR, UPSERT, set_up

SPACE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
OPEN = [
    {"weekday": day, "start": "08:00", "end": "20:00"}
    for day in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
]


def uid(name: str) -> str:
    """A stable ID for a name."""
    return str(uuid5(SPACE, name))


class Venue(NamedTuple):
    """IDs and tokens of the venue. Times at the location are two hours ahead of UTC in April."""

    gateway: Gateway
    admin: str
    club: str
    other_club: str
    service: str
    other_service: str
    location: str
    court: str
    other_court: str
    room: str
    hall: str
    foreign_court: str
    jane: str
    john: str
    stranger: str
    partner: str
    rival: str
    desk: str
    foreigner: str
    blind: str

    async def upsert(self, token: str | None = None, **changes: Any) -> Any:
        """Upsert a partner's booking of the court, 10 to 11 local time, changed as said."""
        return await self.gateway.data(UPSERT, token or self.partner, input=self.partner_input(**changes))

    def partner_input(self, **changes: Any) -> dict[str, Any]:
        """The input of such an upsert; None leaves a field out."""
        given = {
            "externalBookingId": "b-1",
            "externalUpdatedAt": "2026-04-13T07:00:00Z",
            "resourceId": self.court,
            "startDate": "2026-04-15T08:00:00Z",
            "endDate": "2026-04-15T09:00:00Z",
            "participants": [{"userId": self.jane}],
            **changes,
        }
        return {name: value for name, value in given.items() if value is not None}

    async def book(self, token: str | None = None, **changes: Any) -> Any:
        """Write an own booking of the room, 10 to 11 local time, changed as said."""
        given = {
            "resourceId": self.room,
            "startDate": "2026-04-15T08:00:00Z",
            "endDate": "2026-04-15T09:00:00Z",
            "participants": [],
            **changes,
        }
        return await self.gateway.data(UPSERT, token or self.desk, input=given)

    async def calendar(self, token: str | None, *resource_ids: str, **arguments: Any) -> Any:
        """Read the calendar of the week of 13 April 2026."""
        span = {"startDate": "2026-04-12T22:00:00Z", "endDate": "2026-04-19T22:00:00Z", **arguments}
        return await self.gateway.data(CALENDAR, token, resourceIds=list(resource_ids), **span)


async def open_venue(gateway: Gateway) -> Venue:
    """Set up two clubs: one to work in, one to be foreign."""
    admin = await gateway.token()
    for name in ("club", "other_club"):
        await _put(gateway, admin, "upsertOrganization", "organization", id=uid(name), name=name)
        organization = {"organizationId": uid(name), "name": name}
        await _put(
            gateway, admin, "upsertExternalService", "externalService", id=uid(f"{name} service"), **organization
        )
        place = {"id": uid(f"{name} location"), "timezone": "Europe/Berlin", **organization}
        await _put(gateway, admin, "upsertLocation", "location", **place)
        await _resource(gateway, admin, name, f"{name} court", "COURT")
    await _put(gateway, admin, "upsertExternalService", "externalService", id=uid("rival service"), **_club("rival"))
    await _resource(gateway, admin, "club", "other court", "COURT")
    await _resource(gateway, admin, "club", "room", "ROOM", capacity=4, color="#336699")
    await _resource(gateway, admin, "club", "hall", "HOT_DESK", capacity=40)
    for user, club, first, family in (
        ("jane", "club", "Jane", "Doe"),
        ("john", "club", "John", "Roe"),
        ("stranger", "other_club", "Sam", "Poe"),
    ):
        person = {"name": first, "surname": family, "email": f"{user}@example.com", "phoneNumber": "+49 30 1"}
        await _put(gateway, admin, "upsertUser", "user", id=uid(user), organizationId=uid(club), **person)
    booking_scopes = ("bookings:write", "resources:read")
    return Venue(
        gateway=gateway,
        admin=admin,
        club=uid("club"),
        other_club=uid("other_club"),
        service=uid("club service"),
        other_service=uid("rival service"),
        location=uid("club location"),
        court=uid("club court"),
        other_court=uid("other court"),
        room=uid("room"),
        hall=uid("hall"),
        foreign_court=uid("other_club court"),
        jane=uid("jane"),
        john=uid("john"),
        stranger=uid("stranger"),
        partner=await gateway.token(uid("club"), service=uid("club service"), scopes=booking_scopes),
        rival=await gateway.token(uid("club"), service=uid("rival service"), scopes=booking_scopes),
        desk=await gateway.token(uid("club")),
        foreigner=await gateway.token(uid("other_club")),
        blind=await gateway.token(uid("club"), scopes=booking_scopes),
    )


def _club(name: str) -> dict[str, str]:
    return {"organizationId": uid("club"), "name": name}


async def _resource(gateway: Gateway, admin: str, club: str, name: str, kind: str, **more: Any) -> None:
    place = uid(f"{club} location")
    await _put(
        gateway, admin, "upsertResource", "resource", id=uid(name), locationId=place, name=name, type=kind, **more
    )
    document = set_up("upsertSchedule", "schedule", "weekly { weekday }")
    answer = await gateway.data(document, admin, input={"resourceId": uid(name), "weekly": OPEN})
    assert answer["__typename"] == "UpsertScheduleSuccess", answer


async def _put(gateway: Gateway, admin: str, field: str, record: str, **given: Any) -> None:
    answer = await gateway.data(set_up(field, record), admin, input=given)
    assert answer["__typename"].endswith("Success"), answer
