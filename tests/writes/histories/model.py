"""The sequential model: what each operation does to a cell, one after another, by the rules of `domain` alone.

No database, no locks, no concurrency: whatever the gateway answers must be what this answers in some order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import singledispatchmethod
from typing import Any, NamedTuple

from domain.bookings import Delete as Deleted
from domain.bookings import Stored, decide_delete, decide_upsert
from domain.bookings import Upsert as Upserted
from domain.drafts import BookingDraft, ParticipantDraft
from domain.enums import BookingStatus, ResourceType
from domain.holds import Confirmation, HoldChange, confirm, expired, extend, has_expired, new_hold, release
from domain.intervals import Interval
from domain.occupancy import ACTIVE_STATUSES, admit, is_active, staff_conflicts
from domain.records import Booking, Resource
from domain.refusals import BookingOverlap, BusyInterval, StaleWrite, VersionConflict, leading_to
from domain.statuses import decide_status
from tests.writes.histories.operations import (
    BASE,
    STEP,
    Bulk,
    Cell,
    Confirm,
    Delete,
    Event,
    Extend,
    Operation,
    Read,
    ReadAll,
    Release,
    Reserve,
    SetStatus,
    Upsert,
    instant,
    party,
    written_at,
)

Result = tuple[Any, ...]


class State(NamedTuple):
    """All that stands in a cell, by name. Never changed; `key` tells states apart."""

    stored: Mapping[str, Stored] = {}
    key: int = 0

    def put(self, name: str, now: Stored) -> State:
        """Return the state with something else under a name."""
        before = self.stored.get(name)
        key = self.key ^ hash((name, now)) ^ (hash((name, before)) if before else 0)
        return State({**self.stored, name: now}, key)


class Model:
    """The model of one cell."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self._resources = {key: _resource(cell, key, capacity, user) for key, capacity, user in cell.resources}
        self._people = {key: user for key, _, user in cell.resources}

    def nexts(self, state: State, event: Event) -> Iterator[State]:
        """Give every state to which the operation may lead with the answer that was seen."""
        for before in self._perhaps_swept(state, event):
            for now in _instants(before, event):
                result, after = self.apply(before, event.operation, now)
                if event.result is None or result == event.result:
                    yield after

    def _perhaps_swept(self, state: State, event: Event) -> Iterator[State]:
        """Give the state, and what becomes of it where the sweeper, by a later time, comes before a slow operation.

        Only the holds in its way are swept: what touches nothing in common may still come in either order.
        """
        yield state
        if event.at is None:  # then later times are tried for the operation itself
            return
        touched = self.touches(state, event.operation)
        for ends, name in sorted(_ends(state, event.at, event.answered_at)):
            if touched is None or touched & (self.touches(state, Release(name)) or set()):
                state, _ = _settled(state, name, ends)
                yield state

    def swept(self, state: State, now: datetime) -> State:
        """Return the state after the sweeper's work."""
        for name in state.stored:
            state, _ = _settled(state, name, now)
        return state

    def touches(self, state: State, operation: Operation) -> frozenset[Any] | None:
        """Return all on which the operation depends or has an effect; None: everything.

        Two operations that touch nothing in common answer the same and lead to the same state in either order. Beside
        the name that is where the booking stands, and where it shall: each half hour of the resource and of people.
        """
        if isinstance(operation, ReadAll):
            return None
        if isinstance(operation, Bulk):
            return frozenset().union(*(self.touches(state, item) or () for item in operation.items))
        touched: set[Any] = {operation.name}
        if isinstance(operation, Upsert | Reserve):
            touched |= self._places(operation.resource, operation.start, operation.end, operation.staff)
        booking = state.stored.get(operation.name, Stored()).booking
        if booking is not None and not isinstance(operation, Read):
            start, end = ((at - BASE) // STEP for at in (booking.start_date, booking.end_date))
            touched |= self._places(booking.resource_id, start, end, booking.staff_id)
        return frozenset(touched)

    def _places(self, resource: str, start: int, end: int, staff: str | None) -> set[tuple[str, int]]:
        taken = {resource, staff, self._people[resource]} - {None}
        return {(who, step) for who in taken if who for step in range(start, end)}

    def apply(self, state: State, operation: Operation, now: datetime) -> tuple[Result, State]:
        """Carry an operation out at an instant; return what it answers and what stands then."""
        return self._apply(operation, state, now)

    @singledispatchmethod
    def _apply(self, operation: Any, state: State, now: datetime) -> tuple[Result, State]:
        raise NotImplementedError(operation)

    @_apply.register
    def _(self, wanted: Upsert, state: State, now: datetime) -> tuple[Result, State]:
        given = {"seats": wanted.seats, "staff_id": wanted.staff, "title": wanted.title}
        draft = self._draft(wanted, given)._replace(
            participants=_guests(wanted.title),
            external_service_id=self.cell.service,
            external_booking_id=wanted.name,
            external_updated_at=written_at(wanted.written),
        )
        stored = state.stored.get(wanted.name, Stored())
        decided = decide_upsert(draft, stored, self._resources[wanted.resource], new_id=wanted.name, now=now)
        if not isinstance(decided, Upserted):
            return refused(decided), state
        if decided.outcome.value == "UNCHANGED":
            return ("UNCHANGED", *shown(decided.booking, now)), state
        state, refusal = self._admit(state, wanted.name, decided.booking, now)
        if refusal:
            return refused(refusal), state
        new = Stored(decided.booking, stored.asserted_status or decided.booking.status)
        return (decided.outcome.value, *shown(decided.booking, now)), state.put(wanted.name, new)

    @_apply.register
    def _(self, wanted: Delete, state: State, now: datetime) -> tuple[Result, State]:
        stored = state.stored.get(wanted.name, Stored())
        written = written_at(wanted.written)
        decided = decide_delete(stored, external_updated_at=written, expected_version=None, now=now)
        if not isinstance(decided, Deleted):
            return refused(decided), state
        result = (decided.outcome.value, *(shown(decided.booking, now) if decided.booking else ()))
        return result, state.put(wanted.name, stored._replace(booking=decided.booking, tombstone=decided.tombstone))

    @_apply.register
    def _(self, wanted: SetStatus, state: State, now: datetime) -> tuple[Result, State]:
        stored = state.stored.get(wanted.name, Stored())
        booking = stored.booking
        if booking is None or booking.deleted_at is not None:
            return ("NotFound", "COURT_BOOKING_NOT_FOUND"), state
        moved = decide_status(booking, BookingStatus(wanted.status), expected_version=None, now=now)
        if not isinstance(moved, Booking):
            return refused(moved), state
        if moved is not booking and not is_active(booking, now):
            state, refusal = self._admit(state, wanted.name, moved, now)
            if refusal:
                return refused(leading_to(refusal, "status")), state
        return ("ok", *shown(moved, now)), state.put(wanted.name, stored._replace(booking=moved))

    @_apply.register
    def _(self, wanted: Reserve, state: State, now: datetime) -> tuple[Result, State]:
        if wanted.name in state.stored:
            state, stored = _settled(state, wanted.name, now)
            return ("ok", *shown(stored.booking, now)), state
        draft = self._draft(wanted, {"seats": wanted.seats, "staff_id": wanted.staff})
        hold = new_hold(draft, self._resources[wanted.resource], wanted.ttl, new_id=wanted.name, now=now)
        state, refusal = self._admit(state, wanted.name, hold, now)
        if refusal:
            return refused(refusal), state
        return ("ok", *shown(hold, now)), state.put(wanted.name, Stored(hold, hold.status))

    @_apply.register
    def _(self, wanted: Extend, state: State, now: datetime) -> tuple[Result, State]:
        state, stored = _settled(state, wanted.name, now)
        return self._change(state, wanted.name, extend(stored, wanted.ttl, now), now)

    @_apply.register
    def _(self, wanted: Confirm, state: State, now: datetime) -> tuple[Result, State]:
        state, stored = _settled(state, wanted.name, now)
        confirmation = Confirmation(_guests(wanted.title), {"title": wanted.title})
        return self._change(state, wanted.name, confirm(stored, confirmation, now), now)

    @_apply.register
    def _(self, wanted: Release, state: State, now: datetime) -> tuple[Result, State]:
        state, stored = _settled(state, wanted.name, now)
        return self._change(state, wanted.name, release(stored, now), now)

    @_apply.register
    def _(self, wanted: Bulk, state: State, now: datetime) -> tuple[Result, State]:
        results = []
        for item in wanted.items:
            result, state = self._apply(item, state, now)
            results.append(result)
        return tuple(results), state

    @_apply.register
    def _(self, wanted: Read, state: State, now: datetime) -> tuple[Result, State]:
        booking = state.stored.get(wanted.name, Stored()).booking
        if booking is None or booking.deleted_at is not None:
            return ("none",), state
        return ("ok", *shown(booking, now)), state

    @_apply.register
    def _(self, _: ReadAll, state: State, now: datetime) -> tuple[Result, State]:
        standing = {name: stored.booking for name, stored in state.stored.items() if stored.booking}
        return tuple(sorted((name, *shown(booking, now)) for name, booking in standing.items())), state

    def _draft(self, wanted: Upsert | Reserve, given: dict[str, Any]) -> BookingDraft:
        return BookingDraft(wanted.resource, instant(wanted.start), instant(wanted.end), None, (), given)

    def _change(self, state: State, name: str, change: HoldChange | Any, now: datetime) -> tuple[Result, State]:
        if not isinstance(change, HoldChange):
            return refused(change), state
        if change.kind is None:
            return ("ok", *shown(change.booking, now)), state
        state, refusal = self._admit(state, name, change.booking, now)
        if refusal:
            return refused(leading_to(refusal, "reservationToken")), state
        asserted = change.booking.status if change.kind.value == "CONFIRMED" else BookingStatus.RESERVED
        return ("ok", *shown(change.booking, now)), state.put(name, Stored(change.booking, asserted))

    def _admit(self, state: State, name: str, wanted: Booking, now: datetime) -> tuple[State, BookingOverlap | None]:
        """Mark expired holds in the way; then look at seats and staff, all of whose conflicts are named."""
        if not is_active(wanted, now):
            return state, None
        span = _span(wanted)
        others = [
            (other, stored.booking)
            for other, stored in state.stored.items()
            if stored.booking and _span(stored.booking).overlaps(span) and _takes_seats(stored.booking)
        ]
        for other, booking in others:
            if booking.resource_id == wanted.resource_id and has_expired(booking, now):
                state = state.put(other, state.stored[other]._replace(booking=expired(booking, now)))
        others = [(o, b) for o, b in others if o != name and is_active(b, now)]
        seats = [(_span(b), b.seats) for _, b in others if b.resource_id == wanted.resource_id]
        taken = admit(self._resources[wanted.resource_id].capacity, wanted.seats, span, seats)
        people = {wanted.staff_id, self._people[wanted.resource_id]} - {None}
        busy = [(_span(b), b.resource_id) for _, b in others if people & {b.staff_id, self._people[b.resource_id]}]
        elsewhere = staff_conflicts(span, wanted.resource_id, busy)
        if not taken and not elsewhere:
            return state, None
        return state, _overlap(sorted({*taken, *elsewhere}), "resourceId" if taken else "staffId")


def shown(booking: Booking | None, now: datetime) -> Result:
    """What an answer shows of a booking. How often a hold that has expired was marked is nobody's business."""
    if booking is None:
        return ("none",)
    gone = booking.status is BookingStatus.EXPIRED or has_expired(booking, now)
    return (
        "EXPIRED" if gone else booking.status.value,
        0 if gone else booking.version,
        booking.title,
        booking.seats,
        booking.start_date,
        booking.end_date,
        booking.resource_id,
        booking.staff_id,
        booking.deleted_at is not None,
        tuple(person.email for person in booking.participants),
    )


def refused(refusal: Any) -> Result:
    """What an answer shows of a refusal."""
    if isinstance(refusal, BookingOverlap):
        return ("BookingOverlap", refusal.path[-1], tuple((c.start_date, c.end_date) for c in refusal.conflicts))
    if isinstance(refusal, StaleWrite):
        return ("StaleWrite", refusal.stored_external_updated_at)
    if isinstance(refusal, VersionConflict):
        return ("VersionConflict", refusal.stored_version)
    return (type(refusal).__name__, refusal.code.value)


def _instants(state: State, event: Event) -> Iterator[datetime]:
    """Give the instants by which the operation may have been decided: they differ only where a hold expires."""
    if event.at is not None:
        yield event.at
        return
    yield event.sent_at
    yield from (ends for ends, _ in _ends(state, event.sent_at, event.answered_at))


def _ends(state: State, after: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    """Give the holds that end in a while, with when."""
    for name, stored in state.stored.items():
        ends = stored.booking.expires_at if stored.booking and stored.booking.status is BookingStatus.RESERVED else None
        if ends is not None and after < ends <= until:
            yield ends, name


def _guests(title: str) -> tuple[ParticipantDraft, ...]:
    return tuple(ParticipantDraft(None, email) for email in party(title))


def _settled(state: State, name: str, now: datetime) -> tuple[State, Stored]:
    stored = state.stored.get(name, Stored())
    if stored.booking and has_expired(stored.booking, now):
        stored = stored._replace(booking=expired(stored.booking, now))
        state = state.put(name, stored)
    return state, stored


def _takes_seats(booking: Booking) -> bool:
    return booking.deleted_at is None and booking.status in ACTIVE_STATUSES


def _span(booking: Booking) -> Interval:
    return Interval(booking.start_date, booking.end_date)


def _overlap(conflicts: Sequence[Interval], field: str) -> BookingOverlap:
    return BookingOverlap(tuple(BusyInterval(*span) for span in conflicts), ("input", field), "")


def _resource(cell: Cell, key: str, capacity: int, user: str | None) -> Resource:
    fields: dict[str, Any] = dict.fromkeys(Resource._fields)
    fields |= {"id": key, "organization_id": cell.organization, "location_id": "", "user_id": user, "name": ""}
    fields |= {"type": ResourceType.ROOM, "capacity": capacity, "preparation_minutes": 0, "public_calendar": True}
    return Resource(**{**fields, "has_schedule": False, "timezone": "UTC"})
