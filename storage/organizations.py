"""Organizations and their partners' services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from domain.privacy import sees_organization, sees_service
from domain.records import ExternalService, Organization
from storage import tables
from storage.access import only_if
from storage.statements import Statement, among
from storage.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.access import Access

organizations = table(tables.Organization)
services = table(tables.ExternalService)
resources = table(tables.Resource)

_columns = (organizations.c.id, organizations.c.name)
_has_public = exists().where(resources.c.organization_id == organizations.c.id, resources.c.public_calendar)

ORGANIZATIONS = Statement(select(*_columns, _has_public).where(among(organizations.c.id, "keys")))
ALL_ORGANIZATIONS = Statement(select(*_columns).order_by(organizations.c.id).limit(100))
SERVICES = Statement(
    select(services.c.id, services.c.organization_id, services.c.name).where(among(services.c.id, "keys"))
)


async def organizations_by_id(access: Access, keys: Sequence[str]) -> list[Organization | None]:
    """Read organizations: the viewer's own, and those with a public calendar."""
    rows = await access.database.fetch(ORGANIZATIONS, keys=list(set(keys)))
    found = {row[0]: Organization(*row[:2]) for row in rows if sees_organization(access.viewer, row[0], public=row[2])}
    return [found.get(key) for key in keys]


async def organizations_of_viewer(access: Access) -> list[Organization]:
    """Read the viewer's organizations; an administrator's: the first 100."""
    own = access.viewer.organization_ids
    if own is None:
        return [Organization(*row) for row in await access.database.fetch(ALL_ORGANIZATIONS)]
    return [found for found in await organizations_by_id(access, sorted(own)) if found]


async def services_by_id(access: Access, keys: Sequence[str]) -> list[ExternalService | None]:
    """Read external services: the one that the viewer's token is bound to, else the organization's."""
    return await access.by_key(SERVICES, keys, lambda row: ExternalService(*row), only_if(sees_service))
