"""Booking calendars: what can be asked of the unified calendar, and by whom."""

from __future__ import annotations

from typing import Any

import pytest

from storage.database import Transaction
from storage.resources import resources
from storage.rows import insert_into
from tests.api.documents import CALENDAR, set_up
from tests.api.venue import OPEN, Venue, uid
from tests.features.asking import at, desk_wrote, partner_wrote, span

DAY = {"startDate": "2026-04-14T22:00:00Z", "endDate": "2026-04-15T22:00:00Z"}


async def _code(venue: Venue, token: str | None = None, **arguments: Any) -> tuple[str, list[str], str]:
    answer = await venue.gateway.execute(CALENDAR, token, **arguments)
    extensions = answer["errors"][0]["extensions"]
    return extensions["code"], extensions["issues"][0]["path"], answer["errors"][0]["message"]


async def _parts(venue: Venue, parent: str, *names: str) -> list[str]:
    """Set up parts of a resource, each with a schedule."""
    for name in names:
        given = {"id": uid(name), "locationId": venue.location, "name": name, "type": "ROOM", "parentId": parent}
        await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)
        rules = {"resourceId": uid(name), "weekly": OPEN}
        await venue.gateway.data(set_up("upsertSchedule", "schedule", "weekly { weekday }"), venue.admin, input=rules)
        parent = uid(name)
    return [uid(name) for name in names]


def _names(answer: dict[str, Any]) -> set[str]:
    return {event["resourceName"] for event in answer["events"]}


@pytest.mark.feature(51)
@pytest.mark.decision(17)
async def test_a_public_calendar_is_open_to_callers_without_a_token(venue: Venue) -> None:
    await desk_wrote(
        venue, "Secret", "08:00", "09:00", participants=[{"userId": venue.jane}], notes="x", ownerId=venue.jane
    )

    answer = await venue.calendar(None, venue.room, **DAY)

    (booking,) = [event for event in answer["events"] if event["type"] == "BOOKING"]
    assert (booking["displayLabel"], booking["customers"], booking["occupancy"]) == ("Booked", [], 0.25)
    (seen,) = booking["bookings"]
    assert (seen["status"], seen["seats"], seen["startDate"]) == ("ACCEPTED", 1, at("08:00"))
    assert (seen["title"], seen["notes"], seen["owner"], seen["participants"]) == (None, None, None, [])


@pytest.mark.feature(51)
@pytest.mark.decision(14, 17)
async def test_a_calendar_that_is_not_public_looks_like_none(venue: Venue) -> None:
    for name, more in (("private", {"publicCalendar": False}), ("person", {"type": "STAFF"})):
        given = {"id": uid(name), "locationId": venue.location, "name": name, "type": "ROOM", **more}
        await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)

    for token in (None, venue.foreigner):
        answers = [
            await _code(venue, token, resourceIds=[resource])
            for resource in (uid("private"), uid("person"), uid("nothing"), "no uuid")
        ]
        assert answers[0] == ("resource_not_found", ["resourceIds"], "There is no such resource.")
        assert all(answer == answers[0] for answer in answers)
    for token in (venue.desk, venue.partner, venue.admin):
        assert (await venue.calendar(token, uid("private"), uid("person")))["events"] == []


@pytest.mark.feature(52)
async def test_one_or_many_resources_are_asked_for_and_at_least_one(venue: Venue) -> None:
    assert await _code(venue, resourceIds=[]) == (
        "resource_id_required", ["resourceIds"], "Name at least one resource.",
    )  # fmt: skip
    assert _names(await venue.calendar(None, venue.room)) == {"room"}
    assert _names(await venue.calendar(None, venue.room, venue.court, venue.room)) == {"room", "club court"}
    assert (await _code(venue, resourceIds=[venue.room, uid("nothing")]))[0] == "resource_not_found"
    assert (await _code(venue, resourceIds=[venue.room] * 201))[:2] == ("invalid_schema", ["resourceIds"])
    assert _names(await venue.calendar(None, *[venue.room] * 200)) == {"room"}


@pytest.mark.feature(53, 54)
async def test_a_calendar_starts_now_and_ends_31_days_later_unless_said(venue: Venue) -> None:
    for arguments, start, end in (
        ({}, "2026-04-13T08:00:00Z", "2026-05-14T08:00:00Z"),
        ({"startDate": at("00:00", "2026-01-01")}, at("00:00", "2026-01-01"), at("00:00", "2026-02-01")),
        ({"endDate": at("00:00", "2026-04-14")}, "2026-04-13T08:00:00Z", at("00:00", "2026-04-14")),
    ):
        answer = await venue.gateway.data(CALENDAR, None, resourceIds=[venue.court], **arguments)
        assert (answer["startDate"], answer["endDate"]) == (start, end)
        assert all(start <= event["startDate"] < event["endDate"] <= end for event in answer["events"])


@pytest.mark.feature(54)
@pytest.mark.parametrize(
    ("start", "end", "accepted"),
    [
        ("2026-04-15T00:00:00Z", "2027-04-16T00:00:00Z", ""),
        ("2026-04-15T00:00:00Z", "2027-04-16T00:00:00.000001Z", "endDate"),
        ("2026-04-15T00:00:00Z", "2026-04-15T00:00:00.000001Z", ""),
        ("2026-04-15T00:00:00Z", "2026-04-15T00:00:00Z", "endDate"),
        ("2026-04-15T00:00:00Z", "2026-04-14T00:00:00Z", "endDate"),
    ],
)
async def test_a_range_is_more_than_nothing_and_366_days_at_most(
    venue: Venue, start: str, end: str, accepted: str
) -> None:
    arguments: dict[str, Any] = {"resourceIds": [venue.court], "startDate": start, "endDate": end}

    if accepted:
        assert (await _code(venue, **arguments))[:2] == ("invalid_filter_time_range", [accepted])
    else:
        assert (await venue.gateway.data(CALENDAR, None, **arguments))["endDate"] == end


@pytest.mark.feature(55)
@pytest.mark.decision(4)
async def test_local_times_are_told_in_the_asked_zone_or_else_at_the_location(venue: Venue) -> None:
    place = {"id": uid("annex"), "organizationId": venue.club, "name": "Annex", "timezone": "America/New_York"}
    await venue.gateway.data(set_up("upsertLocation", "location"), venue.admin, input=place)
    await _parts(venue, venue.room, "desk")
    given = {"id": uid("desk"), "locationId": uid("annex"), "name": "desk", "type": "ROOM"}
    await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)

    for zone, room, desk in (
        (None, "2026-04-15T08:00:00", "2026-04-15T08:00:00"),
        ("UTC", "2026-04-15T06:00:00", "2026-04-15T12:00:00"),
        ("Asia/Kathmandu", "2026-04-15T11:45:00", "2026-04-15T17:45:00"),
        ("Pacific/Kiritimati", "2026-04-15T20:00:00", "2026-04-16T02:00:00"),
    ):
        answer = await venue.calendar(None, venue.room, uid("desk"), timezone=zone, types=["PERIOD"], **DAY)
        starts = {event["resourceName"]: event["localStart"] for event in answer["events"]}
        assert starts == {"room": room, "desk": desk}


@pytest.mark.feature(55)
@pytest.mark.parametrize("zone", ["Mars/Olympus", "europe/berlin", "", "+02:00", "../../etc/passwd", "localtime"])
async def test_an_unknown_zone_is_refused(venue: Venue, zone: str) -> None:
    assert (await _code(venue, resourceIds=[venue.room], timezone=zone))[:2] == ("invalid_timezone", ["timezone"])


@pytest.mark.feature(56)
async def test_the_parts_of_a_resource_come_along_to_any_depth_unless_left_out(venue: Venue) -> None:
    await _parts(venue, venue.room, "corner", "table", "chair")

    whole = await venue.calendar(None, venue.room)
    alone = await venue.calendar(None, venue.room, excludeChildResources=True)
    part = await venue.calendar(None, uid("table"))
    both = await venue.calendar(None, uid("table"), uid("chair"), venue.room)

    assert _names(whole) == _names(both) == {"room", "corner", "table", "chair"}
    assert _names(alone) == {"room"}
    assert _names(part) == {"table", "chair"}
    assert len({event["id"] for event in both["events"]}) == len(both["events"])
    assert len(whole["resourcesWithSchedule"]) == 4


@pytest.mark.feature(56)
@pytest.mark.decision(17)
async def test_a_part_that_is_not_public_stays_hidden(venue: Venue) -> None:
    await _parts(venue, venue.room, "corner")
    given = {
        "id": uid("corner"), "locationId": venue.location, "name": "corner", "type": "ROOM", "parentId": venue.room,
        "publicCalendar": False,
    }  # fmt: skip
    await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)

    assert _names(await venue.calendar(None, venue.room)) == {"room"}
    assert _names(await venue.calendar(venue.desk, venue.room)) == {"room", "corner"}


@pytest.mark.feature(65, 66)
async def test_a_resource_without_a_schedule_has_no_events_and_that_is_no_error(venue: Venue) -> None:
    given = {"id": uid("bare"), "locationId": venue.location, "name": "bare", "type": "ROOM"}
    await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)
    await desk_wrote(venue, "booked", "08:00", "09:00", resourceId=uid("bare"))

    alone = await venue.calendar(venue.desk, uid("bare"))
    both = await venue.calendar(venue.desk, uid("bare"), venue.room)
    none = {"resourceId": venue.room}
    await venue.gateway.data(set_up("upsertSchedule", "schedule", "weekly { weekday }"), venue.admin, input=none)
    emptied = await venue.calendar(venue.desk, venue.room)

    assert (alone["events"], alone["resourcesWithSchedule"]) == ([], [])
    assert (_names(both), both["resourcesWithSchedule"]) == ({"room"}, [{"id": venue.room}])
    assert (emptied["events"], emptied["resourcesWithSchedule"]) == ([], [])


@pytest.mark.feature(64)
async def test_an_event_says_the_same_of_itself_in_every_like_request(venue: Venue) -> None:
    booking = await partner_wrote(venue, "b-1", title="Match")
    anonymous, desk = (
        await venue.calendar(None, venue.court, **DAY),
        await venue.calendar(venue.desk, venue.court, **DAY),
    )
    wider = await venue.calendar(None, venue.court, venue.room)

    ids = [event["id"] for event in anonymous["events"]]
    assert ids == [event["id"] for event in desk["events"]]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= {event["id"] for event in wider["events"]}
    assert not {booking["id"], venue.court} & set(ids)
    assert ids == [event["id"] for event in (await venue.calendar(None, venue.court, **DAY))["events"]]


@pytest.mark.feature(64)
async def test_events_come_by_start_then_kind_then_resource(venue: Venue) -> None:
    for name in ("a", "b"):
        await desk_wrote(venue, name, "06:00", "07:00")
    await partner_wrote(venue, "c", **span("06:00", "07:00"))
    answer = await venue.calendar(None, venue.room, venue.court, **DAY)

    kinds = ["PERIOD", "PERIOD_FRAGMENT", "BOOKING", "RESERVED_BOOKING", "BLOCKER", "BOOKING_COUNT"]
    order = [(e["startDate"], kinds.index(e["type"]), e["resource"]["id"]) for e in answer["events"]]
    assert order == sorted(order)
    assert len(order) > 6


@pytest.mark.feature(64)
async def test_colours_are_the_resources_own_or_its_types_and_can_be_read(venue: Venue) -> None:
    answer = await venue.calendar(None, venue.room, venue.court, **DAY)

    colors = {event["resourceName"]: event["colorMap"] for event in answer["events"]}
    assert colors["room"] == {"bg": "#336699", "text": "#ffffff"}
    assert colors["club court"]["bg"].startswith("#")
    assert colors["club court"]["text"] in ("#ffffff", "#000000")


@pytest.mark.feature(68)
async def test_a_day_and_a_week_of_many_resources_take_one_request_each(venue: Venue) -> None:
    """The week in which the clocks of Berlin change: Sunday has 23 hours, and opening hours stay local."""
    rules = [{"weekday": day, "start": "00:00", "end": "00:00"} for day in ("SATURDAY", "SUNDAY", "MONDAY")]
    for resource in (venue.room, venue.court):
        given = {"resourceId": resource, "weekly": [*rules, {"weekday": "WEDNESDAY", "start": "09:00", "end": "17:00"}]}
        await venue.gateway.data(set_up("upsertSchedule", "schedule", "weekly { weekday }"), venue.admin, input=given)
    sunday = {"startDate": "2026-03-28T23:00:00Z", "endDate": "2026-03-29T22:00:00Z", "types": ["PERIOD"]}
    week = {"startDate": "2026-03-28T23:00:00Z", "endDate": "2026-04-04T22:00:00Z", "types": ["PERIOD"]}

    day = await venue.calendar(None, venue.room, venue.court, timezone="Europe/Berlin", **sunday)
    assert [(e["localStart"], e["localEnd"], e["startDate"], e["endDate"]) for e in day["events"]] == [
        ("2026-03-29T00:00:00", "2026-03-30T00:00:00", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")
    ] * 2
    days = await venue.calendar(None, venue.room, venue.court, timezone="Europe/Berlin", **week)
    assert [(e["localStart"], e["startDate"]) for e in days["events"] if e["resourceName"] == "room"] == [
        ("2026-03-29T00:00:00", "2026-03-28T23:00:00Z"),
        ("2026-04-01T09:00:00", "2026-04-01T07:00:00Z"),
        ("2026-04-04T00:00:00", "2026-04-03T22:00:00Z"),
    ]


@pytest.mark.feature(52, 56)
@pytest.mark.decision(14, 17)
async def test_two_hundred_resources_come_in_all_and_hidden_parts_do_not_count(venue: Venue) -> None:
    """Hidden ones neither use up the number nor tell by a refusal that they are there."""
    empty = dict.fromkeys(column.name for column in resources.columns)
    part = {"organization_id": venue.club, "location_id": venue.location, "parent_id": venue.room, "type": "HOT_DESK",
            "name": "part", "capacity": 1, "preparation_minutes": 0}  # fmt: skip
    parts = [{**empty, **part, "id": uid(f"part {n}"), "public_calendar": n < 199} for n in range(201)]

    async def work(tx: Transaction) -> None:
        await tx.execute_many(insert_into(resources), parts)

    await venue.gateway.database.write(work)
    assert _names(await venue.calendar(None, venue.room)) == {"room"}
    assert (await _code(venue, venue.desk, resourceIds=[venue.room]))[:2] == ("invalid_schema", ["resourceIds"])
    given = {"id": uid("one more"), "locationId": venue.location, "name": "x", "type": "ROOM", "parentId": venue.room}
    await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)
    assert (await _code(venue, None, resourceIds=[venue.room]))[:2] == ("invalid_schema", ["resourceIds"])
    assert _names(await venue.calendar(None, venue.room, excludeChildResources=True)) == {"room"}
