"""The unified calendar of a resource: its six kinds of event over a window (booking calendars).

Bookings, blockers and parties come as the viewer may see them; nothing here unmasks anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

from domain import labels
from domain.calendar_records import CalendarEvent, ColorMap, Customer, Party
from domain.colors import color_map
from domain.enums import BookingStatus, CalendarEventType
from domain.intervals import Interval, clip, merge, overlaps_any, sure
from domain.occupancy import Stretch, is_active, levels, profiles, stretches_of
from domain.records import Resource
from domain.schedules import expand, is_empty
from domain.wall_clocks import WallClock

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from domain.records import Blocker, Booking, Schedule

LARGEST_SMALL_CAPACITY = 25
"""Above this capacity bookings are counted, not listed."""

PERIOD, FRAGMENT, BOOKING, HOLD, BLOCKER, COUNT = CalendarEventType
_ORDER = {kind: place for place, kind in enumerate(CalendarEventType)}
_ALL = frozenset(CalendarEventType)
_PERIODS, _LISTED, _COUNTED = frozenset({PERIOD, FRAGMENT}), frozenset({BOOKING, HOLD}), frozenset({COUNT})
_RESERVED, _NOBODY, _NO_TIME = BookingStatus.RESERVED, Party(), timedelta()
_event = cast("Callable[[tuple[object, ...]], CalendarEvent]", partial(tuple.__new__, CalendarEvent))


@dataclass(slots=True)
class _Scene:
    """What the events of one answer share. In `taken` a blocker takes every seat; in `full` every seat is taken."""

    resource: Resource
    name: str
    capacity: int
    colors: ColorMap
    tell: Callable[[datetime], datetime]
    window: Interval
    taken: list[Stretch]
    full: list[Interval]
    blocked: list[Interval]

    def event(  # noqa: PLR0913 - the fields of an event that differ, each by its name
        self,
        kind: CalendarEventType,
        start: datetime,
        end: datetime,
        *,
        occupancy: float,
        is_available: bool,
        label: str,
        source: str | None = None,
        customers: tuple[Customer, ...] = (),
        bookings: tuple[Booking, ...] = (),
        booking_count: int = 0,
    ) -> CalendarEvent:
        """Make an event: as a plain tuple, which takes a third of the time of the record's own constructor."""
        return _event((
            start, end, self.tell(start), self.tell(end), kind, self.resource, self.name, self.capacity, self.colors,
            kind is BLOCKER, occupancy, is_available, label, source, customers, bookings, booking_count,
        ))  # fmt: skip


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
    """Return the events of one resource, in any order (`in_order` sorts them); none when it has no schedule.

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
    if BLOCKER in wanted:
        found += _blockers(scene, blockers)
    if wanted & _COUNTED:
        found += _counts(scene, active)
    return found


def in_order(found: Iterable[CalendarEvent]) -> list[CalendarEvent]:
    """Return the events, of any resources, by start, then kind, then resource; ties by end and ID."""
    return sorted(
        found,
        key=lambda event: (event.start_date, _ORDER[event.type], event.resource.id, event.end_date, event),
    )


def _kinds(capacity: int, types: Collection[CalendarEventType] | None) -> frozenset[CalendarEventType]:
    asked = _ALL if types is None else frozenset(types)
    return asked - (_LISTED if capacity > LARGEST_SMALL_CAPACITY else _COUNTED)


def _scene(
    resource: Resource,
    active: Iterable[Booking],
    blockers: Iterable[Blocker],
    window: Interval,
    timezone: str | None,
) -> _Scene:
    capacity = resource.capacity
    blocked = merge(map(_span, blockers))
    taken = stretches_of([*_taken(active), *((interval, capacity) for interval in blocked)])
    return _Scene(
        resource=resource,
        name=resource.name,
        capacity=capacity,
        colors=color_map(resource.type, resource.color),
        tell=WallClock(timezone or resource.timezone).tell,
        window=window,
        taken=taken,
        full=[sure((start, end)) for start, end, seats in taken if seats >= capacity],
        blocked=blocked,
    )


def _periods(
    scene: _Scene,
    periods: Iterable[Interval],
    wanted: frozenset[CalendarEventType],
) -> Iterator[CalendarEvent]:
    resource, name, capacity, colors, tell = scene.resource, scene.name, scene.capacity, scene.colors, scene.tell
    shows_periods, shows_fragments = PERIOD in wanted, FRAGMENT in wanted
    for period, stretches in profiles(periods, scene.taken):
        first, last = period
        local_first = local = tell(first)
        used, is_available = _NO_TIME, False
        for start, end, seats in stretches:
            local_start, local = local, tell(end)
            if seats:
                used += (end - start) * min(seats, capacity)
            if seats < capacity:
                is_available = True
                if shows_fragments:
                    yield _event((
                        start, end, local_start, local, FRAGMENT, resource, name, capacity, colors,
                        False, seats / capacity, True, labels.AVAILABLE, None, (), (), 0,
                    ))  # fmt: skip
        if shows_periods:
            share = used / ((last - first) * capacity) if used else 0.0
            label = labels.AVAILABLE if is_available else _taken_label(scene, period)
            yield _event((
                first, last, local_first, local, PERIOD, resource, name, capacity, colors,
                False, share, is_available, label, None, (), (), 0,
            ))  # fmt: skip


def _bookings(
    scene: _Scene,
    active: Iterable[Booking],
    parties: Mapping[str, Party],
    wanted: frozenset[CalendarEventType],
) -> Iterator[CalendarEvent]:
    resource, name, capacity, colors, tell = scene.resource, scene.name, scene.capacity, scene.colors, scene.tell
    since, until = scene.window
    for booking in active:
        is_held = booking.status is _RESERVED
        kind = HOLD if is_held else BOOKING
        start, end = booking.start_date, booking.end_date
        if kind in wanted and start < until and since < end:
            key, seats = booking.id, booking.seats
            party = _NOBODY if is_held else parties.get(key, _NOBODY)
            takes_all = seats >= capacity
            is_available = not takes_all and not overlaps_any(sure((start, end)), scene.full)
            yield _event((
                start, end, tell(start), tell(end), kind, resource, name, capacity, colors,
                False, 1.0 if takes_all else seats / capacity, is_available, labels.booking_label(booking, party),
                key, party.customers, (booking,), 0,
            ))  # fmt: skip


def _blockers(scene: _Scene, blockers: Iterable[Blocker]) -> Iterator[CalendarEvent]:
    for blocker in blockers:
        span = _span(blocker)
        if span.overlaps(scene.window):
            yield scene.event(
                BLOCKER,
                *span,
                occupancy=1.0,
                is_available=False,
                label=labels.blocker_label(blocker),
                source=blocker.id,
            )


def _counts(scene: _Scene, active: Iterable[Booking]) -> Iterator[CalendarEvent]:
    for start, end, seats, bookings in levels(_taken(active)):
        for span in clip([sure((start, end))], scene.window):
            yield scene.event(
                COUNT,
                *span,
                occupancy=_share(scene, seats),
                is_available=seats < scene.capacity and not overlaps_any(span, scene.blocked),
                label=labels.count_label(seats, scene.capacity),
                booking_count=bookings,
            )


def _taken_label(scene: _Scene, period: Interval) -> str:
    """Say of a period with nothing left what took it: one who reads "Available" there would be misled."""
    return labels.BLOCKED if any(blocked.covers(period) for blocked in scene.blocked) else labels.BOOKED


def _taken(active: Iterable[Booking]) -> list[tuple[Interval, int]]:
    return [(sure((booking.start_date, booking.end_date)), booking.seats) for booking in active]


def _span(record: Booking | Blocker) -> Interval:
    """Return when a stored record takes place: in UTC, and it ends after it starts."""
    return sure((record.start_date, record.end_date))


def _share(scene: _Scene, seats: int) -> float:
    """Return seats taken ÷ capacity, at most 1 also where the capacity was lowered after a booking."""
    return min(1.0, seats / scene.capacity)
