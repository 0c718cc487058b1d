"""Setting up: organizations, services, locations, resources, schedules, blockers, users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from domain import records
from domain.drafts import stored_email
from domain.enums import ResourceType
from domain.refusals import Refusal
from resolvers.refusing import require
from schema import results
from schema.setup_inputs import (
    DeleteBlockerInput,
    UpsertBlockerInput,
    UpsertExternalServiceInput,
    UpsertLocationInput,
    UpsertOrganizationInput,
    UpsertResourceInput,
    UpsertScheduleInput,
    UpsertUserInput,
)
from storage import directory_writes, resource_writes
from storage.access import Access

if TYPE_CHECKING:
    from collections.abc import Callable

AS_IT_STANDS = strawberry.argument(description="The record as it shall stand.")
RESOURCE_FIELDS = tuple(
    name for name in records.Resource._fields if name not in ("organization_id", "has_schedule", "timezone")
)


async def upsert_organization(access: Access, *, input: Annotated[UpsertOrganizationInput, AS_IT_STANDS]) -> Any:  # noqa: ANN401
    """Write an organization."""
    require(access.viewer, "resources:write")
    record = records.Organization(input.id or "", input.name)
    return _answer(
        results.UpsertOrganizationSuccess, organization=await directory_writes.save_organization(access, record)
    )


async def upsert_external_service(access: Access, *, input: Annotated[UpsertExternalServiceInput, AS_IT_STANDS]) -> Any:  # noqa: ANN401
    """Write an external service."""
    require(access.viewer, "resources:write")
    record = records.ExternalService(input.id or "", input.organization_id, input.name)
    saved = await directory_writes.save_service(access, record)
    return _answer(results.UpsertExternalServiceSuccess, external_service=saved)


async def upsert_location(access: Access, *, input: Annotated[UpsertLocationInput, AS_IT_STANDS]) -> Any:  # noqa: ANN401
    """Write a location."""
    require(access.viewer, "resources:write")
    record = records.Location(input.id or "", input.organization_id, input.name, input.timezone)
    return _answer(results.UpsertLocationSuccess, location=await directory_writes.save_location(access, record))


async def upsert_user(access: Access, *, input: Annotated[UpsertUserInput, AS_IT_STANDS]) -> Any:  # noqa: ANN401
    """Write a person."""
    require(access.viewer, "users:write")
    fields = {name: getattr(input, name) for name in records.User._fields}
    record = records.User(**{**fields, "id": input.id or "", "email": stored_email(input.email)})
    return _answer(results.UpsertUserSuccess, user=await directory_writes.save_user(access, record))


async def upsert_resource(access: Access, *, input: Annotated[UpsertResourceInput, AS_IT_STANDS]) -> Any:  # noqa: ANN401
    """Write a resource."""
    require(access.viewer, "resources:write")
    fields = {name: getattr(input, name) for name in RESOURCE_FIELDS}
    public = input.type is not ResourceType.STAFF if input.public_calendar is None else input.public_calendar
    fields |= {"id": input.id or "", "public_calendar": public}
    record = records.Resource(**fields, organization_id="", has_schedule=False, timezone="UTC")
    return _answer(results.UpsertResourceSuccess, resource=await resource_writes.save_resource(access, record))


async def upsert_schedule(access: Access, *, input: Annotated[UpsertScheduleInput, AS_IT_STANDS]) -> Any:  # noqa: ANN401
    """Replace a resource's whole schedule."""
    require(access.viewer, "resources:write")
    saved = await resource_writes.save_schedule(access, input.resource_id, _schedule(input))
    return _answer(results.UpsertScheduleSuccess, schedule=saved)


async def upsert_blocker(access: Access, *, input: Annotated[UpsertBlockerInput, AS_IT_STANDS]) -> Any:  # noqa: ANN401
    """Write a manual block."""
    require(access.viewer, "resources:write")
    record = records.Blocker(input.id or "", "", input.resource_id, input.start_date, input.end_date, input.title)
    return _answer(results.UpsertBlockerSuccess, blocker=await resource_writes.save_blocker(access, record))


async def delete_blocker(
    access: Access,
    *,
    input: Annotated[DeleteBlockerInput, strawberry.argument(description="Which block.")],
) -> Any:  # noqa: ANN401
    """Delete a manual block."""
    require(access.viewer, "resources:write")
    return _answer(results.DeleteBlockerSuccess, blocker=await resource_writes.delete_blocker(access, input.id))


def _schedule(given: UpsertScheduleInput) -> records.Schedule:
    return records.Schedule(
        tuple(records.WeeklyPeriod(p.weekday, p.start, p.end) for p in given.weekly or ()),
        tuple(
            records.ScheduleException(e.date, tuple(records.LocalPeriod(p.start, p.end) for p in e.periods))
            for e in given.exceptions or ()
        ),
        tuple(records.DatedSlot(s.start_date, s.end_date) for s in given.slots or ()),
    )


def _answer(success: Callable[..., Any], **saved: Any) -> Any:  # noqa: ANN401
    """Answer with the success around the saved record, or with the refusal that came instead of it."""
    (outcome,) = saved.values()
    return outcome if isinstance(outcome, Refusal) else success(**saved)
