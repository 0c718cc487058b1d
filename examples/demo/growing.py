"""Grows the demo to any size: makes up the bookings of crowded places and loads them, one place after another."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from examples.demo.booked import booked
from examples.demo.crowded import Size, places
from examples.demo.days import Days
from storage.loading import Batch, load, loading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from examples.demo.crowded import Place


async def grow(url: str, now: datetime, size: int, report: Callable[[int], None]) -> None:
    """Load so many bookings, and all that belongs to them, into a migrated store that nobody serves yet.

    `now` is aware, its own time zone says which date is today; `report` is told of every lot of bookings.
    """
    days = Days(now)
    with _without_collections():
        async with loading(url) as loader:
            for place in places(days, Size.of(size)):
                batch = _batch(days, place)
                await load(loader, batch)
                report(len(batch.bookings))


@contextmanager
def _without_collections() -> Iterator[None]:
    """Do not look for cycles in hundreds of thousands of records that have none: it takes a sixth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _batch(days: Days, place: Place) -> Batch:
    return Batch(
        organizations=(place.organization,) if place.is_first else (),
        services=(place.service,) if place.is_first else (),
        locations=(place.location,),
        users=place.people,
        resources=tuple(bookable.resource for bookable in place.bookables),
        schedules={bookable.resource.id: bookable.schedule for bookable in place.bookables},
        blockers=tuple(blocker for bookable in place.bookables for blocker in bookable.blockers),
        bookings=tuple(booked(days, place)),
    )
