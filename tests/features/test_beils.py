"""Beils: a salon's agenda and its own bookings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.documents import BOOKINGS, CALENDAR, DELETE, UPSERT, set_up
from tests.api.venue import Venue, uid
from tests.features.asking import at, desk_wrote, filtered, issues, outcome, partner_wrote, refused, span

CUT = {"type": "SERVICE", "id": uid("cut")}
GUEST = [{"email": "a@example.com"}]


@pytest.mark.feature(41)
async def test_a_cookie_stands_for_the_header_on_our_own_site_alone(venue: Venue) -> None:
    cookie = f"auth_token={venue.desk}"
    host = str(venue.gateway.client.make_url("/").authority)

    for headers, status in (
        ({"Cookie": cookie}, 200),
        ({"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Cookie": cookie, "Origin": f"http://{host}"}, 200),
        ({"Cookie": cookie, "Sec-Fetch-Site": "cross-site"}, 401),
        ({"Cookie": cookie, "Sec-Fetch-Site": "same-site"}, 401),
        ({"Cookie": cookie, "Origin": "https://evil.example"}, 401),
        ({"Cookie": cookie, "Origin": "null"}, 401),
        ({"Cookie": "auth_token=bg_000000000000_x"}, 401),
        ({"Cookie": f"token={venue.desk}"}, 401),
        ({"Cookie": "auth_token="}, 401),
        ({"Cookie": "auth_token=x", "Authorization": f"Bearer {venue.desk}"}, 200),
        ({"Cookie": cookie, "Authorization": "Bearer x"}, 401),
    ):
        response = await venue.gateway.send(BOOKINGS, None, None, **headers)
        assert response.status == status, headers


@pytest.mark.feature(42)
async def test_an_agenda_has_the_bookings_of_its_local_dates_both_included(venue: Venue) -> None:
    """Midnight in Berlin is 22:00 UTC in April."""
    for name, day, start, end in (
        ("before", "2026-04-14", "21:59", "22:30"),
        ("first", "2026-04-14", "22:00", "22:30"),
        ("noon", "2026-04-15", "10:00", "11:00"),
        ("last", "2026-04-16", "21:59:59.999999", "22:30"),
        ("after", "2026-04-16", "22:00", "22:30"),
    ):
        await desk_wrote(venue, name, "08:00", "09:00", **span(start, end, day))

    assert await filtered(venue, agenda={"start": "2026-04-15", "end": "2026-04-16"}) == ["first", "noon", "last"]
    assert await filtered(venue, agenda={"start": "2026-04-15", "end": "2026-04-15"}) == ["first", "noon"]
    assert await filtered(venue, agenda={"start": "2026-04-18", "end": "2026-04-18"}) == []
    assert len(await filtered(venue, agenda={})) == 5
    assert len(await filtered(venue, agenda={"start": None, "end": None})) == 5


@pytest.mark.feature(42)
async def test_each_location_has_its_own_midnight(venue: Venue) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        place = {"id": uid(zone), "organizationId": venue.club, "name": zone, "timezone": zone}
        await venue.gateway.data(set_up("upsertLocation", "location"), venue.admin, input=place)
        room = {"id": uid(f"room {zone}"), "locationId": uid(zone), "name": zone, "type": "ROOM"}
        await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=room)
        await desk_wrote(venue, zone, "10:00", "11:00", resourceId=uid(f"room {zone}"))
    await desk_wrote(venue, "Europe/Berlin", "10:00", "11:00")

    for day, found in (
        ("2026-04-14", ["Pacific/Pago_Pago"]),
        ("2026-04-15", ["Europe/Berlin"]),
        ("2026-04-16", ["Pacific/Kiritimati"]),
    ):
        page = await venue.gateway.data(BOOKINGS, venue.desk, filter={"agenda": {"start": day, "end": day}})
        assert [(node["title"], node["localDate"]) for node in page["nodes"]] == [(name, day) for name in found]


@pytest.mark.feature(42)
@pytest.mark.parametrize(
    ("agenda", "code", "path"),
    [
        ({"start": "2026-04-15"}, "invalid_schema", ["filter", "agenda"]),
        ({"end": "2026-04-15"}, "invalid_schema", ["filter", "agenda"]),
        ({"start": "2026-04-15", "end": None}, "invalid_schema", ["filter", "agenda"]),
        ({"start": "2026-04-16", "end": "2026-04-15"}, "invalid_filter_time_range", ["filter", "agenda", "end"]),
        ({"start": "15.04.2026", "end": "2026-04-15"}, "invalid_schema", ["filter", "agenda", "start"]),
        ({"start": "2026-02-29", "end": "2026-03-01"}, "invalid_schema", ["filter", "agenda", "start"]),
        ({"start": "9999-12-31", "end": "9999-12-31"}, "invalid_filter_time_range", ["filter", "agenda"]),
    ],
)
async def test_half_an_agenda_or_a_reversed_one_is_refused(
    venue: Venue, agenda: dict[str, Any], code: str, path: list[str]
) -> None:
    assert await refused(venue, venue.desk, filter={"agenda": agenda}) == (code, path)


@pytest.mark.feature(43)
async def test_bookings_are_found_by_their_staff_and_by_their_client(venue: Venue) -> None:
    await desk_wrote(venue, "one", "08:00", "09:00", staffId=venue.john, ownerId=venue.jane)
    await desk_wrote(venue, "two", "09:00", "10:00", staffId=venue.john)
    await desk_wrote(venue, "three", "10:00", "11:00", ownerId=venue.jane)

    assert await filtered(venue, staffId=venue.john) == ["one", "two"]
    assert await filtered(venue, ownerId=venue.jane) == ["one", "three"]
    assert await filtered(venue, ownerId=venue.jane, staffId=venue.john) == ["one"]
    for nobody in (venue.jane, venue.stranger, uid("nothing"), "no uuid"):
        assert await filtered(venue, staffId=nobody) == []


@pytest.mark.feature(45, 47)
async def test_a_booking_shows_what_an_agenda_shows(venue: Venue) -> None:
    given: dict[str, Any] = {
        "startDate": "2026-04-15T10:30:00+02:00", "endDate": None, "duration": 45, "ownerId": venue.jane,
        "staffId": venue.john, "item": CUT, "notes": "Window seat", "status": "REQUESTED",
    }  # fmt: skip
    await desk_wrote(venue, "cut", "08:00", "09:00", **given)

    node = (await venue.gateway.data(BOOKINGS, venue.desk))["nodes"][0]

    shown = {
        "startDate": "2026-04-15T08:30:00Z", "endDate": "2026-04-15T09:15:00Z", "localDate": "2026-04-15",
        "localStartTime": "10:30", "localEndTime": "11:15", "duration": 45, "timezone": "Europe/Berlin", "item": CUT,
        "status": "REQUESTED", "notes": "Window seat", "owner": {"id": venue.jane, "name": "Jane", "surname": "Doe"},
        "staff": {"id": venue.john, "name": "John"}, "createdAt": "2026-04-13T08:00:00Z",
        "updatedAt": "2026-04-13T08:00:00Z",
    }  # fmt: skip
    assert {name: node[name] for name in shown} == shown


@pytest.mark.feature(45, 50)
async def test_staff_are_assigned_and_unassigned(venue: Venue) -> None:
    booking = await desk_wrote(venue, "cut", "08:00", "09:00", staffId=venue.john, item=CUT)

    kept = await desk_wrote(venue, "cut", "08:00", "09:00", id=booking["id"])
    freed = await desk_wrote(venue, "cut", "08:00", "09:00", id=booking["id"], staffId=None)

    assert (kept["staff"]["id"], kept["version"]) == (venue.john, 1)
    assert (freed["staff"], freed["version"], freed["item"]) == (None, 2, CUT)
    assert await desk_wrote(venue, "elsewhere", "08:00", "09:00", staffId=venue.john, resourceId=venue.hall)


@pytest.mark.feature(47)
async def test_times_are_stored_and_answered_in_utc_whatever_their_offset(venue: Venue) -> None:
    times = {"startDate": "2026-04-15T05:00:00.25-03:30", "endDate": "2026-04-15T15:15:00.5+05:45"}
    booking = await desk_wrote(venue, "far", "08:00", "09:00", **times)

    assert (booking["startDate"], booking["endDate"]) == ("2026-04-15T08:30:00.250000Z", "2026-04-15T09:30:00.500000Z")
    assert await filtered(venue, startDate={"gte": "2026-04-15T10:30:00.25+02:00"}) == ["far"]
    assert await filtered(venue, startDate={"gte": "2026-04-15T10:30:00.250001+02:00"}) == []


@pytest.mark.feature(48, 15)
@pytest.mark.decision(17, 19)
async def test_without_a_token_everything_but_the_public_is_unauthorised(venue: Venue) -> None:
    requests: dict[str, dict[str, Any]] = {
        BOOKINGS: {},
        "{ users { totalCount } }": {},
        "query ($id: ID!) { node(id: $id) { id } }": {"id": venue.room},
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }": {"ids": []},
        "query ($id: ID!) { booking(ref: {id: $id}) { id } }": {"id": venue.room},
        UPSERT: {"input": venue.partner_input()},
        DELETE: {"input": {"id": venue.room}},
        set_up("upsertUser", "user"): {"input": {"organizationId": venue.club}},
    }
    for document, variables in requests.items():
        response = await venue.gateway.send(document, variables)
        assert response.status == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        errors = (await response.json())["errors"]
        assert [error["extensions"]["code"] for error in errors] == ["missing_api_token"]
    mixed = await venue.gateway.send("{ locations { totalCount } users { totalCount } }")
    assert mixed.status in (200, 401)
    assert [error["extensions"]["code"] for error in (await mixed.json())["errors"]] == ["missing_api_token"]
    public = await venue.gateway.send(CALENDAR, {"resourceIds": [venue.room]})
    assert public.status == 200


@pytest.mark.feature(49, 69)
@pytest.mark.parametrize(
    ("theirs", "status"),
    [("pending", "REQUESTED"), ("confirmed", "ACCEPTED"), ("completed", "COMPLETED"), ("cancelled", "CANCELED"),
     ("no_show", "NO_SHOW")],
)  # fmt: skip
async def test_every_status_of_a_salon_has_its_own(venue: Venue, theirs: str, status: str) -> None:
    for kind in ("SERVICE", "PACK"):
        item = {"type": kind, "id": uid(kind)}
        booking = await desk_wrote(venue, f"{theirs} {kind}", "08:00", "09:00", status=status, item=item)
        assert (booking["status"], booking["item"]) == (status, item)

    assert set(await filtered(venue, statuses=[status])) == {f"{theirs} SERVICE", f"{theirs} PACK"}
    assert await filtered(venue, statuses=["INVITED"]) == []
    assert await filtered(venue, statuses=[]) == []


@pytest.mark.feature(49)
async def test_a_value_of_no_enum_is_refused(venue: Venue) -> None:
    for change in ({"status": "pending"}, {"item": {"type": "service", "id": uid("x")}}):
        given = {"resourceId": venue.room, "participants": [], **span("08:00", "09:00"), **change}
        assert await venue.gateway.codes(UPSERT, venue.desk, input=given) == ["invalid_schema"]


@pytest.mark.feature(50)
async def test_a_salon_writes_reads_changes_and_deletes_its_own_bookings(venue: Venue) -> None:
    created = await venue.book(participants=[{"userId": venue.jane}], duration=30, endDate=None)
    booking = created["booking"]
    assert (created["outcome"], booking["version"], booking["externalService"]) == ("CREATED", 1, None)
    assert booking["endDate"] == at("08:30")

    same = await venue.book(id=booking["id"], participants=[{"userId": venue.jane}], duration=30, endDate=None)
    changed = await venue.book(id=booking["id"], expectedVersion=1, **span("09:00", "10:00"))
    stale = await venue.book(id=booking["id"], expectedVersion=1, title="late")
    assert (same["outcome"], changed["outcome"]) == ("UNCHANGED", "REPLACED")
    assert (stale["code"], stale["storedVersion"], stale["path"]) == (
        "VERSION_CONFLICT", 2, ["input", "expectedVersion"],
    )  # fmt: skip

    wrong = await venue.gateway.data(DELETE, venue.desk, input={"id": booking["id"], "expectedVersion": 1})
    right = await venue.gateway.data(DELETE, venue.desk, input={"id": booking["id"], "expectedVersion": 2})
    again = await venue.gateway.data(DELETE, venue.desk, input={"id": booking["id"]})
    assert [outcome(answer) for answer in (wrong, right, again)] == ["VERSION_CONFLICT", "DELETED", "ALREADY_DELETED"]
    assert (await venue.gateway.data(BOOKINGS, venue.desk))["totalCount"] == 0


@pytest.mark.feature(50, 17)
@pytest.mark.decision(14)
async def test_an_id_that_is_unknown_foreign_or_a_partners_is_not_found(venue: Venue) -> None:
    partners = (await partner_wrote(venue, "a"))["id"]
    foreign = (await desk_wrote(
        venue, "x", "08:00", "09:00", venue.foreigner, resourceId=venue.foreign_court, participants=GUEST
    ))["id"]  # fmt: skip

    answers = [await venue.book(id=booking_id) for booking_id in (uid("nothing"), "no uuid", partners, foreign)]

    assert answers[0]["code"] == "COURT_BOOKING_NOT_FOUND"
    assert answers[0]["path"] == ["input", "id"]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.feature(50)
@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"endDate": None}, "MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION", "input.endDate"),
        ({"duration": 60}, "MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION", "input.endDate"),
        ({"endDate": None, "duration": 0}, "INVALID_TIME_RANGE", "input.duration"),
        ({"endDate": None, "duration": -30}, "INVALID_TIME_RANGE", "input.duration"),
        ({"endDate": None, "duration": 2_000_000_000}, "INVALID_TIME_RANGE", "input.duration"),
        ({"expectedVersion": 1}, "INVALID_SCHEMA", "input.expectedVersion"),
        ({"externalServiceId": uid("club service")}, "INVALID_SCHEMA", "input.externalServiceId"),
        ({"seats": 5}, "INVALID_SCHEMA", "input.seats"),
    ],
)
async def test_an_own_booking_that_breaks_a_rule_is_refused(
    venue: Venue, change: dict[str, Any], code: str, path: str
) -> None:
    assert issues(await venue.book(**change)) == [(code, path)]


@pytest.mark.feature(50)
@pytest.mark.decision(7)
async def test_a_member_of_staff_is_in_one_place_at_a_time(venue: Venue) -> None:
    await desk_wrote(venue, "cut", "08:00", "09:00", staffId=venue.john)

    for other in (venue.room, venue.hall, venue.other_court):
        answer = await venue.book(
            resourceId=other, staffId=venue.john, participants=[{"email": "a@b.example"}], **span("08:30", "09:30")
        )
        assert (answer["code"], answer["path"]) == ("COURT_BOOKING_OVERLAP", ["input", "staffId"])
        assert answer["conflicts"] == [span("08:00", "09:00")]
    assert outcome(await venue.book(resourceId=venue.hall, staffId=venue.john, **span("09:00", "10:00"))) == "CREATED"
    assert outcome(await venue.book(resourceId=venue.hall, staffId=venue.jane, **span("08:30", "09:30"))) == "CREATED"
    assert outcome(await venue.book(staffId=venue.john, status="CANCELED", **span("08:30", "09:30"))) == "CREATED"


@pytest.mark.decision(7)
async def test_bookings_of_one_class_share_their_teacher(venue: Venue) -> None:
    for name in ("one", "two"):
        await desk_wrote(venue, name, "08:00", "09:00", staffId=venue.john)

    assert outcome(await venue.book(staffId=venue.john, **span("08:00", "09:01"))) == "COURT_BOOKING_OVERLAP"


@pytest.mark.decision(7)
async def test_the_person_behind_a_staff_resource_is_that_member_of_staff(venue: Venue) -> None:
    given = {"id": uid("chair"), "locationId": venue.location, "name": "John", "type": "STAFF", "userId": venue.john}
    await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)
    await desk_wrote(venue, "chair", "08:00", "09:00", resourceId=uid("chair"))
    await desk_wrote(venue, "room", "10:00", "11:00", staffId=venue.john)

    in_the_room = await venue.book(staffId=venue.john, **span("08:30", "09:30"))
    in_the_chair = await venue.book(resourceId=uid("chair"), **span("10:30", "11:30"))

    assert (in_the_room["code"], in_the_room["conflicts"]) == ("COURT_BOOKING_OVERLAP", [span("08:00", "09:00")])
    assert (in_the_chair["code"], in_the_chair["conflicts"]) == ("COURT_BOOKING_OVERLAP", [span("10:00", "11:00")])
