"""People known to an organization."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, bindparam, select

from domain.privacy import sees_users, user_as_seen, users_as_seen
from domain.records import User
from storage import tables
from storage.access import builder
from storage.directory import Stored, size_of_flat
from storage.listings import Listing
from storage.pages import Order, Page, Query
from storage.statements import Statement, among
from storage.tables import ID, table
from storage.windows import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.access import Access
    from storage.database import Row

_user = builder(User)


def build_user(row: Row) -> User:
    """Build a person. What many have in common is one text: thousands are kept, and memory is what they wait for."""
    key, organization_id, name, surname, *rest = row
    return _user((key, intern(organization_id), name and intern(name), surname and intern(surname), *rest))


users = table(tables.User)
user_columns = tuple(users.c[name] for name in User._fields)

USERS = Stored(Statement(select(*user_columns).where(among(users.c.id, "keys"))), build_user, 6_000_000, size_of_flat)


async def users_by_id(access: Access, keys: Sequence[str]) -> list[User | None]:
    """Read people by the IDs in records that the viewer sees; without `users:read` only the ID is left of them."""
    return await access.seen(USERS, keys, user_as_seen, sees_users)


CONDITIONS: dict[str, ColumnElement[bool]] = {
    "organizations": among(users.c.organization_id, "organizations"),
    "organization_id": users.c.organization_id == bindparam("organization_id", type_=ID),
    "email": users.c.email == bindparam("email", type_=users.c.email.type),
}
LISTING = Listing(user_columns, users, {"id": users.c.id}, CONDITIONS.__getitem__, build_user, users_as_seen)
user_counts = LISTING.counts


async def user_page(access: Access, filters: dict[str, Any], window: Window) -> Page:
    """Read a page of the people of the viewer's organizations, by ID. The caller has checked `users:read`."""
    own = access.viewer.organization_ids
    values = dict(filters) if own is None else {**filters, "organizations": tuple(sorted(own))}
    query = Query(tuple(sorted(values)), tuple(sorted(values.items())), Order())
    return await LISTING.page(access, query, window)
