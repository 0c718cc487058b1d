"""Pages of bookings are what a few lines of Python make of all bookings, whatever parts a list is looked up by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.enums import BookingStatus
from domain.records import Booking, Viewer
from storage.access import Access
from storage.booking_lists import BRIEF, ORDERS, booking_counts, booking_page
from storage.booking_rows import booking_row
from storage.database import Database, Transaction
from storage.opening import open_database
from storage.pages import Order, Page
from storage.windows import Window
from tests.domain.scenes import make_booking
from tests.storage.rows import ADD_BOOKING, Place, add_place

NOW = datetime(2026, 4, 15, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MANY, PLACES = 120, 3
LENGTHS = (HOUR, 6 * HOUR, DAY, DAY + HOUR, 9 * DAY)
STATUSES = (BookingStatus.ACCEPTED, BookingStatus.REQUESTED, BookingStatus.RESERVED, BookingStatus.CANCELED)


class Store:
    """A database with bookings of several organizations, and what is in it."""

    def __init__(self, runner: asyncio.Runner, url: str) -> None:
        self._runner = runner
        self._database: Database = runner.run(open_database(url))
        self.places = [runner.run(add_place(self._database, public=bool(number))) for number in range(PLACES)]
        self.bookings = [_drawn(Random(number), self.places) for number in range(MANY)]
        runner.run(self._database.write(self._book))

    def page(self, viewer: Viewer, filters: dict[str, Any], order: Order, window: Window) -> Page:
        """Read a page as the gateway does."""
        page: Page = self._runner.run(booking_page(Access(self._database, viewer, NOW), filters, order, window))
        return page

    def count(self, viewer: Viewer, page: Page) -> int:
        """Count what a page is a part of."""
        (counted,) = self._runner.run(booking_counts(Access(self._database, viewer, NOW), [page.query]))
        return counted

    def close(self) -> None:
        self._runner.run(self._database.close())

    async def _book(self, transaction: Transaction) -> None:
        for booking in self.bookings:
            row = booking_row(booking, asserted=booking.status, exclusive=False)
            await transaction.fetch(ADD_BOOKING, **row, reservation_hash=None, reservation_request=None)


def _drawn(draw: Random, places: list[Place]) -> Booking:
    """A booking whose instants are often those of others."""
    place, start = draw.choice(places), NOW + draw.randrange(80) * 6 * HOUR
    service = place.service if draw.random() < 0.4 else None
    return make_booking((0, 1), status=draw.choice(STATUSES))._replace(
        id=str(UUID(int=draw.getrandbits(128), version=4)),
        organization_id=place.organization,
        resource_id=place.resource,
        start_date=start,
        end_date=start + draw.choice(LENGTHS),
        created_at=NOW - draw.randrange(9) * DAY,
        updated_at=NOW - draw.randrange(9) * HOUR,
        deleted_at=NOW if draw.random() < 0.1 else None,
        external_service_id=service,
        external_booking_id=service and str(draw.getrandbits(64)),
    )


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with asyncio.Runner() as runner:
        opened = Store(runner, database_url)
        yield opened
        opened.close()


PLACE = st.integers(0, PLACES - 1)
INSTANT = st.integers(-4, 90).map(lambda steps: NOW + steps * 6 * HOUR)
LENGTH = st.sampled_from((HOUR, DAY, 5 * DAY, BRIEF, BRIEF + HOUR))
SPAN = st.tuples(INSTANT, LENGTH)
CHANGED = st.integers(-1, 9).map(lambda hours: NOW - hours * HOUR)
ORDER = st.builds(Order, st.sampled_from(list(ORDERS)), st.booleans())

SEEN: st.SearchStrategy[Any] = st.sampled_from((None, frozenset(), {0}, {0, 1}, {1, 2}, {0, 1, 2}))
"""The organizations that the caller sees; None: all."""

Asked = dict[str, Any]
CHOICES: dict[str, st.SearchStrategy[Any]] = {
    "bound": st.booleans(),
    "location": PLACE | st.just(None),
    "service": PLACE | st.just(None),
    "resources": st.sets(PLACE, min_size=1),
    "statuses": st.sets(st.sampled_from(STATUSES), min_size=1),
    "overlaps": st.tuples(INSTANT, LENGTH | st.none()),
    "starts": SPAN,
    "ends": SPAN,
    "before": INSTANT,
    "changed": st.tuples(CHANGED, CHANGED | st.none()),
    "deleted": st.just(value=True),
}
"""What may be asked for; of a location or a service None is one that there is not."""
NAMED_ALIKE = {"before": "overlaps"}
"""What cannot be asked for beside another, since a filter has one `to`."""
ASKED = st.lists(
    st.sampled_from(list(CHOICES)), unique_by=lambda name: NAMED_ALIKE.get(name, name), max_size=3
).flatmap(lambda names: st.fixed_dictionaries({"organizations": SEEN} | {name: CHOICES[name] for name in names}))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])  # which is only read
@given(asked=ASKED, order=ORDER, data=st.data())
def test_a_page_is_what_python_makes_of_all_bookings(
    store: Store, asked: Asked, order: Order, data: st.DataObject
) -> None:
    viewer, filters, matches = _meaning(asked, store.places)
    expected = [booking.id for booking in _ordered(filter(matches, store.bookings), order)]

    whole = store.page(viewer, filters, order, Window(MANY))
    assert _ids(whole) == expected
    assert store.count(viewer, whole) == len(expected)

    size, offset = data.draw(st.integers(1, 20)), data.draw(st.integers(0, 30))
    part = store.page(viewer, filters, order, Window(size, offset=offset))
    assert _ids(part) == expected[offset : offset + size]
    assert (part.has_previous_page, part.has_next_page) == (offset > 0, len(expected) > offset + size)
    if not expected:
        return
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(expected) - 1)] * 2)))
    after, before = whole.cursor(whole.nodes[first]), whole.cursor(whole.nodes[last])
    assert _ids(store.page(viewer, filters, order, Window(size, after=after))) == expected[first + 1 :][:size]
    ends = expected[:last][-size:]
    assert _ids(store.page(viewer, filters, order, Window(size, before=before, backwards=True))) == ends
    between = store.page(viewer, filters, order, Window(size, after=after, before=before))
    assert _ids(between) == expected[first + 1 : last][:size]


def _ids(page: Page) -> list[str]:
    return [node.id for node in page.nodes]


def _ordered(found: Iterator[Booking], order: Order) -> list[Booking]:
    by_id = sorted(found, key=lambda booking: booking.id)
    return sorted(by_id, key=lambda booking: getattr(booking, order.field), reverse=order.descending)


def _meaning(asked: Asked, places: list[Place]) -> tuple[Viewer, dict[str, Any], Callable[[Booking], bool]]:
    """Return who asks for what, and which bookings that is, said in Python."""
    seen = asked["organizations"]
    own = None if seen is None else frozenset(places[number].organization for number in seen)
    bound = places[0].service if asked.get("bound") and seen == {0} else None
    viewer = Viewer("t", "t", frozenset({"bookings:read"}), own, bound)
    meant = [MEANINGS[name](value, places) for name, value in asked.items() if name in MEANINGS]
    filters = {"no_holds": True, "not_deleted": True}
    for more, _ in meant:
        filters |= more

    def matches(booking: Booking) -> bool:
        return (
            (own is None or booking.organization_id in own)
            and bound in (None, booking.external_service_id)
            and (not filters["no_holds"] or booking.status is not BookingStatus.RESERVED)
            and (not filters["not_deleted"] or booking.deleted_at is None)
            and all(test(booking) for _, test in meant)
        )

    return viewer, {name: value for name, value in filters.items() if value is not False}, matches


Meant = tuple[dict[str, Any], Callable[[Booking], bool]]
"""The filters of something that is asked for, and the same said of one booking."""


def _at(number: int | None, places: list[Place]) -> Meant:
    location = str(uuid4()) if number is None else places[number].location
    resources = {place.resource for place in places if place.location == location}
    return {"location_id": location}, lambda booking: booking.resource_id in resources


def _of_service(number: int | None, places: list[Place]) -> Meant:
    service = str(uuid4()) if number is None else places[number].service
    return {"external_service_id": service}, lambda booking: booking.external_service_id == service


def _of_resources(numbers: set[int], places: list[Place]) -> Meant:
    chosen = tuple(places[number].resource for number in sorted(numbers))
    return {"resource_ids": chosen}, lambda booking: booking.resource_id in chosen


def _in_status(statuses: set[BookingStatus], _: list[Place]) -> Meant:
    values = tuple(sorted(status.value for status in statuses))
    return {"statuses": values, "no_holds": False}, lambda booking: booking.status in statuses


def _overlaps(span: tuple[datetime, timedelta | None], _: list[Place]) -> Meant:
    start, length = span
    if length is None:
        return {"from": start}, lambda booking: booking.end_date > start
    end = start + length
    return {"from": start, "to": end}, lambda booking: booking.start_date < end and booking.end_date > start


def _starts(span: tuple[datetime, timedelta], _: list[Place]) -> Meant:
    first, last = span[0], span[0] + span[1]
    return {"start_gte": first, "start_lte": last}, lambda booking: first <= booking.start_date <= last


def _ends(span: tuple[datetime, timedelta], _: list[Place]) -> Meant:
    first, last = span[0], span[0] + span[1]
    return {"end_gte": first, "end_lte": last}, lambda booking: first <= booking.end_date <= last


def _changed(span: tuple[datetime, datetime | None], _: list[Place]) -> Meant:
    since, until = span
    if until is None:
        return {"updated_from": since}, lambda booking: booking.updated_at >= since
    return {"updated_from": since, "updated_to": until}, lambda booking: since <= booking.updated_at < until


MEANINGS: dict[str, Callable[[Any, list[Place]], Meant]] = {
    "location": _at,
    "service": _of_service,
    "resources": _of_resources,
    "statuses": _in_status,
    "overlaps": _overlaps,
    "starts": _starts,
    "ends": _ends,
    "before": lambda end, _: ({"to": end}, lambda booking: booking.start_date < end),
    "changed": _changed,
    "deleted": lambda _, __: ({"not_deleted": False}, lambda _booking: True),
}


@pytest.mark.parametrize("named", ["location", "service"])
def test_what_is_of_one_organization_is_looked_up_in_it_and_never_beyond_what_is_seen(store: Store, named: str) -> None:
    for number, place in enumerate(store.places):
        viewer, filters, matches = _meaning({"organizations": {0, 1}, named: number}, store.places)
        page = store.page(viewer, filters, Order("start_date"), Window(MANY))

        assert set(_ids(page)) == {booking.id for booking in filter(matches, store.bookings)}
        assert bool(page.nodes) == (number < 2)
        assert dict(page.query.values).get("organization") == (place.organization if number < 2 else None)
