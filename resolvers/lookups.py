"""Records by ID, and the lists of what was set up."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import strawberry

from domain.drafts import stored_email
from domain.records import ExternalService, Organization, Resource
from domain.refusals import ErrorCode
from resolvers.paging import After, First
from resolvers.refusing import refuse, require, require_token
from schema.setup_inputs import ResourceFilter, UserFilter
from storage.access import Access
from storage.locations import location_page
from storage.nodes import nodes_by_id
from storage.organizations import organizations_of_viewer, services_by_id
from storage.pages import Page
from storage.resources import resource_page, resources_by_id
from storage.users import user_page
from storage.windows import window

MOST_NODES = 100

Id = Annotated[strawberry.ID, strawberry.argument(description="The record's ID.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="The records' IDs, at most 100.")]
Resources = Annotated[ResourceFilter | None, strawberry.argument(description="Which resources; left out: all visible.")]
Users = Annotated[UserFilter | None, strawberry.argument(description="Which users; left out: all visible.")]


class Self(NamedTuple):
    """The viewer as it is told to itself."""

    name: str | None
    scopes: tuple[str, ...]
    organizations: list[Organization]
    external_service: ExternalService | None


async def viewer(access: Access) -> Self:
    """Tell who asks; without a token nobody, with no scope."""
    asking = access.viewer
    service = None
    if asking.external_service_id is not None:
        service = (await services_by_id(access, [asking.external_service_id]))[0]
    return Self(asking.name, tuple(sorted(asking.scopes)), await organizations_of_viewer(access), service)


async def node(access: Access, *, id: Id) -> Any:  # noqa: ANN401 - the contract's name; any record
    """Read any record; unknown, deleted and foreign ones are None."""
    require_token(access.viewer)
    return (await nodes_by_id(access, [id]))[0]


async def nodes(access: Access, *, ids: Ids) -> list[Any]:
    """Read any records, in the order of their IDs."""
    require_token(access.viewer)
    if len(ids) > MOST_NODES:
        refuse(ErrorCode.INVALID_SCHEMA, f"ids has {MOST_NODES} entries at most.", "ids")
    return await nodes_by_id(access, ids)


async def resource(access: Access, *, id: Id) -> Resource | None:
    """Read a resource; unknown and foreign ones are None."""
    return (await resources_by_id(access, [id]))[0]


async def resources(
    access: Access,
    *,
    filter: Resources = None,
    first: First = None,
    after: After = None,
) -> Page:
    """Read a page of the resources that the viewer sees, by name."""
    asked = filter or ResourceFilter()
    filters = {
        "organization_id": asked.organization_id,
        "location_id": asked.location_id,
        "parent_id": asked.parent_id,
        "types": None if asked.types is None else tuple(kind.value for kind in asked.types),
    }
    return await resource_page(access, _given(filters), window(first, after))


async def locations(access: Access, *, first: First = None, after: After = None) -> Page:
    """Read a page of the locations that the viewer sees, by name."""
    return await location_page(access, window(first, after))


async def users(access: Access, *, filter: Users = None, first: First = None, after: After = None) -> Page:
    """Read a page of the people of the viewer's organizations."""
    require(access.viewer, "users:read")
    asked = filter or UserFilter()
    filters = {"organization_id": asked.organization_id, "email": stored_email(asked.email)}
    return await user_page(access, _given(filters), window(first, after))


def _given(filters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in filters.items() if value is not None}
