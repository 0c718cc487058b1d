"""Many clients, one slot."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from tests.api.documents import BOOKINGS, UPSERT
from tests.api.venue import Venue

CLIENTS = 50


@pytest.mark.feature(22)
async def test_of_fifty_clients_that_want_one_slot_exactly_one_gets_it(venue: Venue) -> None:
    wanted = [
        venue.partner_input(externalBookingId=f"b-{n}", startDate=f"2026-04-15T08:{n % 30:02}:00Z")
        for n in range(CLIENTS)
    ]

    answers = await asyncio.gather(*(venue.gateway.data(UPSERT, venue.partner, input=given) for given in wanted))

    assert Counter(answer["__typename"] for answer in answers) == {
        "UpsertBookingSuccess": 1,
        "BookingOverlap": CLIENTS - 1,
    }
    stored = await venue.gateway.data(BOOKINGS, venue.desk)
    assert stored["totalCount"] == 1


@pytest.mark.feature(17)
async def test_fifty_clients_that_send_the_same_booking_make_one(venue: Venue) -> None:
    answers = await asyncio.gather(*(venue.upsert() for _ in range(CLIENTS)))

    outcomes = Counter(answer.get("outcome", answer["__typename"]) for answer in answers)
    assert outcomes == {"CREATED": 1, "UNCHANGED": CLIENTS - 1}
    assert len({answer["booking"]["id"] for answer in answers}) == 1


@pytest.mark.decision(6)
async def test_a_shared_resource_is_filled_to_its_last_seat_and_no_further(venue: Venue) -> None:
    answers = await asyncio.gather(*(venue.book(title=f"{n}") for n in range(20)))

    assert Counter(answer["__typename"] for answer in answers) == {"UpsertBookingSuccess": 4, "BookingOverlap": 16}


@pytest.mark.decision(7)
async def test_a_member_of_staff_asked_to_many_places_goes_to_one(venue: Venue) -> None:
    places = [venue.room, venue.hall] * 10
    answers = await asyncio.gather(*(venue.book(resourceId=place, staffId=venue.john) for place in places))

    won = [answer["booking"]["resource"]["id"] for answer in answers if answer["__typename"] == "UpsertBookingSuccess"]
    assert len(set(won)) == 1
