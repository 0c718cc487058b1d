"""From an empty store, over HTTP alone: an organization is set up, booked and read, by every query and mutation."""

from __future__ import annotations

from typing import Any

from resolvers.api import graphql_schema
from tests.api.clients import Gateway
from tests.api.venue import uid
from tests.contract.selecting import document, plain, roots

SCHEMA = graphql_schema()
CLUB, SERVICE, PLACE, COURT, ROOM, CORNER, BLOCK = map(
    uid, ("walk club", "walk service", "walk place", "walk court", "walk room", "walk corner", "walk block")
)
JANE, JOHN = uid("walk jane"), uid("walk john")
AT = {"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T09:00:00Z"}
WEEK = {"startDate": "2026-04-12T22:00:00Z", "endDate": "2026-04-19T22:00:00Z"}


class Walk:
    """Runs root fields, each asked for all that it can answer, and remembers which."""

    def __init__(self, gateway: Gateway, token: str) -> None:
        self.gateway, self.token = gateway, token
        self.walked: set[str] = set()

    async def ask(self, root: str, **variables: Any) -> Any:
        """Run a query, which must succeed."""
        self.walked.add(root)
        return plain(await self.gateway.data(document(SCHEMA, root), self.token, **variables))

    async def do(self, root: str, **given: Any) -> dict[str, Any]:
        """Run a mutation, which must succeed."""
        answer: dict[str, Any] = await self.ask(root, input=given)
        assert answer["__typename"].endswith("Success"), answer
        return answer


async def test_every_query_and_mutation_is_walked_through_from_an_empty_store(gateway: Gateway) -> None:
    admin = Walk(gateway, await gateway.token())
    await _set_up(admin)
    desk = Walk(gateway, await gateway.token(CLUB))
    booking = await _write(desk)
    await _hold(desk)
    await _read(desk, booking)
    await _clear(desk, booking)

    assert admin.walked | desk.walked == roots(SCHEMA)


async def _set_up(walk: Walk) -> None:
    assert (await walk.ask("viewer"))["organizations"] == []
    await walk.do("upsertOrganization", id=CLUB, name="Club")
    await walk.do("upsertExternalService", id=SERVICE, organizationId=CLUB, name="Partner")
    await walk.do("upsertLocation", id=PLACE, organizationId=CLUB, name="Place", timezone="Europe/Berlin")
    for key, name in ((JANE, "Jane"), (JOHN, "John")):
        person = {"surname": "Doe", "email": f"{name}@example.com", "phoneNumber": "+49 30 1", "about": "Plays."}
        await walk.do("upsertUser", id=key, organizationId=CLUB, name=name, photoUrl="https://a.example/b", **person)
    await walk.do("upsertResource", id=COURT, locationId=PLACE, name="Court", type="COURT", bookingStepMinutes=30)
    await walk.do("upsertResource", id=ROOM, locationId=PLACE, name="Room", type="ROOM", capacity=4)
    await walk.do("upsertResource", id=CORNER, locationId=PLACE, name="Corner", type="ROOM", parentId=ROOM)
    open_hours = [{"weekday": day, "start": "08:00", "end": "20:00"} for day in ("WEDNESDAY", "THURSDAY")]
    closed = [{"date": "2026-04-16", "periods": [{"start": "12:00", "end": "14:00"}]}]
    extra = [{"startDate": "2026-04-18T08:00:00Z", "endDate": "2026-04-18T09:00:00Z"}]
    for key in (COURT, ROOM):
        saved = await walk.do("upsertSchedule", resourceId=key, weekly=open_hours, exceptions=closed, slots=extra)
        schedule = saved["schedule"]
        assert [len(schedule[part]) for part in ("weekly", "exceptions", "slots")] == [2, 1, 1]
    block = {"startDate": "2026-04-15T16:00:00Z", "endDate": "2026-04-15T17:00:00Z"}
    await walk.do("upsertBlocker", id=BLOCK, resourceId=ROOM, title="Cleaning", **block)


async def _write(walk: Walk) -> dict[str, Any]:
    tax = {"inclusive": True, "rate": "19"}
    booked = await walk.do(
        "upsertBooking",
        externalServiceId=SERVICE,
        externalBookingId="b-1",
        externalUpdatedAt="2026-04-13T07:00:00Z",
        resourceId=COURT,
        participants=[{"userId": JANE}, {"email": "Guest@example.com"}],
        ownerId=JANE,
        ownerMembershipId=uid("membership"),
        staffId=JOHN,
        title="Match",
        notes="Bring balls.",
        item={"type": "SERVICE", "id": uid("service")},
        payment={"amount": "12.50", "currencyCode": "EUR", "tax": tax, "transactionRef": "t-1"},
        **AT,
    )
    booking: dict[str, Any] = booked["booking"]
    assert [participant["email"] for participant in booking["participants"]] == [None, "guest@example.com"]
    room = {"resourceId": ROOM, "participants": [], "seats": 2, "startDate": AT["startDate"], "duration": 30}
    own = [{**room, "title": title} for title in ("Workshop", "Reading", "Too many")]
    bulk = await walk.ask("upsertBookings", inputs=own)
    assert [answer["__typename"] for answer in bulk] == ["UpsertBookingSuccess"] * 2 + ["BookingOverlap"]
    done = await walk.do("updateBookingStatus", ref={"id": bulk[0]["booking"]["id"]}, status="COMPLETED")
    assert done["booking"]["status"] == "COMPLETED"
    return booking


async def _hold(walk: Walk) -> None:
    at = {"resourceId": COURT, "startDate": "2026-04-15T12:00:00Z", "duration": 60}
    held = await walk.do("reserveBooking", ttlSeconds=600, **at)
    assert held["booking"]["status"] == "RESERVED"
    token = held["reservationToken"]
    await walk.do("extendReservation", reservationToken=token, ttlSeconds=1200)
    confirmed = await walk.do("confirmReservation", reservationToken=token, participants=[{"userId": JOHN}])
    assert confirmed["booking"]["status"] == "ACCEPTED"
    other = await walk.do("reserveBooking", **{**at, "startDate": "2026-04-15T14:00:00Z"})
    await walk.do("releaseReservation", reservationToken=other["reservationToken"])


async def _read(walk: Walk, booking: dict[str, Any]) -> None:
    external = {"externalServiceId": SERVICE, "externalBookingId": "b-1"}
    assert (await walk.ask("booking", ref={"external": external}))["id"] == booking["id"]
    assert (await walk.ask("node", id=BLOCK))["title"] == "Cleaning"
    named = await walk.ask("nodes", ids=[CLUB, SERVICE, PLACE, ROOM, JANE, BLOCK, booking["id"], uid("nothing")])
    kinds = ["Organization", "ExternalService", "Location", "Resource", "User", "Blocker", "Booking", None]
    assert [record and record["__typename"] for record in named] == kinds
    page = await walk.ask("bookings", filter={"resourceIds": [COURT], "statuses": ["ACCEPTED"]})
    assert (page["totalCount"], len(page["nodes"]), page["pageInfo"]["hasNextPage"]) == (2, 2, False)
    calendar = await walk.ask("calendarEvents", resourceIds=[COURT, ROOM], excludeChildResources=False, **WEEK)
    kinds_of_events = {"PERIOD", "PERIOD_FRAGMENT", "BOOKING", "BLOCKER"}
    assert {event["type"] for event in calendar["events"]} == kinds_of_events
    preview = await walk.ask("bookingPreview", accountId=JANE, bookingId=booking["id"])
    assert preview["displayLabel"] == "Jane Doe - Match"
    assert [child["name"] for child in (await walk.ask("resource", id=ROOM))["children"]] == ["Corner"]
    assert (await walk.ask("resources", filter={"types": ["ROOM"]}))["totalCount"] == 2
    assert (await walk.ask("locations"))["nodes"][0]["timezone"] == "Europe/Berlin"
    assert (await walk.ask("users", filter={"email": "JANE@example.com"}))["nodes"][0]["id"] == JANE


async def _clear(walk: Walk, booking: dict[str, Any]) -> None:
    key = {"externalServiceId": SERVICE, "externalBookingId": "b-1", "externalUpdatedAt": "2026-04-13T07:30:00Z"}
    deleted = await walk.do("deleteBooking", **key)
    assert (deleted["outcome"], deleted["booking"]["id"]) == ("DELETED", booking["id"])
    assert (await walk.do("deleteBlocker", id=BLOCK))["blocker"]["id"] == BLOCK
