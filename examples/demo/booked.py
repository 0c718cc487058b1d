"""The bookings of a crowded place, in the order of their dates; nothing is double booked, because of how they are laid.

Of a resource with one seat, the bookings of a date share the hours among them, and so does the person whose agenda it
is, who works nowhere else. Where there are more seats, each takes so few that all that might meet fit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from domain.bookings import participants
from domain.drafts import ParticipantDraft
from domain.enums import BookedItemType, BookingStatus, ResourceType
from domain.records import BookedItem, Booking, Payment, PaymentTax
from examples.demo.days import DAY, Days, dice, span
from examples.demo.people import GUESTS
from examples.demo.scene import demo_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from examples.demo.crowded import Bookable, Kind, Place

Chance = Callable[[], float]
OPENING = time(6)
DAY_MINUTES = 24 * 60
STEP = 15
LONGEST_NOTICE = 20_000
GUEST = 0.2

STATUS = BookingStatus
PAST = (*(STATUS.COMPLETED,) * 17, STATUS.NO_SHOW, STATUS.CANCELED, STATUS.CANCELED)
AHEAD = (*(STATUS.ACCEPTED,) * 16, STATUS.REQUESTED, STATUS.INVITED, STATUS.CANCELED, STATUS.REJECTED)
PARTY = (0, 1, 1, 1, 1, 1, 1, 1, 2, 4)
COURT_PARTY = (1, 1, 1, 1, 1, 1, 2, 2, 2, 4)
TITLES = (None, None, None, "Regular", "Workshop", "Practice", "Client call", "Interview")
NOTES = (None, None, None, None, None, None, None, "Needs the whiteboard.")
SERVICES = tuple(BookedItem(BookedItemType.SERVICE, demo_id("Meridian", name)) for name in ("Cut", "Colour", "Care"))
PAYMENTS = (
    None,
    None,
    None,
    Payment(Decimal("18.00"), "EUR", PaymentTax(inclusive=True, rate=Decimal(19)), None, None),
)


class Visit(NamedTuple):
    """A booking to be made up: on which day, of which of the resources, and which of so many on that day."""

    day: int
    which: int
    turn: int
    turns: int


def booked(days: Days, place: Place) -> Iterator[Booking]:
    """Make up the bookings of a place."""
    chance, morning = dice(place.location.id, days.today).random, days.morning
    today, opening = None, morning
    for count, visit in enumerate(sorted(_visits(place))):
        if visit.day != today:
            today = visit.day
            opening = span(days.today + today * DAY, OPENING, DAY_MINUTES, place.location.timezone).start
        bookable = place.bookables[visit.which]
        start, end = _laid(bookable.kind, visit, opening, chance)
        yield _booking(place, bookable, count, start, end, morning, chance)


def _visits(place: Place) -> Iterator[Visit]:
    """Spread the bookings of each resource over its days, as evenly as it goes."""
    for which, bookable in enumerate(place.bookables):
        dates, first = len(bookable.open_days), 0
        for date, day in enumerate(bookable.open_days, 1):
            after = date * bookable.bookings // dates
            for turn in range(after - first):
                yield Visit(day, which, turn, after - first)
            first = after


def _laid(kind: Kind, visit: Visit, opening: datetime, chance: Chance) -> tuple[datetime, datetime]:
    """Choose the hours: with one seat, within a part of the day; with more, anywhere."""
    room = (kind.closes - kind.opens) * 60
    begin = (kind.opens - OPENING.hour) * 60
    if kind.capacity == 1:
        room //= visit.turns
        begin += room * visit.turn
    minutes = kind.minutes[int(chance() * len(kind.minutes))]
    start = opening + timedelta(minutes=begin + int(chance() * (max(room - minutes, 0) // STEP + 1)) * STEP)
    return start, start + timedelta(minutes=minutes)


def _booking(
    place: Place, bookable: Bookable, count: int, start: datetime, end: datetime, morning: datetime, chance: Chance
) -> Booking:
    """Make up what a booking says. Of three, one was written by the partner's service."""
    resource, known = bookable.resource, place.location.id
    status = (PAST if end <= morning else AHEAD)[int(chance() * len(PAST))]
    written = min(start, morning) - timedelta(minutes=60 + int(chance() * LONGEST_NOTICE))
    is_partners = count % 3 == 0
    key = f"{known[:13]}-8b00-8000-{count:012x}"  # in the order of writing, as IDs that begin with a time are
    return Booking(
        id=key,
        organization_id=resource.organization_id,
        resource_id=resource.id,
        version=1,
        status=status,
        title=TITLES[int(chance() * len(TITLES))],
        notes=NOTES[int(chance() * len(NOTES))],
        seats=1 + int(chance() * bookable.most_seats),
        start_date=start,
        end_date=end,
        owner_id=None if is_partners else place.people[int(chance() * len(place.people))].id,
        owner_membership_id=None,
        staff_id=resource.user_id,
        item=SERVICES[count % len(SERVICES)] if resource.user_id else None,
        participants=participants(key, _party(place, resource.type, chance)),
        payment=PAYMENTS[count % len(PAYMENTS)] if resource.type is ResourceType.ROOM else None,
        external_service_id=place.service.id if is_partners else None,
        external_booking_id=f"{known[:13]}-{count}" if is_partners else None,
        external_updated_at=written if is_partners else None,
        expires_at=None,
        created_at=written,
        updated_at=written,
        deleted_at=None,
        timezone=resource.timezone,
    )


def _party(place: Place, kind: ResourceType, chance: Chance) -> list[ParticipantDraft]:
    """Who takes part: people of the place, one after another from anywhere in the list, some of them guests."""
    sizes = COURT_PARTY if kind is ResourceType.COURT else PARTY
    size, known = sizes[int(chance() * len(sizes))], int(chance() * len(place.people))
    return [_guest(known + number) if chance() < GUEST else _member(place, known + number) for number in range(size)]


def _guest(number: int) -> ParticipantDraft:
    return ParticipantDraft(None, f"{GUESTS[number % len(GUESTS)]}@example.net")


def _member(place: Place, number: int) -> ParticipantDraft:
    return ParticipantDraft(place.people[number % len(place.people)].id, None)
