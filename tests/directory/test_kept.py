"""What is kept takes no more than its room, and only where it may be used."""

from __future__ import annotations

from dataclasses import replace

from domain.records import User, Viewer
from storage.access import Access
from storage.database import Database
from storage.directory import ENTRY, NOTHING, Directory, Kind, size_of, size_of_flat
from storage.users import USERS
from tests.api.clients import NOW
from tests.api.documents import set_up
from tests.api.venue import Venue
from tests.directory.relations import READS

TEXTS: Kind[int, str] = Kind(100_000)


def test_the_oldest_makes_room_for_the_newest() -> None:
    kept = Directory("v").of(TEXTS)
    text = "x" * 1_000

    for key in range(1_000):
        kept.keep(key, text)
        assert kept.get(key) == text
        assert len(kept) * (size_of(text) + ENTRY) <= 100_000

    assert list(kept) == list(range(1_000 - len(kept), 1_000))
    assert (len(kept) + 1) * (size_of(text) + ENTRY) > 100_000


def test_what_would_take_the_room_of_many_is_not_kept() -> None:
    kept = Directory("v").of(TEXTS)
    kept.keep(1, "small")

    kept.keep(2, "x" * 20_000)

    assert list(kept) == [1]


def test_what_is_kept_already_stays() -> None:
    """Two requests of one version may have read the same."""
    kept = Directory("v").of(TEXTS)
    for _ in range(1_000):
        kept.keep(1, "x" * 1_000)

    kept.keep(2, "y")

    assert list(kept) == [1, 2]


def test_without_a_version_nothing_is_kept() -> None:
    NOTHING.of(TEXTS).keep(1, "x")

    assert not NOTHING.of(TEXTS)


def test_a_record_is_weighed_with_all_that_is_in_it() -> None:
    small, large = User("i", "o"), User("i", "o", about="x" * 1_000)

    assert size_of(large) - size_of(small) > 900
    assert size_of((large, [large])) > 2 * size_of(large)
    assert 0 < size_of_flat(large) <= size_of(large)


async def test_only_a_query_of_which_it_is_known_what_it_reads_uses_what_is_kept(database: Database) -> None:
    access = Access(database, Viewer(), NOW, directory=await database.directory())
    reading = await access.reading(READS)

    reading.kept(TEXTS).keep(1, "x")
    access.kept(TEXTS).keep(2, "x")

    assert reading.kept(TEXTS) == {1: "x"}
    assert access.kept(TEXTS) == {}
    assert (await access.reading({})).kept(TEXTS) == {}


async def test_a_request_goes_on_with_the_version_that_it_began_with(venue: Venue, other: Database) -> None:
    """A request that was slow leaves nothing to those that begin later."""
    viewer = Viewer("t", "t", frozenset({"users:read"}), None)
    slow = await Access(other, viewer, NOW).reading(READS)
    await slow.stored(USERS, [venue.jane])

    for name in ("First", "Second"):
        await _rename(venue, name)
        quick = await Access(other, viewer, NOW).reading(READS)
        await slow.stored(USERS, [venue.jane, venue.john])

        assert quick.directory is not slow.directory
        assert (await quick.stored(USERS, [venue.jane]))[venue.jane].name == name
        assert (await quick.stored(USERS, [venue.john]))[venue.john].name == "John"
    assert (await slow.stored(USERS, [venue.jane]))[venue.jane].name == "Jane"
    assert (await replace(slow, reads=None).stored(USERS, [venue.jane]))[venue.jane].name == "Second"


async def _rename(venue: Venue, name: str) -> None:
    given = {"id": venue.jane, "organizationId": venue.club, "name": name}
    await venue.gateway.data(set_up("upsertUser", "user"), venue.admin, input=given)
