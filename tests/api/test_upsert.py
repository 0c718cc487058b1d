"""Upserts and deletes by a partner, by the rules of Wingfield."""

from __future__ import annotations

import pytest

from tests.api.venue import Venue


@pytest.mark.feature(17)
async def test_an_upsert_creates_a_booking(venue: Venue) -> None:
    answer = await venue.upsert(title="Match")

    assert answer["__typename"] == "UpsertBookingSuccess", answer
    assert answer["outcome"] == "CREATED"
    booking = answer["booking"]
    assert booking["version"] == 1
    assert (booking["localDate"], booking["localStartTime"], booking["duration"]) == ("2026-04-15", "10:00", 60)
    assert booking["participants"][0]["user"] == {"id": venue.jane, "name": None}
