"""The unified calendar of a resource: its six kinds of event over a window (booking calendars).

Bookings, blockers and parties come as the viewer may see them; nothing here unmasks anything.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from domain import labels
from domain.calendar_records import CalendarEvent, ColorMap, Party
from domain.colors import color_map
from domain.enums import BookingStatus, CalendarEventType
from domain.identities import derived_id
from domain.intervals import Interval, clip, merge, overlaps_any
from domain.occupancy import Level, is_active, levels, profile
from domain.records import Resource
from domain.schedules import expand, is_empty

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from domain.records import Blocker, Booking, Schedule

LARGEST_SMALL_CAPACITY = 25
"""Above this capacity bookings are counted, not listed."""

_ORDER = {kind: place for place, kind in enumerate(CalendarEventType)}
_PERIODS = frozenset({CalendarEventType.PERIOD, CalendarEventType.PERIOD_FRAGMENT})
_LISTED = frozenset({CalendarEventType.BOOKING, CalendarEventType.RESERVED_BOOKING})
_COUNTED = frozenset({CalendarEventType.BOOKING_COUNT})
_NOBODY = Party()


class _Scene(NamedTuple):
    """What the events of one answer share. In `steps` and `full` a blocker takes every seat."""

    resource: Resource
    window: Interval
    timezone: str
    colors: ColorMap
    steps: list[Level]
    full: list[Interval]
    blocked: list[Interval]


def events(  # noqa: PLR0913 - what is known of the resource, then what is asked, each by its name
    resource: Resource,
    schedule: Schedule | None,
    bookings: Iterable[Booking],
    blockers: Sequence[Blocker],
    parties: Mapping[str, Party],
    *,
    window: Interval,
    now: datetime,
    timezone: str | None = None,
    types: Collection[CalendarEventType] | None = None,
) -> list[CalendarEvent]:
    """Return the events of one resource, in order; none when it has no schedule.

    `bookings` may be of any status and `blockers` anywhere: only those that overlap the window come out, but all
    of them count for occupancy, so give also what overlaps a booking that reaches out of the window.
    `parties` are by booking ID. `timezone` None: local times in the resource's. `types` None: every kind.
    """
    if schedule is None or is_empty(schedule):
        return []
    wanted = _kinds(resource.capacity, types)
    active = [booking for booking in bookings if is_active(booking, now)]
    scene = _scene(resource, active, blockers, window, timezone)
    found: list[CalendarEvent] = []
    if wanted & _PERIODS:
        found += _periods(scene, expand(schedule, resource.timezone, window), wanted)
    if wanted & _LISTED:
        found += _bookings(scene, active, parties, wanted)
    if CalendarEventType.BLOCKER in wanted:
        found += _blockers(scene, blockers)
    if wanted & _COUNTED:
        found += _counts(scene, active)
    return in_order(found)


def in_order(found: Iterable[CalendarEvent]) -> list[CalendarEvent]:
    """Return the events, of any resources, by start, then kind, then resource; ties by end and ID."""
    return sorted(
        found,
        key=lambda event: (event.start_date, _ORDER[event.type], event.resource.id, event.end_date, event.id),
    )


def _kinds(capacity: int, types: Collection[CalendarEventType] | None) -> frozenset[CalendarEventType]:
    asked = frozenset(CalendarEventType if types is None else types)
    return asked - (_LISTED if capacity > LARGEST_SMALL_CAPACITY else _COUNTED)


def _scene(
    resource: Resource,
    active: Iterable[Booking],
    blockers: Iterable[Blocker],
    window: Interval,
    timezone: str | None,
) -> _Scene:
    blocked = merge(_span(blocker) for blocker in blockers)
    steps = levels([*_taken(active), *((interval, resource.capacity) for interval in blocked)])
    return _Scene(
        resource=resource,
        window=window,
        timezone=timezone or resource.timezone,
        colors=color_map(resource.type, resource.color),
        steps=steps,
        full=merge(Interval(step.start, step.end) for step in steps if step.seats >= resource.capacity),
        blocked=blocked,
    )


def _periods(
    scene: _Scene,
    periods: Iterable[Interval],
    wanted: frozenset[CalendarEventType],
) -> Iterator[CalendarEvent]:
    for period in periods:
        stretches = profile(period, scene.steps)
        if CalendarEventType.PERIOD in wanted:
            yield _period(scene, period, stretches)
        if CalendarEventType.PERIOD_FRAGMENT in wanted:
            free = (stretch for stretch in stretches if stretch[1] < scene.resource.capacity)
            yield from (_fragment(scene, span, seats) for span, seats in free)


def _period(scene: _Scene, period: Interval, stretches: Sequence[tuple[Interval, int]]) -> CalendarEvent:
    capacity = scene.resource.capacity
    taken = sum((span.duration * min(seats, capacity) for span, seats in stretches), timedelta())
    available = any(seats < capacity for _, seats in stretches)
    return CalendarEvent(
        id=_span_id(scene, CalendarEventType.PERIOD, period),
        type=CalendarEventType.PERIOD,
        start_date=period.start,
        end_date=period.end,
        resource=scene.resource,
        occupancy=taken / (period.duration * capacity),
        is_available=available,
        display_label=labels.AVAILABLE if available else _taken_label(scene, period),
        color_map=scene.colors,
        timezone=scene.timezone,
    )


def _fragment(scene: _Scene, span: Interval, seats: int) -> CalendarEvent:
    return CalendarEvent(
        id=_span_id(scene, CalendarEventType.PERIOD_FRAGMENT, span),
        type=CalendarEventType.PERIOD_FRAGMENT,
        start_date=span.start,
        end_date=span.end,
        resource=scene.resource,
        occupancy=_share(scene, seats),
        is_available=True,
        display_label=labels.AVAILABLE,
        color_map=scene.colors,
        timezone=scene.timezone,
    )


def _bookings(
    scene: _Scene,
    active: Iterable[Booking],
    parties: Mapping[str, Party],
    wanted: frozenset[CalendarEventType],
) -> Iterator[CalendarEvent]:
    for booking in active:
        held = booking.status is BookingStatus.RESERVED
        kind = CalendarEventType.RESERVED_BOOKING if held else CalendarEventType.BOOKING
        span = _span(booking)
        if kind in wanted and span.overlaps(scene.window):
            party = _NOBODY if held else parties.get(booking.id, _NOBODY)
            yield CalendarEvent(
                id=derived_id(kind, booking.id),
                type=kind,
                start_date=span.start,
                end_date=span.end,
                resource=scene.resource,
                occupancy=_share(scene, booking.seats),
                is_available=not overlaps_any(span, scene.full),
                display_label=labels.booking_label(booking, party),
                color_map=scene.colors,
                timezone=scene.timezone,
                customers=party.customers,
                bookings=(booking,),
            )


def _blockers(scene: _Scene, blockers: Iterable[Blocker]) -> Iterator[CalendarEvent]:
    for blocker in blockers:
        span = _span(blocker)
        if span.overlaps(scene.window):
            yield CalendarEvent(
                id=derived_id(CalendarEventType.BLOCKER, blocker.id),
                type=CalendarEventType.BLOCKER,
                start_date=span.start,
                end_date=span.end,
                resource=scene.resource,
                occupancy=1.0,
                is_available=False,
                display_label=labels.blocker_label(blocker),
                color_map=scene.colors,
                timezone=scene.timezone,
            )


def _counts(scene: _Scene, active: Iterable[Booking]) -> Iterator[CalendarEvent]:
    capacity = scene.resource.capacity
    for level in levels(_taken(active)):
        for span in clip([Interval(level.start, level.end)], scene.window):
            yield CalendarEvent(
                id=_span_id(scene, CalendarEventType.BOOKING_COUNT, span),
                type=CalendarEventType.BOOKING_COUNT,
                start_date=span.start,
                end_date=span.end,
                resource=scene.resource,
                occupancy=_share(scene, level.seats),
                is_available=level.seats < capacity and not overlaps_any(span, scene.blocked),
                display_label=labels.count_label(level.seats, capacity),
                color_map=scene.colors,
                timezone=scene.timezone,
                booking_count=level.bookings,
            )


def _taken_label(scene: _Scene, period: Interval) -> str:
    """Say of a period with nothing left what took it: one who reads "Available" there would be misled."""
    return labels.BLOCKED if any(blocked.covers(period) for blocked in scene.blocked) else labels.BOOKED


def _taken(active: Iterable[Booking]) -> Iterator[tuple[Interval, int]]:
    return ((_span(booking), booking.seats) for booking in active)


def _span(record: Booking | Blocker) -> Interval:
    return Interval(record.start_date, record.end_date)


def _share(scene: _Scene, seats: int) -> float:
    """Return seats taken ÷ capacity, at most 1 also where the capacity was lowered after a booking."""
    return min(1.0, seats / scene.resource.capacity)


def _span_id(scene: _Scene, kind: CalendarEventType, span: Interval) -> str:
    return derived_id(kind, scene.resource.id, span.start.isoformat(), span.end.isoformat())
