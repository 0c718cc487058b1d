"""Rows locked before anything is decided about them, in one order everywhere: names, resources, bookings, people.

Each kind by ID. NO KEY, so that rows which merely refer to them (foreign keys) can be written meanwhile. What is locked
is never joined: when PostgreSQL has waited for a row, it looks at the join's other rows as they were before, and leaves
out a row that no longer fits them, as if there were none.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, and_, bindparam, exists, func, or_, select

from domain.bookings import Stored
from domain.records import Booking, Participant, Resource
from storage.bookings import PARTICIPANTS, STATUSES, booking_columns, bookings, build_booking, locations
from storage.resources import build_resource, resource_columns, resources, schedules
from storage.statements import Statement, among
from storage.tables import ID
from storage.users import users

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from storage.database import Transaction

Reference = Literal["id", "external", "reservation"]
ExternalName = tuple[str, str]
"""A service's ID and its ID of a booking."""

HOLD_NAMES = Statement(select(func.pg_advisory_xact_lock(func.unnest(bindparam("names", type_=ARRAY(BigInteger))))))

_zone_of_place = select(locations.c.timezone).where(locations.c.id == resources.c.location_id).scalar_subquery()
_has_schedule = exists().where(schedules.c.resource_id == resources.c.id)
_resource = select(*resource_columns[:-2], _has_schedule, _zone_of_place).with_for_update(key_share=True)
LOCK_RESOURCES = Statement(_resource.where(among(resources.c.id, "keys")).order_by(resources.c.id))

_zone_of_booking = (
    select(locations.c.timezone)
    .select_from(resources.join(locations, locations.c.id == resources.c.location_id))
    .where(resources.c.id == bookings.c.resource_id)
    .scalar_subquery()
)
_stored = select(*booking_columns[:-1], _zone_of_booking, bookings.c.asserted_status).with_for_update(key_share=True)


class _Locks(NamedTuple):
    booking: Statement
    resources: Statement


def _locks(named: ColumnElement[bool]) -> _Locks:
    home = select(bookings.c.resource_id).where(named).scalar_subquery()
    both = or_(resources.c.id == home, resources.c.id == bindparam("also", None, type_=ID))
    return _Locks(Statement(_stored.where(named)), Statement(_resource.where(both).order_by(resources.c.id)))


LOCKS: dict[Reference, _Locks] = {
    "id": _locks(bookings.c.id == bindparam("id", type_=ID)),
    "external": _locks(
        and_(
            bookings.c.external_service_id == bindparam("service", type_=ID),
            bookings.c.external_booking_id == bindparam("external", type_=Text),
        )
    ),
    "reservation": _locks(bookings.c.reservation_hash == bindparam("reservation", type_=Text)),
}
_named = and_(among(bookings.c.external_service_id, "services"), among(bookings.c.external_booking_id, "externals"))
NAMED = Statement(select(bookings.c.resource_id, bookings.c.staff_id).where(_named))
LOCK_USERS = Statement(
    select(users.c.id).where(among(users.c.id, "keys")).order_by(users.c.id).with_for_update(key_share=True)
)


async def lock_names(tx: Transaction, names: Iterable[ExternalName]) -> None:
    """Lock external names, also of bookings that do not exist: so a delete and a create of one never miss each other.

    On SQLite writers are alone anyway.
    """
    if tx.dialect == "postgresql":
        await tx.fetch(HOLD_NAMES, names=sorted({_number(*name) for name in names}))


async def lock_resource(tx: Transaction, resource_id: str) -> Resource | None:
    """Lock a resource: whoever takes its seats waits here."""
    return (await lock_resources(tx, [resource_id])).get(resource_id)


async def lock_resources(tx: Transaction, resource_ids: Collection[str]) -> dict[str, Resource]:
    """Lock resources, all at once."""
    rows = await tx.fetch(LOCK_RESOURCES, keys=list(resource_ids))
    return {row[0]: build_resource(row) for row in rows}


async def lock_booking(tx: Transaction, by: Reference, **name: Any) -> Stored:  # noqa: ANN401
    """Lock and read a booking, named by `id`, by `service` and `external`, or by the hash of its `reservation`."""
    rows = await tx.fetch(LOCKS[by].booking, **name)
    return await _stored_of(tx, rows[0]) if rows else Stored()


async def lock_with_resources(
    tx: Transaction,
    by: Reference,
    also: str | None = None,
    **name: Any,  # noqa: ANN401
) -> tuple[Stored, dict[str, Resource]]:
    """Lock a booking's resource, and another to which it may be moved; then the booking, named as in `lock_booking`.

    Whatever takes or frees seats of a resource, or a person's time, does so under the resource's and person's locks: so
    that what a writer has seen of them stays as it was until it commits.
    """
    while True:
        rows = await tx.fetch(LOCKS[by].resources, also=also, **name)
        found = {row[0]: build_resource(row) for row in rows}
        stored = await lock_booking(tx, by, **name)
        if stored.booking is None or stored.booking.resource_id in found:
            return stored, found


async def homes_and_staff(tx: Transaction, names: Collection[ExternalName]) -> tuple[set[str], set[str]]:
    """Return the resources and the staff of the bookings that stand under external names, which are locked."""
    services, externals = ({name[part] for name in names} for part in (0, 1))
    rows = await tx.fetch(NAMED, services=sorted(services), externals=sorted(externals))
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


async def _stored_of(tx: Transaction, row: tuple[Any, ...]) -> Stored:
    booking = build_booking(row[:-1])
    people = await tx.fetch(PARTICIPANTS, keys=[booking.id])
    return Stored(booking, tuple(Participant(*fields) for _, _, *fields in people), STATUSES[row[-1]])


def _number(service_id: str, external_id: str) -> int:
    digest = blake2b(f"{service_id}\n{external_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
