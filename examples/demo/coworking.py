"""A coworking network, in the manner of Spacebring: two places in two zones, desks, rooms, seats and payments."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from domain.enums import BookingStatus, ResourceType
from domain.records import Payment, PaymentTax, Schedule
from examples.demo.days import DAY, WEEK, Days, span
from examples.demo.people import crowd, membership, party
from examples.demo.planning import Demand, hold, openings, plan
from examples.demo.scene import EVERY_DAY, WORKDAYS, Scene, blocker, demo_id, location, organization, resource, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from domain.intervals import Interval
    from domain.records import Blocker, Resource
    from examples.demo.scene import Planned

NETWORK = organization("Harbour Works")
LONDON = location(NETWORK, "Harbour Works Shoreditch", "Europe/London")
NEW_YORK = location(NETWORK, "Harbour Works Brooklyn", "America/New_York")
MEMBERS = crowd(NETWORK, 24, "+44 7700")

ROOM, DESK = ResourceType.ROOM, ResourceType.HOT_DESK
FLOOR = resource(LONDON, "Open space", DESK, "#2563eb", capacity=40, min_duration_minutes=60)
CHILDREN = (
    resource(LONDON, "Quiet row", DESK, "#0891b2", capacity=8, parent_id=FLOOR.id),
    resource(LONDON, "Window desk", ResourceType.DEDICATED_DESK, "#0d9488", parent_id=FLOOR.id),
)
ROOMS = (
    resource(LONDON, "Meeting room Thames", ROOM, "#d97706", preparation_minutes=15, max_duration_minutes=480),
    resource(LONDON, "Meeting room Tower", ROOM, "#db2777", preparation_minutes=15, max_duration_minutes=480),
    resource(NEW_YORK, "Meeting room Hudson", ROOM, "#ea580c", max_duration_minutes=480),
    resource(NEW_YORK, "Podcast booth", ROOM, "#9333ea", notice_minutes=60, max_duration_minutes=180),
)
OFFICE = resource(LONDON, "Studio 3", ResourceType.OFFICE, "#7c3aed", min_duration_minutes=1440)
PARKING = resource(LONDON, "Bay P1", ResourceType.PARKING_LOT, "#475569", booking_step_minutes=60)
LOUNGE = resource(NEW_YORK, "Skylight lounge", DESK, "#16a34a", capacity=30)

BUSINESS = Schedule(weekly(WORKDAYS, ("08:00", "20:00")))
SCHEDULES = {
    **{room.id: BUSINESS for room in (*ROOMS[:3], *CHILDREN, LOUNGE)},
    FLOOR.id: Schedule((*weekly(WORKDAYS, ("07:00", "22:00")), *weekly(EVERY_DAY[5:], ("09:00", "18:00")))),
    ROOMS[3].id: Schedule(weekly(EVERY_DAY, ("06:00", "23:00"))),
    OFFICE.id: Schedule(weekly(EVERY_DAY, ("00:00", "00:00"))),
    PARKING.id: Schedule(weekly(EVERY_DAY, ("00:00", "00:00"))),
}
TITLES = ("Workshop", "Sprint review", "Client call", "Interview", "Board meeting", "Design critique", "Stand-up")
LONG, SHORT = Demand((180, 240, 300, 480), 0.06), Demand((60, 60, 90, 120), 0.06)


def coworking(days: Days) -> Scene:
    """Return the network around today."""
    resources = (FLOOR, *CHILDREN, *ROOMS, OFFICE, PARKING, LOUNGE)
    blocked = tuple(_blockers(days))
    bookings = (*_holds(days), *_lease(days), *_desks(days), *_meetings(days, blocked))
    return Scene(NETWORK, (LONDON, NEW_YORK), MEMBERS, resources, SCHEDULES, blocked, bookings)


def _blockers(days: Days) -> Iterator[Blocker]:
    for week in range(-1, 4):
        wednesday = days.monday + week * WEEK + 2 * DAY
        begin, end = span(wednesday, time(12), 90, LONDON.timezone)
        yield blocker(ROOMS[0], begin, end, "Projector replacement" if week == 0 else "Deep clean")
    begin, end = span(days.monday + 3 * DAY, time(17), 180, LONDON.timezone)
    yield blocker(FLOOR, begin, end, "Members' evening")


def _holds(days: Days) -> Iterator[Planned]:
    yield hold(days, ROOMS[3], span(days.today, time(12), 60, NEW_YORK.timezone), 8 * 60)
    yield hold(days, ROOMS[3], span(days.today + DAY, time(15), 120, NEW_YORK.timezone), 45)


def _lease(days: Days) -> Iterator[Planned]:
    """Bookings of many days: an office let by the fortnight, a desk and a bay by the week."""
    for offset, weeks in ((-3, 2), (-1, 3), (3, 2)):
        tenant = MEMBERS[offset % len(MEMBERS)]
        lease = span(days.monday + offset * WEEK, time(0), weeks * 7 * 24 * 60, LONDON.timezone)
        yield plan(
            days, OFFICE, lease, given=_paid(tenant.id, "Team lease", "1450.00", "GBP"), status=_due(days, lease)
        )
    for week in range(-3, 5):
        guest = MEMBERS[week * 5 % len(MEMBERS)]
        stay = span(days.monday + week * WEEK, time(8), 4 * 24 * 60 + 12 * 60, LONDON.timezone)
        for place, price in ((CHILDREN[1], "160.00"), (PARKING, "55.00")):
            title = f"{guest.name}'s week"
            yield plan(days, place, stay, given=_paid(guest.id, title, price, "GBP"), status=_due(days, stay))


def _desks(days: Days) -> Iterator[Planned]:
    """Seats in the shared spaces: several bookings at once, of one to six seats each."""
    for place, layers in ((FLOOR, 4), (LOUNGE, 2), (CHILDREN[0], 2)):
        for layer in range(layers):
            calm = place._replace(id=f"{place.id} {layer}")  # another chance for each layer
            for chance, stay in openings(days, calm, SCHEDULES[place.id], LONG):
                seats = chance.randint(1, 6) if place.capacity > 8 else chance.randint(1, 3)  # noqa: PLR2004
                member = chance.choice(MEMBERS)
                given = {"owner_id": member.id, "owner_membership_id": membership(member), "seats": seats}
                yield plan(days, place, stay, number=layer, given=given)


def _meetings(days: Days, blocked: tuple[Blocker, ...]) -> Iterator[Planned]:
    for room in ROOMS:
        currency = "USD" if room.location_id == NEW_YORK.id else "GBP"
        for chance, meeting in openings(days, room, SCHEDULES[room.id], SHORT, blocked):
            yield _meeting(days, room, meeting, chance, currency)


def _meeting(days: Days, room: Resource, meeting: Interval, chance: Random, currency: str) -> Planned:
    host = chance.choice(MEMBERS)
    price = f"{meeting.duration.total_seconds() / 3600 * 18:.2f}"
    given = _paid(host.id, chance.choice(TITLES), price, currency)
    given["owner_membership_id"] = membership(host)
    given["notes"] = chance.choice(
        (None, None, "Needs the whiteboard.", "Coffee for six, please.", "Hybrid: camera on.")
    )
    return plan(days, room, meeting, party(chance, MEMBERS, 5, guests=0.4), given=given)


def _paid(owner_id: str, title: str, amount: str, currency: str) -> dict[str, Any]:
    tax = PaymentTax(inclusive=currency == "GBP", rate=Decimal(20) if currency == "GBP" else Decimal("8.875"))
    invoice = demo_id("invoice", owner_id, title, amount)
    payment = Payment(Decimal(amount), currency, tax, f"INV-{invoice[:8]}", f"TX-{invoice[-8:]}")
    return {"owner_id": owner_id, "title": title, "payment": payment}


def _due(days: Days, stay: Interval) -> BookingStatus:
    return BookingStatus.COMPLETED if stay.end <= days.morning else BookingStatus.ACCEPTED
