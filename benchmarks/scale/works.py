"""What is asked at every size: requests drawn at random, each of another organization, resources and date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import NamedTuple

from benchmarks.peers.works import CALENDAR, LIST, ONE, WEEK
from benchmarks.scale.stores import Store
from domain.records import Viewer
from execution.documents import Request
from storage.tokens import SCOPES

ORGANIZATIONS = 20
"""So many of a store, from all over it, are asked for: more than its caches hold, less than the machine's memory."""
WEEK_OF, WEEK_LENGTH, MONTH_LENGTH = 10, timedelta(days=7), timedelta(days=31)
PAST, TODAY, FUTURE, ANY = range(-350, -20), range(-6, 1), range(20, 320), range(-350, 320)
"""The first days of what is asked for, counted from today; there are bookings of a year before and after."""


class Asked(NamedTuple):
    """A request, and who asks."""

    viewer: Viewer
    request: Request


class Work(NamedTuple):
    """A kind of request, and how many different ones."""

    name: str
    draw: Callable[[Source], Asked]
    requests: int
    resources: int = WEEK_OF


class Source:
    """What requests to one store are drawn from: the same at every run for the same store."""

    def __init__(self, store: Store, bookings: dict[str, str]) -> None:
        self.store, self.bookings, self.random = store, bookings, Random(6)
        able = sorted(organization for organization, known in store.resources.items() if len(known) >= WEEK_OF)
        self.organizations = self.random.sample(able, min(ORGANIZATIONS, len(able)))

    @classmethod
    async def of(cls, store: Store) -> Source:
        """Draw some bookings too."""
        source = cls(store, {})
        for _ in range(SOME):
            organization = source.organization()
            found = await store.bookings_of(source.random.choice(store.resources[organization]))
            source.bookings[source.random.choice(found)] = organization
        return source

    def organization(self) -> str:
        """Draw an organization."""
        return self.random.choice(self.organizations)

    def together(self, resources: int) -> list[str]:
        """Draw organizations that have so many resources among them."""
        drawn = self.random.sample(self.organizations, len(self.organizations))
        return drawn[: next(n for n in range(1, len(drawn) + 1) if self.count(drawn[:n]) >= resources)]

    def count(self, organizations: list[str]) -> int:
        """How many resources they have."""
        return sum(len(self.store.resources[organization]) for organization in organizations)

    def span(self, days: range, length: timedelta) -> dict[str, str]:
        """Draw a span of time."""
        start = self.store.now.replace(hour=0, minute=0, second=0, microsecond=0)
        start += timedelta(days=self.random.choice(days))
        return {"from": _text(start), "to": _text(start + length)}


def _text(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _viewer(*organizations: str) -> Viewer:
    return Viewer("scale", "scale", frozenset(SCOPES), frozenset(organizations))


def _one(source: Source) -> Asked:
    booking = source.random.choice(sorted(source.bookings))
    return Asked(_viewer(source.bookings[booking]), Request(ONE, {"id": booking}))


def _page(source: Source) -> Asked:
    return Asked(_viewer(source.organization()), Request(LIST, {"from": source.span(ANY, WEEK_LENGTH)["from"]}))


def _week(days: range, source: Source) -> Asked:
    organization = source.organization()
    ids = source.random.sample(source.store.resources[organization], WEEK_OF)
    return Asked(_viewer(organization), Request(WEEK, {"ids": ids, **source.span(days, WEEK_LENGTH)}))


def _month(resources: int, source: Source) -> Asked:
    organizations = source.together(resources)
    known = [key for organization in organizations for key in source.store.resources[organization]]
    ids = source.random.sample(known, resources)
    return Asked(_viewer(*organizations), Request(CALENDAR, {"ids": ids, **source.span(ANY, MONTH_LENGTH)}))


SOME = 40
WORKS = (
    Work("week of 10 resources, past", partial(_week, PAST), SOME),
    Work("week of 10 resources, today", partial(_week, TODAY), SOME),
    Work("week of 10 resources, future", partial(_week, FUTURE), SOME),
    Work("one booking", _one, SOME),
    Work("page of 100", _page, SOME),
)
CALENDARS = tuple(
    Work(f"calendar of {resources} resources, 31 days", partial(_month, resources), requests, resources)
    for resources, requests in ((10, 20), (50, 10), (200, 5))
)
