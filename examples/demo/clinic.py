"""A clinic, in the manner of booking calendars: holds, blocks, exceptions, dated slots, nights, classes, a crowd."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from domain.drafts import ParticipantDraft
from domain.enums import BookingStatus, ResourceType, Weekday
from domain.intervals import Interval
from domain.records import DatedSlot, LocalPeriod, Schedule, ScheduleException
from examples.demo.days import DAY, WEEK, Days, dice, span
from examples.demo.people import crowd, user
from examples.demo.planning import Demand, hold, openings, plan
from examples.demo.scene import EVERY_DAY, WORKDAYS, Scene, blocker, location, organization, resource, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.records import Blocker
    from examples.demo.scene import Planned

CLINIC = organization("Lindenhof Clinic")
HOUSE = location(CLINIC, "Lindenhof Berlin", "Europe/Berlin")
PATIENTS = crowd(CLINIC, 24, "+49 160")
DOCTORS = (
    user(CLINIC, "Adaeze", "Obi", "+49 30 5550 1401", "General medicine."),
    user(CLINIC, "Jonas", "Weiss", "+49 30 5550 1402", "Physiotherapy."),
)
STAFF, ROOM = ResourceType.STAFF, ResourceType.ROOM
OBI = resource(
    HOUSE, "Dr. Obi", STAFF, "#0e7490", user_id=DOCTORS[0].id, booking_step_minutes=15, preparation_minutes=5
)
WEISS = resource(HOUSE, "Dr. Weiss", STAFF, "#4d7c0f", user_id=DOCTORS[1].id, public_calendar=False)
ULTRASOUND = resource(HOUSE, "Ultrasound", ROOM, "#b45309")
CLASS = resource(HOUSE, "Back class", ROOM, "#65a30d", capacity=12, min_duration_minutes=60)
NIGHT = resource(HOUSE, "Night practice", ROOM, "#4338ca", horizon_days=7)
VACCINATION = resource(HOUSE, "Vaccination hall", ROOM, "#be185d", capacity=60, booking_step_minutes=10)
RESOURCES = (OBI, WEISS, ULTRASOUND, CLASS, NIGHT, VACCINATION)

REASONS = ("Check-up", "Follow-up", "Vaccination advice", "Blood results", "First visit")
SHORT = Demand((30, 30, 45), 0.13)
TEN_MINUTES = timedelta(minutes=10)


def clinic(days: Days) -> Scene:
    """Return the clinic around today."""
    schedules = _schedules(days)
    blocked = tuple(_blockers(days))
    bookings = (*_holds(days), *_classes(days), *_visits(days, schedules, blocked), *_crowds(days, schedules))
    return Scene(CLINIC, (HOUSE,), (*DOCTORS, *PATIENTS), RESOURCES, schedules, blocked, bookings)


def _schedules(days: Days) -> Mapping[str, Schedule]:
    """This week the doctors have a closed Wednesday and a late Thursday; the hall opens on fixed dates only."""
    monday = days.monday
    late = (LocalPeriod(time(13), time(20)),)
    exceptions = (ScheduleException(monday + 2 * DAY, ()), ScheduleException(monday + 3 * DAY, late))
    surgery = Schedule(weekly(WORKDAYS, ("08:00", "12:00"), ("14:00", "18:00")), exceptions)
    evenings = weekly((Weekday.TUESDAY, Weekday.THURSDAY), ("18:00", "19:30"))
    dates = tuple(
        DatedSlot(*span(monday + week * WEEK + weekday * DAY, time(10), 240, HOUSE.timezone))
        for week in range(-1, 4)
        for weekday in (1, 5)
    )
    return {
        OBI.id: surgery,
        WEISS.id: surgery,
        ULTRASOUND.id: Schedule(weekly(WORKDAYS, ("08:00", "16:00"))),
        CLASS.id: Schedule(evenings),
        NIGHT.id: Schedule(weekly(EVERY_DAY, ("20:00", "06:00"))),
        VACCINATION.id: Schedule(slots=dates),
    }


def _blockers(days: Days) -> Iterator[Blocker]:
    for week in range(-1, 4):
        begin, end = span(days.monday + week * WEEK + 4 * DAY, time(13), 180, HOUSE.timezone)
        yield blocker(ULTRASOUND, begin, end, "Calibration")
    begin, end = span(days.monday + WEEK, time(0), 7 * 24 * 60, HOUSE.timezone)
    yield blocker(WEISS, begin, end, "On leave")


def _holds(days: Days) -> Iterator[Planned]:
    for offset, minutes in ((0, 23 * 60), (1, 180), (2, 30)):
        yield hold(days, NIGHT, span(days.today + offset * DAY, time(20, 30), 30, HOUSE.timezone), minutes)


def _classes(days: Days) -> Iterator[Planned]:
    """One session, booked by each who comes; all of them with the same physiotherapist."""
    for day in days.all():
        if day.weekday() in (1, 3):
            session, chance = span(day, time(18), 90, HOUSE.timezone), dice(CLASS.id, day)
            usual = BookingStatus.COMPLETED if session.end <= days.morning else BookingStatus.ACCEPTED
            for number, patient in enumerate(chance.sample(PATIENTS, chance.randint(4, 11))):
                given = {"title": "Back class", "owner_id": patient.id, "staff_id": DOCTORS[1].id}
                yield plan(days, CLASS, session, number=number, status=usual, given=given)


def _visits(days: Days, schedules: Mapping[str, Schedule], blocked: tuple[Blocker, ...]) -> Iterator[Planned]:
    for place, demand in (
        (OBI, SHORT),
        (WEISS, SHORT),
        (ULTRASOUND, Demand((30, 60), 0.1)),
        (NIGHT, Demand((30,), 0.06)),
    ):
        for chance, visit in openings(days, place, schedules[place.id], demand, blocked):
            patient = chance.choice(PATIENTS)
            given = {"title": chance.choice(REASONS), "owner_id": patient.id, "staff_id": place.user_id}
            yield plan(days, place, visit, (ParticipantDraft(patient.id, None),), given=given)


def _crowds(days: Days, schedules: Mapping[str, Schedule]) -> Iterator[Planned]:
    """Families at the vaccination hall: many at once, counted rather than listed."""
    for slot in schedules[VACCINATION.id].slots:
        chance = dice(VACCINATION.id, slot.start_date)
        for number in range(14):
            start = slot.start_date + chance.randrange(20) * TEN_MINUTES
            family = chance.choice(PATIENTS)
            visit = Interval(start, start + chance.randint(2, 4) * TEN_MINUTES)
            given = {"owner_id": family.id, "seats": chance.randint(1, 5)}
            yield plan(days, VACCINATION, visit, number=number, given=given)
