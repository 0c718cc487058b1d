"""Rows locked before anything is decided about them, in one order everywhere.

Names, organizations, resources, bookings, people, each kind by ID; names are locked by `Database.write`, before a work
begins. NO KEY, so that rows which merely refer to them (foreign keys) can be written meanwhile. What is locked is never
joined before it is: when PostgreSQL has waited for a row, it looks at the join's other rows as they were before, and
leaves out a row that no longer fits them, as if there were none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Text, and_, bindparam, exists, func, literal_column, or_, select, true, union_all

from domain.bookings import Stored
from domain.records import Booking, ExternalService, Resource
from storage import tables
from storage.booking_reading import STATUSES, WHOLE, bookings, locations
from storage.database import MovedError
from storage.organizations import organizations, services
from storage.resources import build_resource, resource_columns, resources, schedules
from storage.statements import Statement, among
from storage.tables import ID, table
from storage.users import users

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from storage.database import ExternalName, Row, Transaction

Reference = Literal["id", "external", "reservation"]

tombstones = table(tables.Tombstone)
_service = bindparam("service", None, type_=ID)
_external = bindparam("external", None, type_=Text)

_zone_of_place = select(locations.c.timezone).where(locations.c.id == resources.c.location_id).scalar_subquery()
_has_schedule = exists().where(schedules.c.resource_id == resources.c.id)
_HOME = len(resource_columns)
_STORED = _HOME + len(WHOLE.columns) + 1
_resource = select(*resource_columns[:-2], _has_schedule, _zone_of_place).with_for_update(key_share=True)
LOCK_RESOURCES = Statement(_resource.where(among(resources.c.id, "keys")).order_by(resources.c.id))

_zone_of_booking = (
    select(locations.c.timezone)
    .select_from(resources.join(locations, locations.c.id == resources.c.location_id))
    .where(resources.c.id == bookings.c.resource_id)
    .scalar_subquery()
)
_stored = select(*WHOLE.columns[:-1], _zone_of_booking, bookings.c.asserted_status).with_for_update(key_share=True)


def _locks(named: ColumnElement[bool]) -> Statement:
    """Return the statement that locks a booking's resource, another, and only then the booking.

    Each of its rows: a locked resource or nothing, the booking or nothing, the service, the tombstone of the name.
    """
    home = select(bookings.c.resource_id).where(named).scalar_subquery()
    both = or_(resources.c.id == home, resources.c.id == bindparam("also", None, type_=ID))
    homes = _resource.where(both).order_by(resources.c.id).cte("homes")
    all_homes = select(func.count()).select_from(homes).scalar_subquery()
    stored = _stored.where(named, all_homes.is_not(None)).cte("stored")
    one = select(literal_column("1")).subquery("one")
    buried = and_(tombstones.c.external_service_id == _service, tombstones.c.external_booking_id == _external)
    source = one.outerjoin(homes, true()).outerjoin(stored, true())
    source = source.outerjoin(services, services.c.id == _service).outerjoin(tombstones, buried)
    return Statement(
        select(*homes.c, *stored.c, *(services.c[name] for name in ExternalService._fields), _buried).select_from(
            source
        )
    )


_buried = tombstones.c.external_updated_at
_by_external = and_(bookings.c.external_service_id == _service, bookings.c.external_booking_id == _external)
LOCKS: dict[Reference, Statement] = {
    "id": _locks(bookings.c.id == bindparam("id", type_=ID)),
    "external": _locks(_by_external),
    "reservation": _locks(bookings.c.reservation_hash == bindparam("reservation", type_=Text)),
}
_named = and_(among(bookings.c.external_service_id, "services"), among(bookings.c.external_booking_id, "externals"))
_standing = select(bookings.c.resource_id, bookings.c.staff_id)
NAMED = Statement(union_all(_standing.where(_named), _standing.where(among(bookings.c.id, "ids"))))
LOCK_ORGANIZATION = Statement(
    select(organizations.c.id).where(organizations.c.id == bindparam("id", type_=ID)).with_for_update(key_share=True)
)
LOCK_USERS = Statement(
    select(users.c.id).where(among(users.c.id, "keys")).order_by(users.c.id).with_for_update(key_share=True)
)


async def lock_organization(tx: Transaction, organization_id: str) -> None:
    """Lock an organization: whoever changes which of its resources is part of which waits here."""
    await tx.fetch(LOCK_ORGANIZATION, id=organization_id)


async def lock_resource(tx: Transaction, resource_id: str) -> Resource | None:
    """Lock a resource: whoever takes its seats waits here."""
    return (await lock_resources(tx, [resource_id])).get(resource_id)


async def lock_resources(tx: Transaction, resource_ids: Collection[str]) -> dict[str, Resource]:
    """Lock resources, all at once."""
    rows = await tx.fetch(LOCK_RESOURCES, keys=list(resource_ids))
    return {row[0]: build_resource(row) for row in rows}


class Locked(NamedTuple):
    """What stands under a booking's identity, the locked resources, and the service that was named."""

    stored: Stored
    homes: dict[str, Resource]
    service: ExternalService | None = None


async def lock_booking(
    tx: Transaction,
    by: Reference,
    also: str | None = None,
    **name: Any,  # noqa: ANN401
) -> Locked:
    """Lock a booking's resource, and another to which it may be moved; then the booking.

    It is named by `id`, by `service` and `external`, or by the hash of its `reservation`. Whatever takes or frees seats
    of a resource, or a person's time, does so under the resource's and person's locks: so that what a writer has seen
    of them stays as it was until it commits. Raises MovedError if the booking came to another resource meanwhile.
    """
    rows = await tx.fetch(LOCKS[by], also=also, **name)
    homes = {row[0]: build_resource(row[:_HOME]) for row in rows if row[0]}
    stored = _stored_of(rows[0])
    if stored.booking is not None and stored.booking.resource_id not in homes:
        raise MovedError  # to wait for its new place, holding the old one, would be to wait for each other
    return Locked(stored, homes, ExternalService(*rows[0][-4:-1]) if rows[0][-4] else None)


async def homes_and_staff(
    tx: Transaction, names: Collection[ExternalName], ids: Collection[str]
) -> tuple[set[str], set[str]]:
    """Return the resources and the staff of the bookings that stand under external names, which are locked, or IDs."""
    services, externals = ({name[part] for name in names} for part in (0, 1))
    rows = await tx.fetch(NAMED, services=sorted(services), externals=sorted(externals), ids=sorted(ids))
    return {row[0] for row in rows}, {row[1] for row in rows if row[1]}


async def lock_people_of(tx: Transaction, homes: Mapping[str, Resource], *booked: Booking | None) -> None:
    """Lock the people whose time bookings take or free: their staff, and whom their resources stand for."""
    people = {booking.staff_id for booking in booked if booking}
    people |= {homes[booking.resource_id].user_id for booking in booked if booking}
    await lock_people(tx, {person for person in people if person})


async def lock_people(tx: Transaction, people: Collection[str]) -> None:
    """Lock people: whoever takes their time waits here."""
    if people:
        await tx.fetch(LOCK_USERS, keys=sorted(people))


def _stored_of(row: Row) -> Stored:
    fields = row[_HOME:_STORED]
    if fields[0] is None:
        return Stored(tombstone=row[-1])
    return Stored(WHOLE.build(fields[:-1]), STATUSES[fields[-1]])
