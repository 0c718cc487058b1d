"""Setting up: organizations, services, locations, users. The same ID again updates; no ID: a new record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from sqlalchemy import Table, bindparam, select

from domain.drafts import schema
from domain.records import ExternalService, Location, Organization, User, Viewer
from domain.refusals import AccessDenied, ErrorCode, InvalidInput, Issue, NotFound
from domain.setup import id_issues, name_issues, user_issues
from storage.locations import locations
from storage.organizations import organizations, services
from storage.rows import is_taken, save
from storage.statements import Statement
from storage.tables import ID
from storage.users import users

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.access import Access
    from storage.database import Transaction

Refused = InvalidInput | NotFound | AccessDenied
Named = TypeVar("Named", ExternalService, Location, User)

_id = bindparam("id", type_=ID)
ORGANIZATION = Statement(select(organizations.c.id).where(organizations.c.id == _id))
HOMES = {
    target: Statement(select(target.c.organization_id).where(target.c.id == _id).with_for_update(key_share=True))
    for target in (services, locations, users)
}


async def save_organization(access: Access, record: Organization) -> Organization | Refused:
    """Write an organization: an administrator any, an organization's token its own."""
    record = with_id(record)

    async def work(tx: Transaction) -> Organization | Refused:
        exists = bool(await tx.fetch(ORGANIZATION, id=record.id))
        if issues := (*id_issues(record.id), *name_issues(record.name)):
            return InvalidInput(issues)
        is_own = exists and administers(access.viewer, record.id)
        if access.viewer.organization_ids is not None and not is_own:
            return no_organization("id")
        if not exists and await is_taken(tx, record.id, organizations):
            return taken()
        await save(tx, organizations, record._asdict(), is_new=not exists)
        return record

    return await access.database.write(work)


async def save_service(access: Access, record: ExternalService) -> ExternalService | Refused:
    """Write an external service."""
    return await _save(access, services, record, name_issues(record.name))


async def save_location(access: Access, record: Location) -> Location | Refused:
    """Write a location."""
    return await _save(access, locations, record, name_issues(record.name))


async def save_user(access: Access, record: User) -> User | Refused:
    """Write a person."""
    return await _save(access, users, record, user_issues(record))


async def _save(access: Access, target: Table, record: Named, issues: Iterable[Issue]) -> Named | Refused:
    record = with_id(record)
    if found := (*id_issues(record.id), *issues):
        return InvalidInput(found)

    async def work(tx: Transaction) -> Named | Refused:
        if refusal := await refuse_organization(tx, access.viewer, record.organization_id):
            return refusal
        home = await tx.fetch(HOMES[target], id=record.id)
        stands = bool(home) and home[0][0] == record.organization_id
        if not stands and await is_taken(tx, record.id, None if home else target):
            return taken()
        await save(tx, target, record._asdict(), is_new=not stands)
        return record

    return await access.database.write(work)


def with_id(record: Any) -> Any:  # noqa: ANN401 - any named tuple with an `id`
    """Return the record with an ID: its own, or a new one."""
    return record if record.id else record._replace(id=str(uuid4()))


def administers(viewer: Viewer, organization_id: str) -> bool:
    """Whether the viewer may set up in an organization: not with a token bound to a service."""
    return viewer.external_service_id is None and viewer.belongs_to(organization_id)


async def refuse_organization(tx: Transaction, viewer: Viewer, organization_id: str) -> AccessDenied | None:
    """Refuse an organization that is not the viewer's to set up; unknown and foreign look alike."""
    known = administers(viewer, organization_id) and await tx.fetch(ORGANIZATION, id=organization_id)
    return None if known else no_organization("organizationId")


def no_organization(field: str) -> AccessDenied:
    """Return the refusal of an organization that is not the viewer's."""
    message = "The token does not match the organization."
    return AccessDenied(ErrorCode.ORGANIZATION_ACCESS_DENIED, message, ("input", field))


def taken() -> InvalidInput:
    """Return the refusal of an ID that another record has: of which kind it is, and whose, is not told."""
    return InvalidInput((schema("Another record has this ID.", "id"),))
