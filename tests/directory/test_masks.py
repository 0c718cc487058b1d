"""What is kept is unmasked; everybody sees of it what they would see of the store, whoever asked first."""

from __future__ import annotations

from itertools import product

from storage.directory import Directory
from tests.api.documents import set_up
from tests.api.venue import Venue
from tests.directory.relations import answers, cached, uncached, viewers_of


async def test_whoever_asks_sees_its_own_whoever_asked_before(venue: Venue) -> None:
    database, viewers = venue.gateway.database, await viewers_of(venue)
    private = {"id": venue.room, "locationId": venue.location, "name": "Private", "type": "ROOM"}
    for given in (
        {**private, "publicCalendar": False, "userId": venue.jane},
        {"locationId": venue.location, "name": "Corner", "type": "ROOM", "parentId": venue.room},
    ):
        await venue.gateway.data(set_up("upsertResource", "resource"), venue.admin, input=given)
    expected = [await answers(venue, uncached(database, viewer)) for viewer in viewers]
    seen = {repr(answer) for answer in expected}
    assert len(seen) >= 5, "else viewers are compared who see the same"

    for first, (second, answer) in product(viewers, zip(viewers, expected, strict=True)):
        directory = Directory("fresh")
        await answers(venue, await cached(database, first, directory))

        assert await answers(venue, await cached(database, second, directory)) == answer, (first, second)
