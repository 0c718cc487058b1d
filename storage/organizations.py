"""Organizations and their partners' services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from domain.privacy import sees_organization, sees_service
from domain.records import ExternalService, Organization
from storage import tables
from storage.access import only_if
from storage.directory import Stored
from storage.statements import Statement, among
from storage.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.records import Viewer
    from storage.access import Access

organizations = table(tables.Organization)
services = table(tables.ExternalService)
resources = table(tables.Resource)

_columns = (organizations.c.id, organizations.c.name)
_has_public = exists().where(resources.c.organization_id == organizations.c.id, resources.c.public_calendar)

ORGANIZATIONS = Stored(
    Statement(select(*_columns, _has_public).where(among(organizations.c.id, "keys"))),
    lambda row: (Organization(*row[:2]), bool(row[2])),
    500_000,
)
ALL_ORGANIZATIONS = Statement(select(*_columns).order_by(organizations.c.id).limit(100))
SERVICES = Stored(
    Statement(select(services.c.id, services.c.organization_id, services.c.name).where(among(services.c.id, "keys"))),
    lambda row: ExternalService(*row),
    500_000,
)


async def organizations_by_id(access: Access, keys: Sequence[str]) -> list[Organization | None]:
    """Read organizations: the viewer's own, and those with a public calendar."""
    return await access.seen(ORGANIZATIONS, keys, _see_organization)


def _see_organization(viewer: Viewer, found: tuple[Organization, bool]) -> Organization | None:
    organization, public = found
    return organization if sees_organization(viewer, organization.id, public=public) else None


async def organizations_of_viewer(access: Access) -> list[Organization]:
    """Read the viewer's organizations; an administrator's: the first 100."""
    own = access.viewer.organization_ids
    if own is None:
        return [Organization(*row) for row in await access.database.fetch(ALL_ORGANIZATIONS)]
    return [found for found in await organizations_by_id(access, sorted(own)) if found]


async def services_by_id(access: Access, keys: Sequence[str]) -> list[ExternalService | None]:
    """Read external services: the one that the viewer's token is bound to, else the organization's."""
    return await access.seen(SERVICES, keys, only_if(sees_service))
