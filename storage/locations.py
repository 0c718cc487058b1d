"""Locations: the places where resources stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, exists, or_, select

from domain.privacy import inside_of, sees_location
from domain.records import Location
from storage import tables
from storage.directory import Stored
from storage.listings import Listing
from storage.pages import Order, Page, Query
from storage.statements import Statement, among
from storage.tables import table
from storage.windows import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.records import Viewer
    from storage.access import Access

locations = table(tables.Location)
resources = table(tables.Resource)

_columns = (locations.c.id, locations.c.organization_id, locations.c.name, locations.c.timezone)
_has_public = exists().where(resources.c.location_id == locations.c.id, resources.c.public_calendar)

ALL_ZONES = Statement(select(locations.c.timezone).distinct())
ZONES = Statement(select(locations.c.timezone).where(among(locations.c.organization_id, "keys")).distinct())
LOCATIONS = Stored(
    Statement(select(*_columns, _has_public).where(among(locations.c.id, "keys"))),
    lambda row: (Location(*row[:4]), bool(row[4])),
    500_000,
)


def _condition(_visible: str) -> ColumnElement[bool]:
    return or_(_has_public, among(locations.c.organization_id, "inside"))


LISTING = Listing(
    _columns,
    locations,
    {"id": locations.c.id, "name": locations.c.name},
    _condition,
    lambda row: Location(*row),
    lambda _viewer, found: found,
)
location_counts = LISTING.counts


async def locations_by_id(access: Access, keys: Sequence[str]) -> list[Location | None]:
    """Read locations: the organization's, and those with a public calendar."""
    return await access.seen(LOCATIONS, keys, _see_location)


def _see_location(viewer: Viewer, found: tuple[Location, bool]) -> Location | None:
    location, public = found
    return location if sees_location(viewer, location, public=public) else None


async def location_page(access: Access, window: Window) -> Page:
    """Read a page of the locations that the viewer sees, by name."""
    inside = inside_of(access.viewer)
    conditions: tuple[str, ...] = () if inside is None else ("visible",)
    values: tuple[tuple[str, Any], ...] = () if inside is None else (("inside", tuple(sorted(inside))),)
    return await LISTING.page(access, Query(conditions, values, Order("name")), window)


async def zones_of_viewer(access: Access) -> list[str]:
    """Read the time zones of the viewer's locations."""
    own = access.viewer.organization_ids
    rows = await access.database.fetch(ALL_ZONES) if own is None else await access.database.fetch(ZONES, keys=list(own))
    return sorted(row[0] for row in rows)
