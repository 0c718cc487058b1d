"""What can be wrong with the records of a set-up, on their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.drafts import MAX_TEXT, is_email, no_uuid, schema
from domain.identities import NOBODY
from domain.intervals import CALENDARS
from domain.refusals import ErrorCode, Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from domain.records import Blocker, Resource, Schedule, User

MAX_NAME = 200
MAX_ABOUT = MAX_TEXT
MAX_CAPACITY = 100_000
MAX_MINUTES = 366 * 24 * 60
MAX_DAYS = 3_660
MAX_WEEKLY, MAX_PERIODS, MAX_RULES = 200, 50, 1_000
"""Hours of a week, of one date, and all else. Expanded weeks are kept, so none may be large."""
COLOR = re.compile(r"#[0-9a-fA-F]{6}\Z")


def id_issues(record_id: str) -> Iterator[Issue]:
    """A record's ID, where the client gives it, is a UUID."""
    if record_id == NOBODY:
        yield no_uuid("id")


def name_issues(name: str) -> Iterator[Issue]:
    """A name has 1 to 200 characters, not all of them spaces."""
    if not name.strip() or len(name) > MAX_NAME:
        yield schema(f"name has 1 to {MAX_NAME} characters.", "name")


def user_issues(user: User) -> Iterator[Issue]:
    """Find what is wrong with a user; every field may be left out."""
    texts = {"name": user.name, "surname": user.surname, "phoneNumber": user.phone_number, "photoUrl": user.photo_url}
    for field, text in texts.items():
        if text is not None and len(text) > MAX_ABOUT // 5:
            yield schema(f"{field} has {MAX_ABOUT // 5} characters at most.", field)
    if user.about is not None and len(user.about) > MAX_ABOUT:
        yield schema(f"about has {MAX_ABOUT} characters at most.", "about")
    if user.email is not None and not is_email(user.email):
        yield schema("This is no e-mail address.", "email")


def resource_issues(resource: Resource) -> Iterator[Issue]:
    """Find what is wrong with a resource."""
    yield from id_issues(resource.id)
    yield from name_issues(resource.name)
    if not 1 <= resource.capacity <= MAX_CAPACITY:
        yield schema(f"capacity is 1 to {MAX_CAPACITY} seats.", "capacity")
    if resource.color is not None and not COLOR.match(resource.color):
        yield schema("color is #rrggbb.", "color")
    if resource.parent_id == resource.id:
        yield schema("A resource is not its own parent.", "parentId")
    yield from _bounds(
        {
            "bookingStepMinutes": (resource.booking_step_minutes, 1, MAX_MINUTES),
            "minDurationMinutes": (resource.min_duration_minutes, 1, MAX_MINUTES),
            "maxDurationMinutes": (resource.max_duration_minutes, 1, MAX_MINUTES),
            "preparationMinutes": (resource.preparation_minutes, 0, MAX_MINUTES),
            "noticeMinutes": (resource.notice_minutes, 0, MAX_MINUTES),
            "horizonDays": (resource.horizon_days, 0, MAX_DAYS),
        }
    )
    shortest, longest = resource.min_duration_minutes, resource.max_duration_minutes
    if shortest is not None and longest is not None and shortest > longest:
        yield schema("minDurationMinutes is more than maxDurationMinutes.", "minDurationMinutes")


def schedule_issues(schedule: Schedule) -> Iterator[Issue]:
    """Find what is wrong with a schedule: too long lists, a date excepted twice, reversed slots."""
    lengths = {"weekly": (schedule.weekly, MAX_WEEKLY), "exceptions": (schedule.exceptions, MAX_RULES)}
    for field, (rules, most) in {**lengths, "slots": (schedule.slots, MAX_RULES)}.items():
        if len(rules) > most:
            yield schema(f"{field} has {most} entries at most.", field)
    dates = set()
    for position, exception in enumerate(schedule.exceptions):
        if exception.date in dates:
            message = "This date is excepted twice."
            path = ("input", "exceptions", str(position), "date")
            yield Issue(ErrorCode.DUPLICATE_ENTRIES_PROVIDED, message, path)
        if len(exception.periods) > MAX_PERIODS:
            yield schema(f"periods has {MAX_PERIODS} entries at most.", "exceptions", str(position), "periods")
        dates.add(exception.date)
    for position, slot in enumerate(schedule.slots):
        yield from span_issues(slot.start_date, slot.end_date, "slots", str(position))


def blocker_issues(blocker: Blocker) -> Iterator[Issue]:
    """Find what is wrong with a blocker."""
    yield from id_issues(blocker.id)
    yield from span_issues(blocker.start_date, blocker.end_date)
    if len(blocker.title or "") > MAX_TEXT:
        yield schema(f"title has {MAX_TEXT} characters at most.", "title")


def span_issues(start: datetime, end: datetime, *path: str) -> Iterator[Issue]:
    """A span ends after it starts."""
    if end <= start:
        message = "The end is before or at the start."
        yield Issue(ErrorCode.INVALID_TIME_RANGE, message, ("input", *path, "endDate"))
    if start < CALENDARS.start or end > CALENDARS.end:
        message = "Calendars are kept in the years 1900 to 2199."
        yield Issue(ErrorCode.INVALID_TIME_RANGE, message, ("input", *path, "startDate"))


def _bounds(fields: Mapping[str, tuple[int | None, int, int]]) -> Iterator[Issue]:
    for field, (value, least, most) in fields.items():
        if value is not None and not least <= value <= most:
            yield schema(f"{field} is {least} to {most}.", field)
