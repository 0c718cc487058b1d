"""Places in any number: organizations of three locations each, their people, and what can be booked there.

A thousand bookings for each resource and ten for each person, over two years around today. A location has about fifteen
resources and is made up as a whole, apart from all others, so that no size takes more memory than another.
"""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, NamedTuple

from domain.enums import ResourceType, Weekday
from domain.intervals import Interval
from domain.records import (
    Blocker,
    ExternalService,
    LocalPeriod,
    Location,
    Organization,
    Resource,
    Schedule,
    ScheduleException,
    User,
)
from examples.demo.days import DAY, Days, dice, span
from examples.demo.people import FIRST_NAMES, SURNAMES, user
from examples.demo.scene import EVERY_DAY, WORKDAYS, blocker, demo_id, location, organization, resource, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator

YEAR = range(-365, 365)
"""The dates that have bookings, counted from today."""
BOOKINGS_OF_A_RESOURCE, BOOKINGS_OF_A_PERSON = 1000, 10
LEAST_LOCATIONS, LEAST_RESOURCES, LEAST_PEOPLE = 4, 16, 40
LOCATIONS_OF_AN_ORGANIZATION, RESOURCES_OF_A_LOCATION = 3, 15
MOST_SEATS = 4
CLOSED_EVERY = 45
"""Days from one that is closed, or has shorter hours, or is blocked, to the next."""

TOWNS = (
    ("Berlin", "Europe/Berlin"),
    ("London", "Europe/London"),
    ("New York", "America/New_York"),
    ("Madrid", "Europe/Madrid"),
    ("Tokyo", "Asia/Tokyo"),
    ("Sydney", "Australia/Sydney"),
    ("Los Angeles", "America/Los_Angeles"),
    ("Mumbai", "Asia/Kolkata"),
)


class Kind(NamedTuple):
    """What one resource has in common with others. It opens at six at the earliest: by then clocks have changed."""

    name: str
    type: ResourceType
    capacity: int
    days: tuple[Weekday, ...]
    opens: int
    closes: int
    minutes: tuple[int, ...]
    every: int = 1
    """2: booked on every other day alone, and twice as much then."""


SHOP_DAYS = tuple(Weekday)[1:6]
COURT = Kind("Court", ResourceType.COURT, 1, EVERY_DAY, 7, 22, (60, 60, 90, 120))
ROOM = Kind("Meeting room", ResourceType.ROOM, 1, WORKDAYS, 8, 20, (30, 60, 60, 90, 180))
AGENDA = Kind("Agenda", ResourceType.STAFF, 1, SHOP_DAYS, 9, 19, (30, 45, 60, 90))
DESK = Kind("Window desk", ResourceType.DEDICATED_DESK, 1, WORKDAYS, 7, 21, (240, 360))
CLASS = Kind("Studio", ResourceType.ROOM, 12, EVERY_DAY, 8, 21, (60, 75, 90), every=3)
SEATS = Kind("Open space", ResourceType.HOT_DESK, 40, WORKDAYS, 7, 22, (180, 240, 480))
CARS = Kind("Car park", ResourceType.PARKING_LOT, 60, EVERY_DAY, 6, 24, (600, 1440, 2880, 4320))
OFFICE = Kind("Office", ResourceType.OFFICE, 8, EVERY_DAY, 6, 22, (240, 480, 600), every=2)
KINDS = (COURT, ROOM, AGENDA, CLASS, COURT, ROOM, SEATS, AGENDA, DESK, COURT, OFFICE, ROOM, AGENDA, CARS)


class Bookable(NamedTuple):
    """A resource with all that its bookings are made of."""

    resource: Resource
    kind: Kind
    schedule: Schedule
    blockers: tuple[Blocker, ...]
    open_days: tuple[int, ...]
    bookings: int
    most_seats: int
    """Of one booking, so that all that might meet fit."""


class Place(NamedTuple):
    """A location with its people and resources, in its organization."""

    organization: Organization
    service: ExternalService
    location: Location
    is_first: bool
    people: tuple[User, ...]
    bookables: tuple[Bookable, ...]


class Size(NamedTuple):
    """How much there is of everything, for so many bookings."""

    bookings: int
    resources: int
    people: int
    locations: int

    @classmethod
    def of(cls, bookings: int) -> Size:
        """Return the size for so many bookings."""
        resources = max(-(-bookings // BOOKINGS_OF_A_RESOURCE), LEAST_RESOURCES)
        people = max(bookings // BOOKINGS_OF_A_PERSON, LEAST_PEOPLE)
        return cls(bookings, resources, people, max(resources // RESOURCES_OF_A_LOCATION, LEAST_LOCATIONS))


def places(days: Days, size: Size) -> Iterator[Place]:
    """Make up one location after another."""
    for number in range(size.locations):
        home = organization(f"Meridian {number // LOCATIONS_OF_AN_ORGANIZATION + 1}")
        town, timezone = TOWNS[number % len(TOWNS)]
        place = location(home, f"{home.name} {town}", timezone)
        people = tuple(_people(home, place, range(*_share(size.people, number, size.locations))))
        resources = range(*_share(size.resources, number, size.locations))
        yield Place(
            home,
            ExternalService(demo_id(home.name, "Passerelle"), home.id, "Passerelle"),
            place,
            number % LOCATIONS_OF_AN_ORGANIZATION == 0,
            people,
            tuple(_bookable(days, place, people, size, resource, resource - resources.start) for resource in resources),
        )


def _share(whole: int, part: int, parts: int) -> tuple[int, int]:
    """Where a part begins and ends when all are as large as each other, as far as it goes."""
    return whole * part // parts, whole * (part + 1) // parts


def _people(home: Organization, place: Location, numbers: range) -> Iterator[User]:
    """As many different people as are asked for: those who share a name have a number in it."""
    for number in numbers:
        name, surname = FIRST_NAMES[number % len(FIRST_NAMES)], SURNAMES[number // len(FIRST_NAMES) % len(SURNAMES)]
        known = user(home, name, surname)
        email = f"{number}.{known.email}"
        yield known._replace(id=demo_id(place.id, email), email=email)


def _bookable(days: Days, place: Location, people: tuple[User, ...], size: Size, number: int, within: int) -> Bookable:
    kind = KINDS[number % len(KINDS)]
    staff = people[within].id if kind is AGENDA else None
    record = resource(
        place,
        f"{kind.name} {within + 1}",
        kind.type,
        f"#{dice(place.id, within).randrange(0x1000000):06x}",
        capacity=kind.capacity,
        user_id=staff,
        booking_step_minutes=15,
    )
    special = {
        day: (within + (day - YEAR.start) // CLOSED_EVERY) % 3 for day in YEAR[within % CLOSED_EVERY :: CLOSED_EVERY]
    }
    exceptions = tuple(_exception(days, day) for day, what in special.items() if what != 0)
    blocked = tuple(_blocker(days, record, kind, day) for day, what in special.items() if what == 0)
    schedule = Schedule(weekly(kind.days, (f"{kind.opens:02}:00", f"{kind.closes % 24:02}:00")), exceptions)
    weekdays = {tuple(Weekday).index(day) for day in kind.days}
    first = days.today.weekday()
    open_days = [day for day in YEAR if (first + day) % 7 in weekdays and day not in special]
    dates = open_days[:: kind.every]
    begin, end = _share(size.bookings, number, size.resources)
    seats = _most_seats(kind, -(-(end - begin) // len(dates)))
    return Bookable(record, kind, schedule, blocked, tuple(dates), end - begin, seats)


def _most_seats(kind: Kind, on_a_date: int) -> int:
    hours, longest = (kind.closes - kind.opens) * 60, max(kind.minutes)
    dates = 1 if longest <= hours else longest // (24 * 60) + 2
    return min(MOST_SEATS, kind.capacity // max(on_a_date * dates, 1))


def _exception(days: Days, day: int) -> ScheduleException:
    """Closed, or open for the morning alone; nobody books there."""
    hours = (LocalPeriod(time(9), time(12)),) if day % 2 else ()
    return ScheduleException(days.today + day * DAY, hours)


def _blocker(days: Days, blocked: Resource, kind: Kind, day: int) -> Blocker:
    taken: Interval = span(days.today + day * DAY, time(kind.opens), (kind.closes - kind.opens) * 60, blocked.timezone)
    return blocker(blocked, *taken, "Maintenance")
