"""All that is answered of the directory by key, for whoever asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import chain
from typing import Any

from domain.records import User, Viewer
from storage.access import Access
from storage.database import Database
from storage.directory import NOTHING, Directory
from storage.locations import locations_by_id
from storage.nodes import people_by_id
from storage.organizations import organizations_by_id, services_by_id
from storage.resources import children_of_resources, resources_by_id, schedules_of_resources
from storage.tokens import viewer_of_token
from storage.users import users_by_id
from tests.api.clients import NOW
from tests.api.venue import Venue

READS: dict[type, frozenset[str]] = {User: frozenset({"name"})}
UNKNOWN = "00000000-0000-4000-8000-000000000000"

Batch = Callable[[Access, Sequence[str]], Awaitable[Sequence[Any]]]


def asked_of(venue: Venue) -> dict[Batch, list[str]]:
    """What is asked for, by keys of the club, of the foreign one, and of nobody."""
    resources = [venue.court, venue.room, venue.foreign_court, UNKNOWN]
    people = [venue.jane, venue.john, venue.stranger, UNKNOWN]
    return {
        users_by_id: people,
        people_by_id: people,
        resources_by_id: resources,
        children_of_resources: resources[:3],
        schedules_of_resources: resources,
        locations_by_id: [venue.location, UNKNOWN],
        organizations_by_id: [venue.club, venue.other_club, UNKNOWN],
        services_by_id: [venue.service, venue.other_service, UNKNOWN],
    }


async def viewers_of(venue: Venue) -> list[Viewer]:
    """Everybody who may ask: each token of the venue, and nobody."""
    database = venue.gateway.database
    tokens = (venue.admin, venue.desk, venue.partner, venue.rival, venue.blind, venue.foreigner)
    found = [await viewer_of_token(database, NOTHING, token, NOW) for token in tokens]
    return [Viewer(), *(viewer for viewer in found if viewer)]


async def answers(venue: Venue, access: Access) -> list[Any]:
    """All that the viewer of an access sees of it."""
    return list(chain(*[await batch(access, keys) for batch, keys in asked_of(venue).items()]))


def uncached(database: Database, viewer: Viewer) -> Access:
    """An access that reads the store."""
    return Access(database, viewer, NOW)


async def cached(database: Database, viewer: Viewer, directory: Directory | None = None) -> Access:
    """An access like a compiled query's."""
    return await Access(database, viewer, NOW, directory=directory).reading(READS)
