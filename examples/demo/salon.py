"""A salon, in the manner of Beils: the agendas of its staff, services and packs for clients, durations for ends."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, NamedTuple

from domain.drafts import ParticipantDraft
from domain.enums import BookedItemType, ResourceType, Weekday
from domain.records import BookedItem, Schedule
from examples.demo.days import DAY, WEEK, Days, dice, span
from examples.demo.people import crowd, user
from examples.demo.planning import Demand, hold, openings, plan
from examples.demo.scene import Scene, blocker, demo_id, location, organization, resource, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from domain.intervals import Interval
    from domain.records import Blocker, Resource
    from examples.demo.scene import Planned

SALON = organization("Salón Lavanda")
SHOP = location(SALON, "Lavanda Chamberí", "Europe/Madrid")
CLIENTS = crowd(SALON, 22, "+34 600")
STAFF = (
    user(SALON, "Ana", "López", "+34 600 555 101", "Cuts and styling."),
    user(SALON, "Lucía", "Fernández", "+34 600 555 102", "Colour."),
    user(SALON, "Pablo", "Ruiz", "+34 600 555 103", "Barber."),
)
AGENDAS = tuple(
    resource(
        SHOP,
        f"{person.name} {person.surname}",
        ResourceType.STAFF,
        color,
        user_id=person.id,
        booking_step_minutes=15,
        notice_minutes=120,
    )
    for person, color in zip(STAFF, ("#db2777", "#7c3aed", "#0369a1"), strict=True)
)
COLOUR_BAR = resource(SHOP, "Colour bar", ResourceType.ROOM, "#be123c", capacity=3, booking_step_minutes=15)

OPEN_DAYS = (Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
HOURS = Schedule(
    (*weekly(OPEN_DAYS, ("09:30", "14:00"), ("16:00", "20:00")), *weekly((Weekday.SATURDAY,), ("09:30", "15:00")))
)
SCHEDULES = {place.id: HOURS for place in (*AGENDAS, COLOUR_BAR)}


class Service(NamedTuple):
    """What the salon sells, and how long it takes."""

    name: str
    minutes: int
    type: BookedItemType = BookedItemType.SERVICE


SERVICES = (
    Service("Cut", 30),
    Service("Cut and blow-dry", 60),
    Service("Beard trim", 30),
    Service("Highlights", 90),
    Service("Bridal pack", 120, BookedItemType.PACK),
)


def salon(days: Days) -> Scene:
    """Return the salon around today."""
    blocked = tuple(_blockers(days))
    bookings = (*_holds(days), _wedding(days), *_appointments(days, blocked), *_colouring(days, blocked))
    people = (*STAFF, *CLIENTS)
    return Scene(SALON, (SHOP,), people, (*AGENDAS, COLOUR_BAR), SCHEDULES, blocked, bookings)


def _blockers(days: Days) -> Iterator[Blocker]:
    for week in range(-2, 4):
        agenda = AGENDAS[week % len(AGENDAS)]
        begin, end = span(days.monday + week * WEEK + 3 * DAY, time(16), 240, SHOP.timezone)
        yield blocker(agenda, begin, end, "Training day" if week % 2 else "Holiday")


def _holds(days: Days) -> Iterator[Planned]:
    first = days.today + DAY
    while first.weekday() not in range(1, 6):
        first += DAY
    yield hold(days, AGENDAS[0], span(first, time(12), 60, SHOP.timezone), 90)


def _wedding(days: Days) -> Planned:
    """A visit on a date that does not move with today, so that examples can name it."""
    visit = span(date(2035, 6, 9), time(10), 120, SHOP.timezone)
    return _visit(days, AGENDAS[0], visit, dice(visit.start), STAFF[0].id)


def _appointments(days: Days, blocked: tuple[Blocker, ...]) -> Iterator[Planned]:
    demand = Demand(tuple(service.minutes for service in SERVICES), 0.2)
    for agenda in AGENDAS:
        for chance, visit in openings(days, agenda, HOURS, demand, blocked):
            yield _visit(days, agenda, visit, chance, agenda.user_id)


def _colouring(days: Days, blocked: tuple[Blocker, ...]) -> Iterator[Planned]:
    """Chairs at the bar are booked with a member of staff, or with nobody yet."""
    for chance, visit in openings(days, COLOUR_BAR, HOURS, Demand((60, 90, 120), 0.12), blocked):
        staff = chance.choice((None, None, STAFF[1].id))
        yield _visit(days, COLOUR_BAR, visit, chance, staff)


def _visit(days: Days, agenda: Resource, visit: Interval, chance: Random, staff_id: str | None) -> Planned:
    client, minutes = chance.choice(CLIENTS), visit.duration.total_seconds() // 60
    service = next((offer for offer in SERVICES if offer.minutes == minutes), SERVICES[1])
    given = {
        "title": service.name,
        "owner_id": client.id,
        "staff_id": staff_id,
        "item": BookedItem(service.type, demo_id(SALON.name, service.name)),
        "notes": dice(visit.start).choice((None, None, None, "Client prefers window seat", "Allergic to ammonia")),
    }
    planned = plan(days, agenda, visit, (ParticipantDraft(client.id, None),), given=given)
    return planned._replace(draft=planned.draft._replace(end_date=None, duration=int(minutes)))
