"""Booking calendars: schedules of weekly hours, exceptions and fixed slots."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import set_up
from tests.api.venue import Venue, uid
from tests.features.asking import span

DAY = {"startDate": "2026-04-14T22:00:00Z", "endDate": "2026-04-15T22:00:00Z"}


async def _schedule(venue: Venue, **rules: Any) -> None:
    document = set_up("upsertSchedule", "schedule", "weekly { weekday }")
    answer = await venue.gateway.data(document, venue.desk, input={"resourceId": venue.court, **rules})
    assert answer["__typename"] == "UpsertScheduleSuccess", answer


async def _hours(venue: Venue) -> list[tuple[str, str]]:
    """When the court is open on Wednesday, UTC: `("06:00", "18:00")`."""
    events = (await venue.calendar(None, venue.court, types=["PERIOD"], **DAY))["events"]
    return [(event["startDate"][11:16], event["endDate"][11:16]) for event in events]


@pytest.mark.feature(70)
async def test_an_exception_closes_a_date_or_gives_it_other_hours(venue: Venue) -> None:
    weekly = [{"weekday": "WEDNESDAY", "start": "08:00", "end": "20:00"}]
    for periods, hours in (
        ([], []),
        (
            [{"start": "10:00", "end": "12:00"}, {"start": "14:00", "end": "15:00"}],
            [("08:00", "10:00"), ("12:00", "13:00")],
        ),
    ):
        await _schedule(venue, weekly=weekly, exceptions=[{"date": "2026-04-15", "periods": periods}])
        assert await _hours(venue) == hours


@pytest.mark.feature(70)
@pytest.mark.decision(3)
async def test_periods_that_overlap_or_touch_merge_also_with_fixed_slots(venue: Venue) -> None:
    await _schedule(
        venue,
        weekly=[
            {"weekday": "WEDNESDAY", "start": "08:00", "end": "10:00"},
            {"weekday": "WEDNESDAY", "start": "09:00", "end": "11:00"},
            {"weekday": "WEDNESDAY", "start": "11:00", "end": "12:00"},
        ],
        slots=[span("09:30", "13:00"), span("15:00", "16:00")],
    )

    assert await _hours(venue) == [("06:00", "13:00"), ("15:00", "16:00")]


@pytest.mark.feature(70)
async def test_hours_run_past_midnight_and_end_at_midnight(venue: Venue) -> None:
    await _schedule(venue, weekly=[{"weekday": "WEDNESDAY", "start": "22:00", "end": "02:00"}])
    answer = await venue.calendar(None, venue.court, types=["PERIOD"])
    assert [(e["localStart"], e["localEnd"]) for e in answer["events"]] == [
        ("2026-04-15T22:00:00", "2026-04-16T02:00:00")
    ]

    await _schedule(venue, weekly=[{"weekday": "WEDNESDAY", "start": "22:00", "end": "00:00"}])
    answer = await venue.calendar(None, venue.court, types=["PERIOD"])
    assert [(e["localStart"], e["localEnd"]) for e in answer["events"]] == [
        ("2026-04-15T22:00:00", "2026-04-16T00:00:00")
    ]


@pytest.mark.feature(70)
async def test_a_schedule_that_cannot_be_is_refused(venue: Venue) -> None:
    document = set_up("upsertSchedule", "schedule", "weekly { weekday }")
    date = {"date": "2026-04-15", "periods": []}
    wrong = {"slots": [span("09:00", "10:00"), span("10:00", "10:00")], "exceptions": [date, date]}

    answer = await venue.gateway.data(document, venue.desk, input={"resourceId": venue.court, **wrong})
    assert [(issue["code"], issue["path"]) for issue in answer["issues"]] == [
        ("DUPLICATE_ENTRIES_PROVIDED", ["input", "exceptions", "1", "date"]),
        ("INVALID_TIME_RANGE", ["input", "slots", "1", "endDate"]),
    ]
    for resource in (uid("nothing"), venue.foreign_court):
        refused = await venue.gateway.data(document, venue.desk, input={"resourceId": resource})
        assert (refused["code"], refused["path"]) == ("RESOURCE_NOT_FOUND", ["input", "resourceId"])
    assert await _hours(venue) == [("06:00", "18:00")]


@pytest.mark.feature(70)
async def test_the_hours_of_a_week_and_of_a_date_are_bounded(venue: Venue) -> None:
    """What they come to in each week is kept, so that everybody's calendars are answered soon."""
    document = set_up("upsertSchedule", "schedule", "weekly { weekday }")
    hours = {"start": "09:00", "end": "10:00"}

    for weekly, periods, paths in (
        (200, 50, None),
        (201, 51, [["input", "weekly"], ["input", "exceptions", "0", "periods"]]),
    ):
        given = {
            "weekly": [{"weekday": "MONDAY", **hours}] * weekly,
            "exceptions": [{"date": "2026-04-15", "periods": [hours] * periods}],
        }
        answer = await venue.gateway.data(document, venue.desk, input={"resourceId": venue.court, **given})
        issues = answer.get("issues")
        assert (issues and [issue["path"] for issue in issues]) == paths
