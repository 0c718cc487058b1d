"""Holds, over HTTP: what they take, how long, and by whom they are changed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from storage.booking_reading import bookings
from storage.statements import Statement
from storage.sweeper import sweep
from tests.api.clients import Clock
from tests.api.documents import BOOKINGS, set_up
from tests.api.venue import Venue
from tests.writes.changes import kinds
from tests.writes.documents import STATUS, Holds

DAY = 86_400


@pytest.fixture
def holds(venue: Venue) -> Holds:
    return Holds(venue)


async def test_a_hold_takes_its_seats_until_it_expires(holds: Holds, venue: Venue, clock: Clock) -> None:
    answer = await holds.reserve(seats=4, ttlSeconds=60)
    assert answer["booking"]["status"] == "RESERVED"
    assert answer["booking"]["expiresAt"] == "2026-04-13T08:01:00Z"

    clock.advance(seconds=59)
    refused = await venue.book()
    assert refused["conflicts"] == [{"startDate": "2026-04-15T08:00:00Z", "endDate": "2026-04-15T09:00:00Z"}]

    clock.advance(seconds=1)
    assert (await venue.book())["__typename"] == "UpsertBookingSuccess"
    assert await kinds(venue.gateway.database) == ["RESERVED", "EXPIRED", "CREATED"]


async def test_an_expired_hold_of_a_court_gives_way_to_the_database_s_own_wall(
    holds: Holds, venue: Venue, clock: Clock
) -> None:
    await holds.reserved(resourceId=venue.court, ttlSeconds=1)
    clock.advance(seconds=1)

    assert (await venue.upsert())["outcome"] == "CREATED"


async def test_a_hold_becomes_a_booking(holds: Holds, venue: Venue) -> None:
    secret = await holds.reserved(seats=2)

    answer = await holds.confirm(secret, participants=[{"userId": venue.jane}], title="Match", ownerId=venue.john)

    booking = answer["booking"]
    assert (booking["status"], booking["title"], booking["seats"], booking["version"]) == ("ACCEPTED", "Match", 2, 2)
    assert booking["expiresAt"] is None
    assert booking["owner"] == {"id": venue.john}
    assert booking["participants"] == [{"user": {"id": venue.jane}, "email": None}]
    assert [node["id"] for node in (await venue.gateway.data(BOOKINGS, venue.desk))["nodes"]] == [booking["id"]]


async def test_the_same_confirmation_again_is_answered_the_same(holds: Holds, venue: Venue) -> None:
    secret = await holds.reserved()
    people = [{"userId": venue.jane}, {"email": "guest@example.com"}]
    first = await holds.confirm(secret, participants=people, title="Match")

    again = await holds.confirm(secret, participants=people, title="Match")
    other = await holds.confirm(secret, participants=people, title="Other")

    assert again == first
    assert (other["__typename"], other["storedVersion"]) == ("VersionConflict", 2)


async def test_an_expired_hold_cannot_be_confirmed_nor_extended(holds: Holds, clock: Clock) -> None:
    secret = await holds.reserved(ttlSeconds=1)
    clock.advance(seconds=1)

    for answer in (await holds.confirm(secret), await holds.extend(secret, 60)):
        assert (answer["__typename"], answer["code"]) == ("NotFound", "RESERVATION_EXPIRED")
    assert (await holds.release(secret))["booking"]["status"] == "EXPIRED"


async def test_a_clock_that_jumps_back_revives_no_expired_hold(holds: Holds, venue: Venue, clock: Clock) -> None:
    secret = await holds.reserved(seats=4, ttlSeconds=60)
    clock.advance(seconds=60)
    booked = await venue.book(seats=4)
    clock.advance(hours=-1)

    assert (await holds.confirm(secret))["code"] == "RESERVATION_EXPIRED"
    changed = {"id": booked["booking"]["id"], "seats": 3}
    assert (await venue.book(**changed))["booking"]["updatedAt"] == booked["booking"]["updatedAt"]


async def test_a_released_hold_frees_its_seats(holds: Holds, venue: Venue) -> None:
    secret = await holds.reserved(seats=4)

    released = await holds.release(secret)

    assert released["booking"]["status"] == "CANCELED"
    assert await holds.release(secret) == released
    assert (await venue.book())["__typename"] == "UpsertBookingSuccess"
    assert (await holds.confirm(secret))["code"] == "COURT_BOOKING_NOT_FOUND"


async def test_a_confirmed_hold_is_not_released(holds: Holds) -> None:
    secret = await holds.reserved()
    await holds.confirm(secret)

    for answer in (await holds.release(secret), await holds.extend(secret, 60)):
        assert (answer["__typename"], answer["storedVersion"]) == ("VersionConflict", 2)


async def test_a_hold_lives_a_day_at_most_extensions_included(holds: Holds, clock: Clock) -> None:
    secret = await holds.reserved(ttlSeconds=3600)
    clock.advance(minutes=30)

    too_long = await holds.extend(secret, DAY)
    extended = await holds.extend(secret, DAY - 1800)

    assert (too_long["__typename"], too_long["path"]) == ("InvalidInput", ["input", "ttlSeconds"])
    assert extended["booking"]["expiresAt"] == "2026-04-14T08:00:00Z"


@pytest.mark.parametrize("ttl", [0, -1, DAY + 1])
async def test_a_time_to_live_out_of_bounds_is_refused(holds: Holds, ttl: int) -> None:
    secret = await holds.reserved(ttlSeconds=DAY)

    for answer in (await holds.reserve(ttlSeconds=ttl), await holds.extend(secret, ttl)):
        assert [issue["path"] for issue in answer["issues"]] == [["input", "ttlSeconds"]]


async def test_the_same_request_again_is_answered_with_the_same_hold(holds: Holds, venue: Venue) -> None:
    first = await holds.reserve(idempotencyKey="k", seats=3)

    assert await holds.reserve(idempotencyKey="k", seats=3) == first
    other = await holds.reserve(idempotencyKey="k", seats=2)
    assert (other["__typename"], other["path"]) == ("InvalidInput", ["input", "idempotencyKey"])
    by_another = await holds.reserve(venue.blind, idempotencyKey="k", seats=1)
    assert by_another["booking"]["id"] != first["booking"]["id"]
    assert by_another["reservationToken"] != first["reservationToken"]


async def test_a_repeated_request_tells_what_became_of_its_hold(holds: Holds) -> None:
    secret = await holds.reserved(idempotencyKey="k")
    await holds.confirm(secret)

    again = await holds.reserve(idempotencyKey="k")

    assert (again["booking"]["status"], again["reservationToken"]) == ("ACCEPTED", secret)


async def test_requests_without_a_key_are_different_requests(holds: Holds) -> None:
    assert await holds.reserved() != await holds.reserved()


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_an_idempotency_key_out_of_bounds_is_refused(holds: Holds, key: str) -> None:
    assert (await holds.reserve(idempotencyKey=key))["path"] == ["input", "idempotencyKey"]


async def test_a_blocker_stands_in_the_way_of_a_hold_but_not_of_an_upsert(holds: Holds, venue: Venue) -> None:
    blocked = {"startDate": "2026-04-15T08:30:00Z", "endDate": "2026-04-15T10:00:00Z"}
    given = {"resourceId": venue.room, **blocked}
    await venue.gateway.data(set_up("upsertBlocker", "blocker"), venue.desk, input=given)

    assert (await holds.reserve())["conflicts"] == [blocked]
    assert (await venue.book())["__typename"] == "UpsertBookingSuccess"
    assert (await holds.reserve(endDate="2026-04-15T08:30:00Z"))["__typename"] == "ReserveBookingSuccess"


async def test_a_hold_takes_its_member_of_staff(holds: Holds, venue: Venue, clock: Clock) -> None:
    await holds.reserved(staffId=venue.john, ttlSeconds=60)
    elsewhere = {"resourceId": venue.hall, "staffId": venue.john}

    assert (await venue.book(**elsewhere))["path"] == ["input", "staffId"]
    clock.advance(seconds=60)
    assert (await venue.book(**elsewhere))["__typename"] == "UpsertBookingSuccess"


async def test_a_hold_with_foreign_staff_or_resource_is_refused(holds: Holds, venue: Venue) -> None:
    assert (await holds.reserve(staffId=venue.stranger))["code"] == "USER_ACCESS_DENIED"
    assert (await holds.reserve(resourceId=venue.foreign_court))["code"] == "COURT_NOT_FOUND"


async def test_what_is_wrong_with_a_hold_is_told_at_once(holds: Holds) -> None:
    answer = await holds.reserve(endDate="2026-04-15T07:00:00Z", seats=0, ttlSeconds=0)

    assert [issue["path"][-1] for issue in answer["issues"]] == ["endDate", "seats", "ttlSeconds"]


async def test_a_confirmation_is_held_to_the_rules_of_a_booking(holds: Holds, venue: Venue) -> None:
    secret = await holds.reserved(resourceId=venue.court)

    nobody = await holds.confirm(secret)
    strange = await holds.confirm(secret, participants=[{"userId": venue.stranger}])
    done = await holds.confirm(secret, participants=[{"userId": venue.jane}], status="COMPLETED")
    still = await holds.confirm(secret, participants=[{"userId": venue.jane}], status="RESERVED")

    assert [answer["path"][1] for answer in (nobody, strange, done, still)] == [
        "participants",
        "participants",
        "status",
        "status",
    ]
    assert (await holds.confirm(secret, participants=[{"email": "A@example.com"}]))["booking"]["status"] == "ACCEPTED"


async def test_what_is_wrong_with_a_confirmation_is_told_before_that_its_hold_is_unknown(holds: Holds) -> None:
    answer = await holds.confirm("hold_unknown", participants=[{}], status="RESERVED")

    assert [issue["path"] for issue in answer["issues"]] == [["input", "participants", "0"], ["input", "status"]]


async def test_a_hold_that_is_over_and_booked_after_all_expires_no_more(holds: Holds, venue: Venue) -> None:
    released = (await holds.release(await holds.reserved()))["booking"]

    assert (await venue.book(id=released["id"], status="ACCEPTED"))["outcome"] == "REPLACED"
    (node,) = (await venue.gateway.data("{ bookings { nodes { status expiresAt } } }", venue.desk))["nodes"]
    assert node == {"status": "ACCEPTED", "expiresAt": None}


async def test_only_the_secret_changes_a_hold(holds: Holds, venue: Venue) -> None:
    booking = (await holds.reserve())["booking"]

    given = {"ref": {"id": booking["id"]}, "status": "CANCELED"}
    by_status = await venue.gateway.data(STATUS, venue.desk, input=given)
    by_upsert = await venue.book(id=booking["id"])
    by_delete = await venue.gateway.data(
        "mutation ($id: ID!) { deleteBooking(input: {id: $id}) { __typename } }", venue.desk, id=booking["id"]
    )

    assert {answer["__typename"] for answer in (by_status, by_upsert, by_delete)} == {"InvalidInput"}
    for answer in (await holds.confirm("hold_guess"), await holds.release(booking["id"])):
        assert answer["code"] == "COURT_BOOKING_NOT_FOUND"


async def test_another_s_secret_is_unknown(holds: Holds, venue: Venue) -> None:
    secret = await holds.reserved()

    for token in (venue.foreigner, venue.partner):
        assert (await holds.confirm(secret, token))["code"] == "COURT_BOOKING_NOT_FOUND"
    assert (await holds.confirm(secret))["__typename"] == "ConfirmReservationSuccess"


async def test_a_service_confirms_its_own_hold(holds: Holds, venue: Venue) -> None:
    held = await holds.reserve(venue.partner)

    confirmed = await holds.confirm(held["reservationToken"], venue.partner, participants=[{"userId": venue.jane}])

    assert confirmed["booking"]["externalService"] == {"id": venue.service}
    assert confirmed["booking"]["participants"] == [{"user": {"id": venue.jane}, "email": None}]


async def test_holds_need_the_scope_to_write(venue: Venue) -> None:
    reader = await venue.gateway.token(venue.club, scopes=["bookings:read"])
    documents = {
        "reserveBooking": '{resourceId: "r", startDate: "2026-04-15T08:00:00Z", duration: 60}',
        "extendReservation": '{reservationToken: "t", ttlSeconds: 1}',
        "confirmReservation": '{reservationToken: "t", participants: []}',
        "releaseReservation": '{reservationToken: "t"}',
    }
    for field, given in documents.items():
        query = f"mutation {{ {field}(input: {given}) {{ __typename }} }}"
        assert await venue.gateway.codes(query, reader) == ["scope_permission_denied"]
        assert await venue.gateway.codes(query) == ["missing_api_token"]


async def test_a_dry_run_of_a_hold_answers_the_same_and_stores_nothing(holds: Holds, venue: Venue) -> None:
    tried = await holds.reserve(seats=4, idempotencyKey="k", dry_run=True)
    assert (tried["booking"]["status"], await kinds(venue.gateway.database)) == ("RESERVED", [])

    done = await holds.reserve(seats=4, idempotencyKey="k")
    secret = done["reservationToken"]
    assert secret == tried["reservationToken"]
    for answer in (
        await holds.extend(secret, 60, dry_run=True),
        await holds.confirm(secret, dry_run=True),
        await holds.release(secret, dry_run=True),
    ):
        assert answer["booking"]["version"] == 2
    assert await kinds(venue.gateway.database) == ["RESERVED"]


async def test_the_sweeper_marks_what_has_expired_and_records_it_once(holds: Holds, venue: Venue, clock: Clock) -> None:
    for ttl in (1, 2, 3):
        await holds.reserved(ttlSeconds=ttl)
    clock.advance(seconds=2)
    database = venue.gateway.database

    assert [await sweep(database, clock.now), await sweep(database, clock.now)] == [2, 0]

    assert await kinds(database) == ["RESERVED"] * 3 + ["EXPIRED"] * 2
    assert await _statuses(venue) == ["EXPIRED", "EXPIRED", "RESERVED"]


async def test_a_hold_that_is_marked_is_the_same_as_one_that_is_not(holds: Holds, clock: Clock, venue: Venue) -> None:
    secret = await holds.reserved(ttlSeconds=1)
    clock.advance(seconds=1)
    await sweep(venue.gateway.database, clock.now)

    assert (await holds.confirm(secret))["code"] == "RESERVATION_EXPIRED"


async def test_only_a_hash_of_the_secret_is_stored(holds: Holds, venue: Venue) -> None:
    secret = await holds.reserved(idempotencyKey="order 17")
    rows = await venue.gateway.database.fetch(Statement(select(bookings)))
    text = str(rows)

    assert secret not in text
    assert secret.removeprefix("hold_") not in text
    assert "order 17" not in text


async def _statuses(venue: Venue) -> list[Any]:
    filters = {"statuses": ["RESERVED", "EXPIRED"]}
    page = await venue.gateway.data(BOOKINGS, venue.desk, filter=filters)
    return sorted(node["status"] for node in page["nodes"])
