"""A tennis club, in the manner of Wingfield: courts, and a partner's service that books most of them."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from domain.drafts import ParticipantDraft
from domain.enums import BookingStatus, ResourceType
from domain.records import ExternalService, Schedule
from examples.demo.days import DAY, WEEK, Days, dice, span
from examples.demo.people import crowd, membership, party, user
from examples.demo.planning import Demand, from_partner, hold, openings, plan
from examples.demo.scene import EVERY_DAY, Scene, blocker, demo_id, location, organization, resource, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.records import Blocker
    from examples.demo.scene import Planned

CLUB = organization("Havelufer Tennis Club")
GROUNDS = location(CLUB, "Havelufer", "Europe/Berlin")
COURTLINK = ExternalService(demo_id(CLUB.name, "CourtLink"), CLUB.id, "CourtLink")
COACH = user(CLUB, "Tomáš", "Novák", "+49 30 5550 1203", "Head coach, juniors and team practice.")
MEMBERS = crowd(CLUB, 20, "+49 151")

COLORS = ("#c2410c", "#15803d", "#1d4ed8", "#b45309", "#0f766e", "#6d28d9")
NAMES = ("Court 1", "Court 2", "Court 3", "Court 4", "Hall 5", "Hall 6")
COURTS = tuple(
    resource(
        GROUNDS, name, ResourceType.COURT, color, min_duration_minutes=60, max_duration_minutes=120, horizon_days=28
    )
    for name, color in zip(NAMES, COLORS, strict=True)
)
OUTDOORS = Schedule(weekly(EVERY_DAY, ("07:00", "21:00")))
INDOORS = Schedule(weekly(EVERY_DAY, ("07:00", "00:00")))
SCHEDULES = {court.id: INDOORS if court.name.startswith("Hall") else OUTDOORS for court in COURTS}
DEMAND = Demand((60, 60, 90, 120), 0.05)
TRAINING = ((0, 16, "Junior training"), (2, 16, "Junior training"), (3, 18, "Team practice"), (5, 10, "Beginners"))


def tennis(days: Days) -> Scene:
    """Return the club around today."""
    blocked = tuple(_blockers(days))
    bookings = (*_holds(days), *_training(days), *_matches(days, blocked))
    people = (COACH, *MEMBERS)
    return Scene(CLUB, (GROUNDS,), people, COURTS, SCHEDULES, blocked, bookings, services=(COURTLINK,))


def _blockers(days: Days) -> Iterator[Blocker]:
    for week in range(-1, 4):
        monday = days.monday + week * WEEK
        begin, end = span(monday + 1 * DAY, time(7), 150, GROUNDS.timezone)
        yield blocker(COURTS[week % 4], begin, end, "Clay maintenance")
    for court in COURTS[:2]:
        begin, end = span(days.monday + WEEK + 5 * DAY, time(9), 480, GROUNDS.timezone)
        yield blocker(court, begin, end, "Club championship")


def _holds(days: Days) -> Iterator[Planned]:
    yield hold(days, COURTS[1], span(days.today, time(10), 60, GROUNDS.timezone), 23 * 60)
    yield hold(days, COURTS[4], span(days.today + DAY, time(19), 90, GROUNDS.timezone), 30)


def _training(days: Days) -> Iterator[Planned]:
    """The coach's own lessons, in the hall: bookings of the club itself, with a title and staff."""
    for day in days.all():
        for weekday, hour, title in TRAINING:
            if day.weekday() == weekday:
                lesson = span(day, time(hour), 90, GROUNDS.timezone)
                pupils = party(dice(title, day), MEMBERS, 4)
                given = {"title": title, "staff_id": COACH.id, "owner_id": COACH.id}
                usual = BookingStatus.COMPLETED if lesson.end <= days.morning else BookingStatus.ACCEPTED
                yield plan(days, COURTS[5], lesson, pupils, number=1, status=usual, given=given)


def _matches(days: Days, blocked: tuple[Blocker, ...]) -> Iterator[Planned]:
    """The members' games: most come from the partner's app, the rest over the club's own desk."""
    for court in COURTS:
        for chance, game in openings(days, court, SCHEDULES[court.id], DEMAND, blocked):
            planned = plan(days, court, game, party(chance, MEMBERS, 4))
            if chance.random() < 0.75:  # noqa: PLR2004 - three of four
                number = f"CL-{game.start:%Y%m%d-%H%M}-{NAMES.index(court.name) + 1}"
                yield from_partner(days, planned, COURTLINK.id, number)
            else:
                yield _over_the_desk(planned)


def _over_the_desk(planned: Planned) -> Planned:
    host: ParticipantDraft = planned.draft.participants[0]
    owner = next(member for member in MEMBERS if member.id == host.user_id)
    title = dice(planned.id).choice(("Ladder match", "Mixed doubles", "Practice", "League match"))
    given = {**planned.draft.given, "title": title, "owner_id": owner.id, "owner_membership_id": membership(owner)}
    return planned._replace(draft=planned.draft._replace(given=given))
