"""Time: local dates, clocks and days over the changes of daylight saving time, and over the date line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.api.documents import BOOKINGS, set_up
from tests.api.venue import Venue, uid
from tests.features.asking import wrote

LORD_HOWE = "Australia/Lord_Howe"
DAYS = [
    ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
    ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
    ("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
    ("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
    (LORD_HOWE, "2026-04-05", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z"),
    (LORD_HOWE, "2026-10-04", "2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z"),
    ("Africa/Casablanca", "2026-02-15", "2026-02-14T23:00:00Z", "2026-02-16T00:00:00Z"),
    ("Africa/Casablanca", "2026-03-22", "2026-03-22T00:00:00Z", "2026-03-22T23:00:00Z"),
    ("Asia/Kathmandu", "2026-04-15", "2026-04-14T18:15:00Z", "2026-04-15T18:15:00Z"),
    ("America/Santiago", "2026-04-04", "2026-04-04T03:00:00Z", "2026-04-05T04:00:00Z"),
    ("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"),
    ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"),
]
"""A local date, and the instants between which it lasts: 23, 23.5, 24, 24.5 or 25 hours."""

CLOCKS = [
    ("Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T01:30:00", "2026-03-29T03:30:00"),
    ("Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00", "2026-10-25T02:30:00"),
    ("America/New_York", "2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z", "2026-03-08T01:30:00", "2026-03-08T03:30:00"),
    ("America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T01:30:00", "2026-11-01T01:30:00"),
    (LORD_HOWE, "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", "2026-04-05T01:45:00", "2026-04-05T01:45:00"),
    (LORD_HOWE, "2026-10-03T15:15:00Z", "2026-10-03T15:45:00Z", "2026-10-04T01:45:00", "2026-10-04T02:45:00"),
    ("Africa/Casablanca", "2026-02-15T01:30:00Z", "2026-02-15T02:30:00Z", "2026-02-15T02:30:00", "2026-02-15T02:30:00"),
    ("Africa/Casablanca", "2026-03-22T01:30:00Z", "2026-03-22T02:30:00Z", "2026-03-22T01:30:00", "2026-03-22T03:30:00"),
    ("Asia/Kathmandu", "2026-04-15T18:00:00Z", "2026-04-15T19:00:00Z", "2026-04-15T23:45:00", "2026-04-16T00:45:00"),
    ("America/Santiago", "2026-04-05T02:30:00Z", "2026-04-05T03:30:00Z", "2026-04-04T23:30:00", "2026-04-04T23:30:00"),
    ("America/Santiago", "2026-09-06T03:30:00Z", "2026-09-06T04:30:00Z", "2026-09-05T23:30:00", "2026-09-06T01:30:00"),
    ("Pacific/Apia", "2011-12-30T09:30:00Z", "2011-12-30T10:30:00Z", "2011-12-29T23:30:00", "2011-12-31T00:30:00"),
]  # fmt: skip
"""A booking over the change, and what the clock on the wall shows when it starts and ends."""

HOURS = [
    ("Europe/Berlin", "2026-03-29", "02:30", "04:00", "2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z"),
    ("Europe/Berlin", "2026-03-29", "02:15", "03:00", None, None),
    ("Europe/Berlin", "2026-10-25", "02:00", "03:00", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"),
    ("Europe/Berlin", "2026-10-25", "02:15", "02:45", "2026-10-25T00:15:00Z", "2026-10-25T00:45:00Z"),
    ("America/New_York", "2026-03-08", "02:30", "04:00", "2026-03-08T07:30:00Z", "2026-03-08T08:00:00Z"),
    ("America/New_York", "2026-11-01", "01:00", "02:00", "2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z"),
    (LORD_HOWE, "2026-10-04", "02:00", "02:30", None, None),
    (LORD_HOWE, "2026-10-04", "02:15", "03:00", "2026-10-03T15:45:00Z", "2026-10-03T16:00:00Z"),
    (LORD_HOWE, "2026-04-05", "01:30", "02:00", "2026-04-04T14:30:00Z", "2026-04-04T15:30:00Z"),
    ("Africa/Casablanca", "2026-02-15", "02:30", "03:30", "2026-02-15T01:30:00Z", "2026-02-15T03:30:00Z"),
    ("Africa/Casablanca", "2026-03-22", "02:30", "04:00", "2026-03-22T02:30:00Z", "2026-03-22T03:00:00Z"),
    ("Asia/Kathmandu", "2026-04-15", "09:00", "10:00", "2026-04-15T03:15:00Z", "2026-04-15T04:15:00Z"),
    ("America/Santiago", "2026-09-06", "00:00", "02:00", "2026-09-06T04:00:00Z", "2026-09-06T05:00:00Z"),
    ("America/Santiago", "2026-04-04", "23:00", "00:00", "2026-04-05T02:00:00Z", "2026-04-05T04:00:00Z"),
    ("Pacific/Apia", "2011-12-30", "09:00", "17:00", None, None),
    ("Pacific/Apia", "2011-12-31", "09:00", "17:00", "2011-12-30T19:00:00Z", "2011-12-31T03:00:00Z"),
]
"""Hours of a schedule on the date of a change, and when they are: a fold the first time, a gap by the offset before."""


async def _room(venue: Venue, zone: str, day: str, start: str, end: str) -> str:
    """Set up a room in a zone that is open on the weekday of a date."""
    place = {"id": uid("far"), "organizationId": venue.club, "name": "far", "timezone": zone}
    await venue.gateway.data(set_up("upsertLocation", "location"), venue.admin, input=place)
    given = {"id": uid("far room"), "locationId": uid("far"), "name": "far room", "type": "ROOM", "capacity": 4}
    await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)
    weekday = date.fromisoformat(day).strftime("%A").upper()
    rules = {"resourceId": uid("far room"), "weekly": [{"weekday": weekday, "start": start, "end": end}]}
    await venue.gateway.data(set_up("upsertSchedule", "schedule", "weekly { weekday }"), venue.admin, input=rules)
    return uid("far room")


async def _book(venue: Venue, room: str, start: datetime, minutes: int = 1) -> dict[str, Any]:
    given = {"resourceId": room, "participants": [], "title": _text(start), "duration": minutes}
    return await wrote(venue, venue.desk, startDate=_text(start), **given)


def _text(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.feature(42, 47, 68)
@pytest.mark.parametrize(("zone", "day", "start", "end"), DAYS)
async def test_a_local_date_lasts_from_midnight_to_midnight(
    venue: Venue, zone: str, day: str, start: str, end: str
) -> None:
    room = await _room(venue, zone, day, "00:00", "00:00")
    minute, first, last = timedelta(minutes=1), _instant(start), _instant(end)
    for instant in (first - minute, first, last - minute, last):
        await _book(venue, room, instant)

    page = await venue.gateway.data(BOOKINGS, venue.desk, filter={"agenda": {"start": day, "end": day}})
    assert [(node["title"], node["localDate"]) for node in page["nodes"]] == [
        (_text(first), day), (_text(last - minute), day),
    ]  # fmt: skip
    around = {"startDate": _text(first - timedelta(days=1)), "endDate": _text(last + timedelta(days=1))}
    events = (await venue.calendar(None, room, types=["PERIOD"], **around))["events"]
    assert [(event["startDate"], event["endDate"]) for event in events] == [(start, end)]
    assert events[0]["localStart"].startswith(day)


@pytest.mark.feature(42, 68)
async def test_a_date_that_a_zone_left_out_has_no_bookings_and_no_hours(venue: Venue) -> None:
    room = await _room(venue, "Pacific/Apia", "2011-12-30", "00:00", "00:00")
    for hour in (9, 10):
        await _book(venue, room, datetime(2011, 12, 30, hour, tzinfo=UTC), 60)

    for start, end, found in (("30", "30", []), ("29", "30", ["2011-12-29"]), ("30", "31", ["2011-12-31"])):
        agenda = {"start": f"2011-12-{start}", "end": f"2011-12-{end}"}
        page = await venue.gateway.data(BOOKINGS, venue.desk, filter={"agenda": agenda})
        assert [node["localDate"] for node in page["nodes"]] == found
    around = {"startDate": "2011-12-29T12:00:00Z", "endDate": "2011-12-31T00:00:00Z", "types": ["PERIOD"]}
    assert (await venue.calendar(None, room, **around))["events"] == []


@pytest.mark.feature(45, 47, 55, 68)
@pytest.mark.decision(4)
@pytest.mark.parametrize(("zone", "start", "end", "local_start", "local_end"), CLOCKS)
async def test_clocks_show_what_hangs_on_the_wall(
    venue: Venue, zone: str, start: str, end: str, local_start: str, local_end: str
) -> None:
    room = await _room(venue, zone, local_start[:10], "00:00", "00:00")
    minutes = (_instant(end) - _instant(start)) // timedelta(minutes=1)

    booking = await _book(venue, room, _instant(start), minutes)

    local = {name: booking[name] for name in ("localDate", "localStartTime", "localEndTime", "duration", "timezone")}
    assert local == {
        "localDate": local_start[:10], "localStartTime": local_start[11:16], "localEndTime": local_end[11:16],
        "duration": minutes, "timezone": zone,
    }  # fmt: skip
    asked = {"startDate": start, "endDate": end, "types": ["BOOKING"]}
    for zones in ({}, {"timezone": zone}):
        (event,) = (await venue.calendar(None, room, **asked, **zones))["events"]
        assert (event["localStart"], event["localEnd"]) == (local_start, local_end)
    (event,) = (await venue.calendar(None, room, timezone="UTC", **asked))["events"]
    assert (event["localStart"], event["localEnd"]) == (start[:-1], end[:-1])


@pytest.mark.decision(2)
@pytest.mark.feature(70)
@pytest.mark.parametrize(("zone", "day", "opens", "closes", "start", "end"), HOURS)
async def test_hours_on_the_date_of_a_change(
    venue: Venue, zone: str, day: str, opens: str, closes: str, start: str | None, end: str | None
) -> None:
    room = await _room(venue, zone, day, opens, closes)
    around = {"startDate": f"{date.fromisoformat(day) - timedelta(days=2)}T00:00:00Z",
              "endDate": f"{date.fromisoformat(day) + timedelta(days=3)}T00:00:00Z"}  # fmt: skip

    events = (await venue.calendar(None, room, types=["PERIOD"], **around))["events"]

    assert [(event["startDate"], event["endDate"]) for event in events] == ([(start, end)] if start else [])
