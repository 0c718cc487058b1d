"""Orders and pages: stable under ties, forwards and backwards, while others write."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise, product
from typing import Any

import pytest

from tests.api.documents import BOOKINGS, DELETE, UPSERT
from tests.api.venue import Venue, uid
from tests.features.asking import at, desk_wrote, names, refused, span

FIELDS = {
    "START_DATE": "startDate",
    "END_DATE": "endDate",
    "CREATED_AT": "createdAt",
    "UPDATED_AT": "updatedAt",
    "ID": "id",
}
ORDERS = [{"field": field, "direction": direction} for field, direction in product(FIELDS, ("ASC", "DESC"))]


async def _tied(venue: Venue) -> list[dict[str, Any]]:
    """Twelve bookings of the hall: three starts, two ends of each, two of each alike; written at two instants."""
    for place, (start, end, _) in enumerate(product((8, 9, 10), (11, 12), range(2))):
        if place == 6:
            venue.gateway.clock.advance(minutes=1)
        await desk_wrote(venue, f"{place:02}", f"{start:02}:00", f"{end}:00", resourceId=venue.hall)
    nodes: list[dict[str, Any]] = (await venue.gateway.data(BOOKINGS, venue.desk, first=100))["nodes"]
    return nodes


def _sorted(nodes: list[dict[str, Any]], order: dict[str, str]) -> list[str]:
    by_id = sorted(nodes, key=lambda node: node["id"])
    field = FIELDS[order["field"]]
    return [node["id"] for node in sorted(by_id, key=lambda node: node[field], reverse=order["direction"] == "DESC")]


def _ids(page: dict[str, Any]) -> list[str]:
    return [node["id"] for node in page["nodes"]]


@pytest.mark.feature(10, 32, 33, 44)
async def test_every_order_is_stable_under_ties_forwards_and_backwards(venue: Venue) -> None:
    nodes = await _tied(venue)

    for order in ORDERS:
        expected = _sorted(nodes, order)
        assert _ids(await venue.gateway.data(BOOKINGS, venue.desk, orderBy=order, first=100)) == expected
        assert await _walk(venue, order, "first", "after", size=5) == expected
        assert await _walk(venue, order, "last", "before", size=5) == expected
        assert [
            found
            for offset in range(0, 12, 5)
            for found in _ids(await venue.gateway.data(BOOKINGS, venue.desk, orderBy=order, first=5, offset=offset))
        ] == expected


async def _walk(venue: Venue, order: dict[str, str], size_name: str, cursor_name: str, *, size: int) -> list[str]:
    """Read all pages in one direction; return the IDs in the list's own order."""
    is_forward = size_name == "first"
    found: list[str] = []
    cursor: str | None = None
    for _ in range(4):
        arguments = {"orderBy": order, size_name: size, cursor_name: cursor}
        page = await venue.gateway.data(BOOKINGS, venue.desk, **arguments)
        info = page["pageInfo"]
        assert [edge["node"]["id"] for edge in page["edges"]] == _ids(page)
        assert (info["startCursor"], info["endCursor"]) == (page["edges"][0]["cursor"], page["edges"][-1]["cursor"])
        has_more, came_from = (
            (info["hasNextPage"], info["hasPreviousPage"])
            if is_forward
            else (info["hasPreviousPage"], info["hasNextPage"])
        )
        assert came_from is (cursor is not None)
        found = found + _ids(page) if is_forward else _ids(page) + found
        if not has_more:
            break
        cursor = info["endCursor"] if is_forward else info["startCursor"]
    return found


@pytest.mark.feature(44)
async def test_bookings_come_by_start_then_id_unless_asked_otherwise(venue: Venue) -> None:
    nodes = await _tied(venue)

    assert _ids(await venue.gateway.data(BOOKINGS, venue.desk)) == _sorted(nodes, ORDERS[0])
    local = [(node["localDate"], node["localStartTime"]) for node in nodes]
    assert local == sorted(local)


@pytest.mark.feature(33)
async def test_a_cursor_fits_its_own_filter_order_and_caller_alone(venue: Venue) -> None:
    await _tied(venue)
    asked = {"filter": {"resourceIds": [venue.hall]}, "orderBy": ORDERS[0]}
    cursor = (await venue.gateway.data(BOOKINGS, venue.desk, first=5, **asked))["pageInfo"]["endCursor"]

    assert len(_ids(await venue.gateway.data(BOOKINGS, venue.desk, first=3, after=cursor, **asked))) == 3
    for other in (
        {"orderBy": ORDERS[1]},
        {"orderBy": ORDERS[2]},
        {"filter": None},
        {"filter": {"resourceIds": [venue.hall, venue.room]}},
        {"filter": {"resourceIds": [venue.hall], "to": at("20:00")}},
        {"filter": {"resourceIds": [venue.hall], "includeDeleted": True}},
        {"filter": {"resourceIds": [venue.hall], "agenda": {"start": "2026-04-15", "end": "2026-04-15"}}},
    ):
        for name in ("after", "before"):
            code, path = await refused(venue, venue.desk, **{**asked, **other, name: cursor})
            assert (code, path) == ("invalid_cursor", [name])
    for damaged in ("", "x", cursor[:-1], cursor[1:], f"{cursor}A", cursor.swapcase(), "ünïcode"):
        assert (await refused(venue, venue.desk, after=damaged, **asked))[0] == "invalid_cursor"
    assert (await refused(venue, venue.foreigner, after=cursor, **asked))[0] == "invalid_cursor"


@pytest.mark.feature(33, 35)
async def test_the_last_page_has_no_next_one(venue: Venue) -> None:
    await _tied(venue)

    for arguments in ({"first": 12}, {"first": 100}, {"offset": 7, "first": 5}, {"last": 5}):
        page = await venue.gateway.data(BOOKINGS, venue.desk, **arguments)
        assert (page["pageInfo"]["hasNextPage"], page["nextPage"]) == (False, None)
    empty = await venue.gateway.data(BOOKINGS, venue.desk, offset=12)
    assert (empty["nodes"], empty["nextPage"], empty["totalCount"]) == ([], None, 12)
    assert empty["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True, "startCursor": None, "endCursor": None}


@pytest.mark.feature(35)
@pytest.mark.parametrize("start", [{"first": 5}, {"first": 5, "offset": 1}, {"first": 7}, {"first": 1}])
async def test_the_next_page_is_the_ready_made_next_request(venue: Venue, start: dict[str, int]) -> None:
    await _tied(venue)
    conditions = {
        "resourceIds": [venue.hall], "from": at("08:00"), "startDate": {"gte": at("08:00")}, "statuses": ["ACCEPTED"],
        "agenda": {"start": "2026-04-15", "end": "2026-04-15"}, "resourceTypes": ["HOT_DESK"], "includeDeleted": False,
    }  # fmt: skip
    asked: dict[str, Any] = {"filter": conditions, "orderBy": {"field": "END_DATE", "direction": "ASC"}}
    expected = _ids(await venue.gateway.data(BOOKINGS, venue.desk, first=100, **asked))[start.get("offset", 0) :]

    arguments: dict[str, Any] | None = asked | start
    found: list[str] = []
    sizes = []
    while arguments is not None:
        page = await venue.gateway.data(BOOKINGS, venue.desk, **arguments)
        found += _ids(page)
        sizes.append(len(page["nodes"]))
        arguments = page["nextPage"] and json.loads(page["nextPage"])

    assert found == expected
    assert set(sizes[:-1]) <= {start["first"]}


@pytest.mark.feature(35)
async def test_the_page_after_one_read_backwards_has_its_size_and_stays_within_its_bound(venue: Venue) -> None:
    await _tied(venue)
    page = await venue.gateway.data(BOOKINGS, venue.desk, first=100)
    cursors, ids = [edge["cursor"] for edge in page["edges"]], _ids(page)

    before = await venue.gateway.data(BOOKINGS, venue.desk, last=3, before=cursors[6])
    assert _ids(before) == ids[3:6]
    after = await venue.gateway.data(BOOKINGS, venue.desk, **json.loads(before["nextPage"]))
    assert _ids(after) == ids[6:9]
    bounded = await venue.gateway.data(BOOKINGS, venue.desk, first=3, before=cursors[5])
    assert _ids(bounded) == ids[:3]
    rest = await venue.gateway.data(BOOKINGS, venue.desk, **json.loads(bounded["nextPage"]))
    assert (_ids(rest), rest["nextPage"]) == (ids[3:5], None)


@pytest.mark.feature(33)
async def test_a_page_lies_between_two_cursors(venue: Venue) -> None:
    await _tied(venue)
    page = await venue.gateway.data(BOOKINGS, venue.desk, first=100)
    cursors, ids = [edge["cursor"] for edge in page["edges"]], _ids(page)

    between = {"after": cursors[2], "before": cursors[8]}
    assert _ids(await venue.gateway.data(BOOKINGS, venue.desk, **between)) == ids[3:8]
    assert _ids(await venue.gateway.data(BOOKINGS, venue.desk, first=2, **between)) == ids[3:5]
    assert _ids(await venue.gateway.data(BOOKINGS, venue.desk, last=2, **between)) == ids[6:8]
    assert _ids(await venue.gateway.data(BOOKINGS, venue.desk, after=cursors[8], before=cursors[2])) == []


@pytest.mark.feature(33)
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "-".join(order.values()))
async def test_a_scan_while_others_write_finds_each_that_stood_throughout_exactly_once(
    venue: Venue, order: dict[str, str]
) -> None:
    """Others delete every third booking, write new ones before, between and after, and change what sorts elsewhere."""
    stood = await _tied(venue)
    victims = [node["id"] for node in stood[::3]]
    found: list[str] = []
    cursor: str | None = None
    rounds = 0
    while cursor is not None or not rounds:
        asked = venue.gateway.data(BOOKINGS, venue.desk, orderBy=order, first=2, after=cursor)
        page, *_ = await asyncio.gather(asked, _write(venue, rounds), _delete(venue, victims[rounds : rounds + 1]))
        found += [names(node) for node in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
        rounds += 1

    stayed = {names(node) for node in stood if node["id"] not in victims}
    assert rounds > 3
    assert all(found.count(name) == 1 for name in stayed)
    assert all(found.count(name) == 1 for name in found)


async def _write(venue: Venue, number: int) -> None:
    for place, (start, end) in enumerate((("07:00", "07:30"), ("09:30", "11:30"), ("12:30", "13:00"))):
        if number < 4:
            given = {"title": f"new {number}{place}", "resourceId": venue.hall, "participants": [], **span(start, end)}
            await venue.gateway.data(UPSERT, venue.desk, input=given)


async def _delete(venue: Venue, ids: list[str]) -> None:
    for booking_id in ids:
        await venue.gateway.data(DELETE, venue.desk, input={"id": booking_id})


@pytest.mark.feature(10)
async def test_the_newest_change_comes_first_in_wingfields_order(venue: Venue) -> None:
    nodes = await _tied(venue)
    venue.gateway.clock.advance(minutes=1)
    oldest = nodes[0]
    await desk_wrote(venue, "changed", "08:00", "11:00", id=oldest["id"], resourceId=venue.hall)

    order = {"field": "UPDATED_AT", "direction": "DESC"}
    page = await venue.gateway.data(BOOKINGS, venue.desk, orderBy=order)

    assert page["nodes"][0]["id"] == oldest["id"]
    assert all(
        (one["updatedAt"], other["id"]) > (other["updatedAt"], one["id"]) for one, other in pairwise(page["nodes"])
    )


@pytest.mark.feature(3, 33)
async def test_the_resources_of_a_location_come_in_pages_of_1_to_100(venue: Venue) -> None:
    document = """
    query ($id: ID!, $first: Int, $after: String) {
      node(id: $id) {
        ... on Location {
          resources(first: $first, after: $after) { nodes { name } pageInfo { endCursor hasNextPage } }
        }
      }
    }
    """
    first = await venue.gateway.data(document, venue.desk, id=venue.location, first=3)
    cursor = first["resources"]["pageInfo"]["endCursor"]
    second = await venue.gateway.data(document, venue.desk, id=venue.location, first=3, after=cursor)
    found = first["resources"]["nodes"] + second["resources"]["nodes"]
    assert [node["name"] for node in found] == ["club court", "hall", "other court", "room"]
    assert second["resources"]["pageInfo"]["hasNextPage"] is False

    for arguments, code, path in (
        ({"first": 0}, "invalid_schema", ["first"]),
        ({"first": -1}, "invalid_schema", ["first"]),
        ({"first": 101}, "invalid_schema", ["first"]),
        ({"after": "x"}, "invalid_cursor", ["after"]),
        ({"after": cursor, "id": uid("other_club location")}, "invalid_cursor", ["after"]),
    ):
        answer = await venue.gateway.execute(document, venue.desk, **{"id": venue.location, **arguments})
        extensions = answer["errors"][0]["extensions"]
        assert (extensions["code"], extensions["issues"][0]["path"]) == (code, path)
