"""Any record by its ID: first which table has it, then one read for each table."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from domain.privacy import sees_inside, sees_user
from domain.records import Blocker, Booking, User
from storage.access import Access, only_if
from storage.bookings import bookings_by_id
from storage.calendar import blockers
from storage.locations import locations_by_id
from storage.organizations import organizations_by_id, services_by_id
from storage.resources import resources_by_id
from storage.rows import KINDS
from storage.statements import Statement, among
from storage.users import USERS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from domain.records import Viewer

BLOCKERS_BY_ID = Statement(select(*(blockers.c[name] for name in Blocker._fields)).where(among(blockers.c.id, "keys")))


async def nodes_by_id(access: Access, keys: Sequence[str]) -> list[Any]:
    """Read records of any type; unknown, deleted and foreign ones are None."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for kind, record_id in await access.database.fetch(KINDS, keys=list(set(keys))):
        kinds[kind].append(record_id)
    found: dict[str, Any] = {}
    for kind, ids in kinds.items():
        found.update(zip(ids, await READERS[kind](access, ids), strict=True))
    return [found.get(key) for key in keys]


async def people_by_id(access: Access, keys: Sequence[str]) -> list[User | None]:
    """Read people whom the viewer may see in full."""
    return await access.seen(USERS, keys, only_if(sees_user))


async def blockers_by_id(access: Access, keys: Sequence[str]) -> list[Blocker | None]:
    """Read blockers of the viewer's organizations."""
    return await access.by_key(BLOCKERS_BY_ID, keys, lambda row: Blocker(*row), only_if(_sees_blocker))


async def standing_bookings_by_id(
    access: Access, keys: Sequence[str], needed: Sequence[str] = ()
) -> list[Booking | None]:
    """Read bookings that are not deleted."""
    read = await bookings_by_id(access, keys, needed)
    return [found if found and found.deleted_at is None else None for found in read]


def _sees_blocker(viewer: Viewer, blocker: Blocker) -> bool:
    return sees_inside(viewer, blocker.organization_id)


READERS: dict[str, Callable[[Access, Sequence[str]], Awaitable[Sequence[Any]]]] = {
    "organizations": organizations_by_id,
    "external_services": services_by_id,
    "locations": locations_by_id,
    "resources": resources_by_id,
    "users": people_by_id,
    "blockers": blockers_by_id,
    "bookings": standing_bookings_by_id,
}
