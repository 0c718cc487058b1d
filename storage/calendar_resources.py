"""The resources of a calendar: those that are asked for with all that is part of them, and their schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from domain.privacy import inside_of, sees_resource
from domain.records import Resource, Schedule
from storage.directory import ENTRY, Kind
from storage.resources import (
    RESOURCES,
    SCHEDULES,
    build_resource,
    build_schedule,
    is_visible,
    resource_columns,
    resource_source,
    resources,
    schedules,
    see_resource,
)
from storage.statements import Statement, among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.access import Access

MAX_RESOURCES = 200

_with_schedule = select(*resource_columns, schedules.c.rules).select_from(resource_source)
_tree = select(resources.c.id).where(among(resources.c.id, "keys")).cte("tree", recursive=True)
_tree = _tree.union(select(resources.c.id).join(_tree, resources.c.parent_id == _tree.c.id))

ASKED = Statement(_with_schedule.where(among(resources.c.id, "keys")))
# Hidden parts are left out before they are counted: they use up nobody's number and tell of themselves by no refusal.
_with_children = _with_schedule.where(resources.c.id.in_(select(_tree.c.id))).limit(MAX_RESOURCES + 1)
WITH_ALL_CHILDREN = Statement(_with_children)
WITH_VISIBLE_CHILDREN = Statement(_with_children.where(is_visible))

Planned = tuple[Resource, Schedule | None]


class Asked(NamedTuple):
    """What is asked for by one who sees inside these organizations (None: all)."""

    keys: frozenset[str]
    with_children: bool
    inside: frozenset[str] | None


SHOWN: Kind[Asked, tuple[str, ...]] = Kind(2_000_000, lambda keys: 2 * ENTRY * len(keys))
"""The IDs of the resources that a calendar is made of, in order: where all that is asked for is seen, and not too much.

What is not seen is looked up each time, like what does not exist: nobody learns by the time which of them it is.
"""


async def resources_for_calendar(access: Access, keys: Sequence[str], *, with_children: bool) -> list[Planned]:
    """Read the asked resources that the viewer sees, with their children to any depth: at most MAX_RESOURCES + 1.

    By name, then ID.
    """
    asked = Asked(frozenset(keys), with_children, inside_of(access.viewer))
    shown = access.kept(SHOWN).get(asked)
    found = await _read(access, asked) if shown is None else await _stored(access, shown)
    seen = ((see_resource(access.viewer, resource), schedule) for resource, schedule in found)
    return [(resource, schedule) for resource, schedule in seen if resource is not None]


async def _stored(access: Access, shown: Sequence[str]) -> list[Planned]:
    found = await access.stored(RESOURCES, shown)
    planned = await access.stored(SCHEDULES, [key for key, resource in found.items() if resource.has_schedule])
    return [(found[key], planned.get(key)) for key in shown if key in found]


async def _read(access: Access, asked: Asked) -> list[Planned]:
    statement = ASKED
    if asked.with_children:
        statement = WITH_ALL_CHILDREN if asked.inside is None else WITH_VISIBLE_CHILDREN
    rows = await access.database.fetch(statement, keys=list(asked.keys), inside=sorted(asked.inside or ()))
    found = [(build_resource(row[:-1]), build_schedule(row[-1]) if row[-1] else None) for row in rows]
    found.sort(key=lambda pair: (pair[0].name, pair[0].id))
    shown = tuple(resource.id for resource, _ in found if sees_resource(access.viewer, resource))
    if asked.keys <= set(shown) and len(shown) <= MAX_RESOURCES:
        _keep(access, asked, shown, found)
    return found


def _keep(access: Access, asked: Asked, shown: tuple[str, ...], found: Sequence[Planned]) -> None:
    access.kept(SHOWN).keep(asked, shown)
    kept, planned = access.kept(RESOURCES), access.kept(SCHEDULES)
    for resource, schedule in found:
        kept.keep(resource.id, resource)
        if schedule is not None:
            planned.keep(resource.id, schedule)
