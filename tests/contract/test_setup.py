"""Setting up an organization: what is written, what is kept, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import set_up
from tests.api.venue import OPEN, Venue, uid

SCHEDULE = "weekly { weekday start end } exceptions { date periods { start end } } slots { startDate endDate }"
RESOURCE = """
  id name type capacity color publicCalendar hasSchedule bookingStepMinutes minDurationMinutes maxDurationMinutes
  preparationMinutes noticeMinutes horizonDays parent { id } user { id } location { id } children { name }
"""
READ = f"query ($id: ID!) {{ resource(id: $id) {{ {RESOURCE} schedule {{ {SCHEDULE} }} }} }}"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def _put(venue: Venue, record: str, token: str | None = None, selection: str = "id", **given: Any) -> Any:
    field = f"upsert{record[0].upper()}{record[1:]}"
    document = set_up(field, record, selection)
    return await venue.gateway.data(document, token or venue.desk, input=given)


async def _resource(venue: Venue, **given: Any) -> Any:
    return await _put(
        venue, "resource", selection=RESOURCE, **{"locationId": venue.location, "name": "R", "type": "ROOM", **given}
    )


async def _read(venue: Venue, key: str, token: str | None = None) -> Any:
    return await venue.gateway.data(READ, token or venue.desk, id=key)


async def test_a_record_without_an_id_gets_one_and_is_found_by_it(venue: Venue) -> None:
    key = (await _put(venue, "user", organizationId=venue.club, name="Ann"))["user"]["id"]

    assert await venue.gateway.data(NODES, venue.desk, ids=[key]) == [{"__typename": "User", "id": key}]


async def test_the_same_id_again_updates(venue: Venue) -> None:
    given = {"id": uid("ann"), "organizationId": venue.club, "email": "Ann@Example.com", "about": "New here."}
    await _put(venue, "user", **given)

    saved = await _put(venue, "user", selection="id name email about", **{**given, "name": "Ann", "about": None})

    assert saved["user"] == {"id": uid("ann"), "name": "Ann", "email": "ann@example.com", "about": None}


@pytest.mark.parametrize("record", ["user", "location", "resource", "externalService", "organization", "blocker"])
async def test_an_id_that_another_record_has_is_refused(venue: Venue, record: str) -> None:
    span = {"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T09:00:00Z"}
    given: dict[str, dict[str, Any]] = {
        "user": {"organizationId": venue.club},
        "location": {"organizationId": venue.club, "name": "n", "timezone": "UTC"},
        "resource": {"locationId": venue.location, "name": "n", "type": "ROOM"},
        "externalService": {"organizationId": venue.club, "name": "n"},
        "organization": {"name": "n"},
        "blocker": {"resourceId": venue.court, **span},
    }
    other = venue.jane if record != "user" else venue.court

    answer = await _put(venue, record, venue.admin, id=other, **given[record])

    assert (answer["__typename"], answer["path"]) == ("InvalidInput", ["input", "id"])


@pytest.mark.decision(14)
async def test_nothing_is_set_up_in_anothers_organization(venue: Venue) -> None:
    token = venue.foreigner
    span = {"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T09:00:00Z"}
    answers = [
        await _put(venue, "organization", token, id=venue.club, name="Mine"),
        await _put(venue, "organization", token, name="New"),
        await _put(venue, "location", token, organizationId=venue.club, name="n", timezone="UTC"),
        await _put(venue, "externalService", token, organizationId=venue.club, name="n"),
        await _put(venue, "user", token, organizationId=venue.club),
        await _put(venue, "resource", token, locationId=venue.location, name="n", type="ROOM"),
        await _put(venue, "blocker", token, resourceId=venue.court, **span),
        await _put(venue, "schedule", token, "weekly { weekday }", resourceId=venue.court, weekly=[]),
    ]

    assert [answer["code"] for answer in answers] == [
        *["ORGANIZATION_ACCESS_DENIED"] * 5,
        "LOCATION_NOT_FOUND",
        "RESOURCE_NOT_FOUND",
        "RESOURCE_NOT_FOUND",
    ]


@pytest.mark.decision(14)
@pytest.mark.parametrize("record", ["user", "location", "resource", "externalService", "blocker"])
async def test_whose_and_of_what_an_id_is_that_is_taken_is_not_told(venue: Venue, record: str) -> None:
    span = {"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T09:00:00Z"}
    given: dict[str, dict[str, Any]] = {
        "user": {"organizationId": venue.other_club},
        "location": {"organizationId": venue.other_club, "name": "n", "timezone": "UTC"},
        "resource": {"locationId": uid("other_club location"), "name": "n", "type": "ROOM"},
        "externalService": {"organizationId": venue.other_club, "name": "n"},
        "blocker": {"resourceId": venue.foreign_court, **span},
    }
    booking = (await venue.book())["booking"]["id"]
    block = (await _put(venue, "blocker", resourceId=venue.court, **span))["blocker"]["id"]

    answers = [
        await _put(venue, record, venue.foreigner, id=other, **given[record])
        for other in (venue.jane, venue.court, venue.location, venue.service, venue.club, booking, block)
    ]

    assert (answers[0]["__typename"], answers[0]["path"]) == ("InvalidInput", ["input", "id"])
    assert all(answer == answers[0] for answer in answers)


async def test_a_services_token_sets_up_nothing(venue: Venue) -> None:
    token = await venue.gateway.token(venue.club, service=venue.service)

    assert (await _put(venue, "user", token, organizationId=venue.club))["code"] == "ORGANIZATION_ACCESS_DENIED"
    renamed = await _put(venue, "organization", token, id=venue.club, name="Mine")
    assert renamed["code"] == "ORGANIZATION_ACCESS_DENIED"


async def test_an_organization_is_renamed_by_its_own_token_and_created_by_administrators_alone(venue: Venue) -> None:
    assert (await _put(venue, "organization", selection="name", id=venue.club, name="Club 2"))["organization"] == {
        "name": "Club 2"
    }
    assert (await _put(venue, "organization", name="New"))["code"] == "ORGANIZATION_ACCESS_DENIED"
    assert (await _put(venue, "organization", venue.admin, name="New"))["organization"]["id"]


async def test_everything_wrong_with_a_resource_is_said_at_once(venue: Venue) -> None:
    answer = await _resource(
        venue, name=" ", capacity=0, color="red", bookingStepMinutes=0, minDurationMinutes=60, maxDurationMinutes=30
    )

    assert [issue["path"][1] for issue in answer["issues"]] == [
        "name",
        "capacity",
        "color",
        "bookingStepMinutes",
        "minDurationMinutes",
    ]


@pytest.mark.feature(40)
async def test_a_resource_keeps_what_was_said_of_it(venue: Venue) -> None:
    given = {
        "id": uid("lab"),
        "name": "Lab",
        "type": "OFFICE",
        "capacity": 3,
        "color": "#0a0B0c",
        "publicCalendar": False,
        "bookingStepMinutes": 15,
        "minDurationMinutes": 30,
        "maxDurationMinutes": 240,
        "preparationMinutes": 10,
        "noticeMinutes": 60,
        "horizonDays": 90,
    }

    await _resource(venue, parentId=venue.room, userId=venue.jane, **given)

    stored = await _read(venue, uid("lab"))
    assert {name: stored[name] for name in given} == given
    assert (stored["parent"], stored["user"], stored["schedule"]) == ({"id": venue.room}, {"id": venue.jane}, None)


async def test_what_is_left_out_of_a_resource_is_set_to_its_default(venue: Venue) -> None:
    await _resource(venue, id=uid("lab"), capacity=3, color="#010203", noticeMinutes=5, parentId=venue.room)

    saved = (await _resource(venue, id=uid("lab")))["resource"]

    assert (saved["capacity"], saved["color"], saved["noticeMinutes"], saved["parent"]) == (1, None, None, None)


@pytest.mark.decision(17)
async def test_staff_are_private_unless_said_so(venue: Venue) -> None:
    defaults = [(await _resource(venue, type=kind))["resource"]["publicCalendar"] for kind in ("STAFF", "ROOM")]
    said = (await _resource(venue, type="STAFF", publicCalendar=True))["resource"]["publicCalendar"]

    assert (defaults, said) == ([False, True], True)


async def test_parts_of_a_resource_are_listed_by_name_to_any_depth(venue: Venue) -> None:
    for name, parent in (("b", venue.room), ("a", venue.room), ("aa", uid("part a"))):
        await _resource(venue, id=uid(f"part {name}"), name=name, parentId=parent)

    assert [child["name"] for child in (await _read(venue, venue.room))["children"]] == ["a", "b"]
    assert [child["name"] for child in (await _read(venue, uid("part a")))["children"]] == ["aa"]


async def test_a_resource_is_no_part_of_itself(venue: Venue) -> None:
    await _resource(venue, id=uid("part"), parentId=venue.room)

    own = await _resource(venue, id=venue.room, parentId=venue.room, type="ROOM", capacity=4)
    around = await _resource(venue, id=venue.room, parentId=uid("part"), type="ROOM", capacity=4)
    foreign = await _resource(venue, id=venue.room, parentId=venue.foreign_court, type="ROOM", capacity=4)

    assert [answer["path"] for answer in (own, around, foreign)] == [["input", "parentId"]] * 3


@pytest.mark.decision(6)
async def test_a_capacity_below_what_is_booked_is_refused_with_the_conflicts(venue: Venue) -> None:
    for _ in range(3):
        await venue.book()

    answer = await _resource(venue, id=venue.room, capacity=2)

    assert (answer["code"], answer["path"]) == ("COURT_BOOKING_OVERLAP", ["input", "capacity"])
    assert answer["conflicts"] == [{"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T09:00:00Z"}]
    assert (await _read(venue, venue.room))["capacity"] == 4
    assert (await _resource(venue, id=venue.room, capacity=3))["resource"]["capacity"] == 3


@pytest.mark.feature(70)
async def test_a_schedule_is_read_as_it_was_written(venue: Venue) -> None:
    given: dict[str, Any] = {
        "weekly": [{"weekday": "FRIDAY", "start": "20:00", "end": "02:00"}, *OPEN[:1]],
        "exceptions": [
            {"date": "2026-12-24", "periods": []},
            {"date": "2026-12-31", "periods": [{"start": "10:00", "end": "00:00"}]},
        ],
        "slots": [{"startDate": "2026-05-01T08:00:00Z", "endDate": "2026-05-01T09:30:00Z"}],
    }

    saved = await _put(venue, "schedule", selection=SCHEDULE, resourceId=venue.court, **given)

    assert saved["schedule"] == given
    assert (await _read(venue, venue.court))["schedule"] == given
    assert (await _read(venue, venue.court))["hasSchedule"] is True


@pytest.mark.feature(66)
@pytest.mark.feature(70)
async def test_a_schedule_of_nothing_is_none(venue: Venue) -> None:
    await _put(venue, "schedule", selection=SCHEDULE, resourceId=venue.court)

    stored = await _read(venue, venue.court)
    assert (stored["hasSchedule"], stored["schedule"]) == (False, None)


async def test_everything_wrong_with_a_schedule_is_said_at_once(venue: Venue) -> None:
    day = {"date": "2026-12-24", "periods": []}
    reversed_slot = {"startDate": "2026-05-01T08:00:00Z", "endDate": "2026-05-01T08:00:00Z"}

    answer = await _put(
        venue, "schedule", selection=SCHEDULE, resourceId=venue.court, exceptions=[day, day], slots=[reversed_slot]
    )

    assert [(issue["code"], issue["path"]) for issue in answer["issues"]] == [
        ("DUPLICATE_ENTRIES_PROVIDED", ["input", "exceptions", "1", "date"]),
        ("INVALID_TIME_RANGE", ["input", "slots", "0", "endDate"]),
    ]


@pytest.mark.feature(61)
async def test_a_block_stands_until_it_is_deleted(venue: Venue) -> None:
    span = {"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T10:00:00Z"}
    block = {"id": uid("block"), "resourceId": venue.court, "title": "Repair", **span}
    await _put(venue, "blocker", **block)
    document = set_up("deleteBlocker", "blocker", "id title startDate resource { id }")

    async def shown(token: str | None) -> list[str]:
        events = (await venue.calendar(token, venue.court, types=["BLOCKER"]))["events"]
        return [event["displayLabel"] for event in events]

    assert [await shown(venue.desk), await shown(None)] == [["Repair"], ["Blocked"]]
    denied = await venue.gateway.data(document, venue.foreigner, input={"id": uid("block")})
    assert denied["code"] == "BLOCKER_NOT_FOUND"
    gone = await venue.gateway.data(document, venue.desk, input={"id": uid("block")})
    assert gone["blocker"] == {
        "id": uid("block"),
        "title": "Repair",
        "startDate": span["startDate"],
        "resource": {"id": venue.court},
    }
    assert await shown(venue.desk) == []
    assert (await venue.gateway.data(document, venue.desk, input={"id": uid("block")}))["code"] == "BLOCKER_NOT_FOUND"


async def test_a_block_ends_after_it_starts(venue: Venue) -> None:
    span = {"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T08:00:00Z"}

    answer = await _put(venue, "blocker", resourceId=venue.court, **span)

    assert (answer["code"], answer["path"]) == ("INVALID_TIME_RANGE", ["input", "endDate"])
