"""Setting up what can be booked: resources, their schedules, their blockers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

from domain.intervals import Interval
from domain.occupancy import capacity_conflicts, is_active, staff_conflicts
from domain.records import Blocker, Booking, Resource, Schedule
from domain.refusals import AccessDenied, BookingOverlap, ErrorCode, InvalidInput, NotFound
from domain.setup import blocker_issues, resource_issues, schedule_issues
from storage.admission import overlap, span_of, together
from storage.booking_reading import bookings
from storage.booking_rows import TAKING, organizations_of_users, staffed
from storage.calendar import blockers
from storage.directory_writes import Refused, administers, taken, with_id
from storage.expiry import still_active
from storage.locations import LOCATIONS
from storage.locks import lock_organization, lock_people, lock_resource, lock_resources
from storage.resources import resources, schedule_document, schedules
from storage.rows import insert_into, is_taken, save
from storage.statements import Statement
from storage.tables import ID, INSTANT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storage.access import Access
    from storage.database import Transaction

_resource_id = bindparam("resource_id", type_=ID)
_now = bindparam("now", type_=INSTANT)
_tree = select(resources.c.id).where(resources.c.id == _resource_id).cte("tree", recursive=True)
_tree = _tree.union(select(resources.c.id).join(_tree, resources.c.parent_id == _tree.c.id))

DESCENDANTS = Statement(select(_tree.c.id))
FROM_NOW_ON = Statement(
    select(*TAKING.columns).where(bookings.c.resource_id == _resource_id, bookings.c.active, bookings.c.end_date > _now)
)
_taking = update(bookings).where(bookings.c.resource_id == _resource_id, bookings.c.active)
EXCLUSIVE_FROM_NOW_ON = Statement(_taking.where(bookings.c.end_date > _now).values(exclusive=True))
# Those of the past, too: what is written later may overlap them and still last when there is one seat again. Said both
# when one seat becomes more and when it is one again: earlier versions left the past as it was.
NOT_EXCLUSIVE = Statement(_taking.where(bookings.c.exclusive).values(exclusive=False))
NO_SCHEDULE = Statement(delete(schedules).where(schedules.c.resource_id == _resource_id))
BLOCKER = Statement(
    select(*(blockers.c[name] for name in Blocker._fields)).where(blockers.c.id == bindparam("id", type_=ID))
)
NO_BLOCKER = Statement(delete(blockers).where(blockers.c.id == bindparam("id", type_=ID)))


async def save_resource(access: Access, record: Resource) -> Resource | Refused | BookingOverlap:
    """Write a resource. Lowering its capacity below what is booked from now on is refused with the conflicts."""
    record = with_id(record)
    if issues := tuple(resource_issues(record)):
        return InvalidInput(issues)

    async def work(tx: Transaction) -> Resource | Refused | BookingOverlap:
        return await _save_resource(tx, access, record)

    return await access.database.write(work)


async def _save_resource(tx: Transaction, access: Access, record: Resource) -> Resource | Refused | BookingOverlap:
    places = await tx.fetch(LOCATIONS.statement, keys=[record.location_id])
    if not places or not administers(access.viewer, places[0][1]):
        return NotFound(ErrorCode.LOCATION_NOT_FOUND, "There is no such location.", ("input", "locationId"))
    record = record._replace(organization_id=places[0][1], timezone=places[0][3])
    if record.parent_id is not None:  # of two that are moved at once each could come below the other
        await lock_organization(tx, record.organization_id)
    locked = await lock_resources(tx, {record.id, record.parent_id or record.id})
    stored = locked.get(record.id)
    stands = stored is not None and stored.organization_id == record.organization_id
    if not stands and await is_taken(tx, record.id, None if stored else resources):
        return taken()
    if refusal := await _refuse_relations(tx, record, locked):
        return refusal
    if stored is not None and (overlap := await _refuse_booked(tx, access, record, stored)):
        return overlap
    await save(tx, resources, resource_row(record), is_new=stored is None)
    return record._replace(has_schedule=stored is not None and stored.has_schedule)


def resource_row(record: Resource) -> dict[str, Any]:
    """Return what a resource's row holds."""
    row = {**record._asdict(), "type": record.type.value}
    del row["has_schedule"], row["timezone"]
    return row


async def _refuse_relations(tx: Transaction, record: Resource, locked: Mapping[str, Resource]) -> Refused | None:
    if record.parent_id is not None:
        parent = locked.get(record.parent_id)
        below = {row[0] for row in await tx.fetch(DESCENDANTS, resource_id=record.id)}
        if parent is None or parent.organization_id != record.organization_id or parent.id in below:
            return _no_resource("parentId")
    if record.user_id is not None:
        homes = await organizations_of_users(tx, [record.user_id])
        if homes.get(record.user_id) != record.organization_id:
            message = "There is no such user in the organization."
            return AccessDenied(ErrorCode.USER_ACCESS_DENIED, message, ("input", "userId"))
    return None


async def _refuse_booked(tx: Transaction, access: Access, record: Resource, stored: Resource) -> BookingOverlap | None:
    """Refuse a capacity or a person that what is booked from now on does not fit."""
    if record.capacity == stored.capacity and record.user_id == stored.user_id:
        return None
    rows = await tx.fetch(FROM_NOW_ON, resource_id=record.id, now=access.now)
    booked = await still_active(tx, map(TAKING.build, rows), access.now)
    spans = [(span_of(booking), booking.seats) for booking in booked]
    in_the_way = capacity_conflicts(record.capacity, access.now, spans)
    seats = overlap(in_the_way, "capacity", "More seats than that are booked from now on.")
    person = None if record.user_id == stored.user_id else await _refuse_person(tx, access, record, booked)
    if refusal := together(seats, person):
        return refusal
    if (record.capacity == 1) != (stored.capacity == 1):
        await tx.fetch(NOT_EXCLUSIVE, resource_id=record.id)
    if record.capacity == 1 and stored.capacity != 1:
        await tx.fetch(EXCLUSIVE_FROM_NOW_ON, resource_id=record.id, now=access.now)
    return None


async def _refuse_person(
    tx: Transaction, access: Access, record: Resource, booked: Sequence[Booking]
) -> BookingOverlap | None:
    """Refuse a person who would be in two places at once from now on: the resource's bookings become theirs."""
    if record.user_id is None or not booked:
        return None
    await lock_people(tx, [record.user_id])
    ahead = Interval(access.now, max(booking.end_date for booking in booked))
    busy = [*await staffed(tx, [record.user_id], ahead), *booked]
    theirs = {(span_of(booking), booking.resource_id) for booking in busy if is_active(booking, access.now)}
    found = {span for booking in booked for span in staff_conflicts(span_of(booking), record.id, theirs)}
    message = "The person is elsewhere when the resource is booked."
    return overlap(sorted(found), "userId", message)


async def save_schedule(access: Access, resource_id: str, schedule: Schedule) -> Schedule | Refused:
    """Replace a resource's whole schedule; an empty one: the resource has none."""
    if issues := tuple(schedule_issues(schedule)):
        return InvalidInput(issues)

    async def work(tx: Transaction) -> Schedule | Refused:
        resource = await lock_resource(tx, resource_id)
        if resource is None or not administers(access.viewer, resource.organization_id):
            return _no_resource("resourceId")
        await tx.fetch(NO_SCHEDULE, resource_id=resource_id)
        if schedule != Schedule():
            await tx.fetch(insert_into(schedules), resource_id=resource_id, rules=schedule_document(schedule))
        return schedule

    return await access.database.write(work)


async def save_blocker(access: Access, record: Blocker) -> Blocker | Refused:
    """Write a blocker. It takes the whole resource; bookings that stand there already stay."""
    record = with_id(record)
    if issues := tuple(blocker_issues(record)):
        return InvalidInput(issues)

    async def work(tx: Transaction) -> Blocker | Refused:
        resource = await lock_resource(tx, record.resource_id)
        if resource is None or not administers(access.viewer, resource.organization_id):
            return _no_resource("resourceId")
        stored = await tx.fetch(BLOCKER, id=record.id)
        stands = bool(stored) and stored[0][1] == resource.organization_id
        if not stands and await is_taken(tx, record.id, None if stored else blockers):
            return taken()
        written = record._replace(organization_id=resource.organization_id)
        await save(tx, blockers, written._asdict(), is_new=not stands)
        return written

    return await access.database.write(work)


async def delete_blocker(access: Access, blocker_id: str) -> Blocker | Refused:
    """Delete a blocker and return it as it was."""

    async def work(tx: Transaction) -> Blocker | Refused:
        rows = await tx.fetch(BLOCKER, id=blocker_id)
        if not rows or not administers(access.viewer, rows[0][1]):
            return _no_blocker()
        await tx.fetch(NO_BLOCKER, id=blocker_id)
        return Blocker(*rows[0])

    return await access.database.write(work)


def _no_resource(field: str) -> NotFound:
    return NotFound(ErrorCode.RESOURCE_NOT_FOUND, "There is no such resource.", ("input", field))


def _no_blocker() -> NotFound:
    return NotFound(ErrorCode.BLOCKER_NOT_FOUND, "There is no such blocker.", ("input", "id"))
