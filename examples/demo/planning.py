"""Making up bookings: within the hours of a resource, by chance, but the same for the same date whenever asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.drafts import BookingDraft, ParticipantDraft
from domain.enums import BookingStatus
from domain.intervals import Interval
from domain.schedules import expand_days
from examples.demo.days import Days, dice
from examples.demo.scene import Planned, demo_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from random import Random

    from domain.records import Blocker, Resource, Schedule


class Demand(NamedTuple):
    """How much a resource is asked for: usual lengths in minutes, and how likely a free half-hour is taken."""

    minutes: tuple[int, ...]
    share: float


def openings(
    days: Days, resource: Resource, schedule: Schedule, demand: Demand, blockers: Sequence[Blocker] = ()
) -> Iterator[tuple[Random, Interval]]:
    """Spans to be booked, one after another on each date, each with the chance that decides the rest of it."""
    closed = [Interval(b.start_date, b.end_date) for b in blockers if b.resource_id == resource.id]
    for day in days.all():
        chance = dice(resource.id, day)
        for period in expand_days(schedule, resource.timezone, day, day):
            for span in _walk(period, chance, demand):
                if not any(span.overlaps(block) for block in closed):
                    yield chance, span


def _walk(period: Interval, chance: Random, demand: Demand) -> Iterator[Interval]:
    start, step = period.start, timedelta(minutes=30)
    while start + step <= period.end:
        length = timedelta(minutes=chance.choice(demand.minutes))
        if chance.random() < demand.share and start + length <= period.end:
            yield Interval(start, start + length)
            start += length
        else:
            start += step


def plan(
    days: Days,
    resource: Resource,
    span: Interval,
    participants: tuple[ParticipantDraft, ...] = (),
    *,
    number: int = 0,
    status: BookingStatus | None = None,
    given: Mapping[str, Any] | None = None,
) -> Planned:
    """Plan a booking, written some days before it starts; `number` tells those of one resource and start apart."""
    key = demo_id("booking", resource.id, span.start.isoformat(), str(number))
    chance = dice(key)
    fields = {"status": status or _status(days, span, chance), **(given or {})}
    draft = BookingDraft(resource.id, span.start, span.end, None, participants, fields)
    return Planned(key, draft, _written(days, span, chance))


def from_partner(days: Days, planned: Planned, service_id: str, external_id: str) -> Planned:
    """Let a partner's service have written it: under its own ID, always as a fact."""
    written = _written(days, Interval(planned.draft.start_date, planned.draft.end), dice(planned.id))
    draft = planned.draft._replace(
        external_service_id=service_id, external_booking_id=external_id, external_updated_at=written, given={}
    )
    return planned._replace(draft=draft, written_at=written)


def hold(days: Days, resource: Resource, span: Interval, minutes: int, seats: int = 1) -> Planned:
    """Plan a hold that was placed just now and lives for so many minutes."""
    key = demo_id("hold", resource.id, span.start.isoformat())
    draft = BookingDraft(resource.id, span.start, span.end, None, (), {"seats": seats})
    return Planned(key, draft, days.now, days.now + timedelta(minutes=minutes))


def _status(days: Days, span: Interval, chance: Random) -> BookingStatus:
    if span.end <= days.morning:
        usual, others = BookingStatus.COMPLETED, (BookingStatus.NO_SHOW, BookingStatus.CANCELED)
    else:
        usual, others = BookingStatus.ACCEPTED, (BookingStatus.REQUESTED, BookingStatus.CANCELED)
    return usual if chance.random() < 0.86 else chance.choice(others)  # noqa: PLR2004 - most go as they should


def _written(days: Days, span: Interval, chance: Random) -> datetime:
    return min(span.start, days.morning) - timedelta(minutes=chance.randint(60, 20_000))
