"""Writing whole rows: one insert and one update by ID for each table."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, Text, bindparam, cast, func, insert, literal, select, union_all, update

from storage import tables
from storage.database import MovedError
from storage.statements import Statement, among
from storage.tables import ID, table

if TYPE_CHECKING:
    from storage.database import Transaction

NAMED = (
    tables.Organization,
    tables.ExternalService,
    tables.Location,
    tables.Resource,
    tables.User,
    tables.Blocker,
    tables.Booking,
)
KINDS = Statement(
    union_all(
        *(
            select(literal(model.__tablename__), table(model).c.id).where(among(table(model).c.id, "keys"))
            for model in NAMED
        )
    )
)
HOLD_ID = Statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(cast(bindparam("id", type_=Text), Text), 0)))
)


@cache
def insert_into(target: Table) -> Statement:
    """Return the insert of a row, its parameters named like the columns."""
    columns = [column for column in target.columns if column.autoincrement is not True]
    return Statement(
        insert(target).values({column.name: bindparam(column.name, type_=column.type) for column in columns})
    )


@cache
def update_of(target: Table, *fields: str) -> Statement:
    """Return the update of some columns of the row whose `id` is the parameter `id`."""
    values = {name: bindparam(name, type_=target.c[name].type) for name in fields}
    return Statement(update(target).where(target.c.id == bindparam("id", type_=ID)).values(values))


def saving(target: Table, row: dict[str, Any], *, is_new: bool) -> Statement:
    """Return the insert of a row, or the update of all of it."""
    return insert_into(target) if is_new else update_of(target, *(name for name in row if name != "id"))


async def save(tx: Transaction, target: Table, row: dict[str, Any], *, is_new: bool) -> None:
    """Insert a row, or update all of it."""
    await tx.fetch(saving(target, row, is_new=is_new), **row)


async def write_both(tx: Transaction, first: Statement, second: Statement, **values: Any) -> None:  # noqa: ANN401
    """Run two statements that write, of the same values: on PostgreSQL in one round trip."""
    if tx.dialect == "postgresql":
        await tx.fetch(_as_one(first, second), **values)
        return
    await tx.fetch(first, **values)
    await tx.fetch(second, **values)


@cache
def _as_one(first: Statement, second: Statement) -> Statement:
    return second.after(first)


async def is_taken(tx: Transaction, record_id: str, absent: Table | None) -> bool:
    """Whether a record of any type has this ID: IDs are unique over all types. Who asks next waits for the answer.

    In the table `absent` the caller has found no such record: raises MovedError if it has been made since.
    """
    if tx.dialect == "postgresql":  # on SQLite writers are alone
        await tx.fetch(HOLD_ID, id=record_id)
    kinds = {kind for kind, _ in await tx.fetch(KINDS, keys=[record_id])}
    if absent is not None and absent.name in kinds:
        raise MovedError
    return bool(kinds)
