"""What a viewer may see, as pure rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import privacy
from domain.records import Booking, User, Viewer
from tests.domain.test_bookings import draft, stored

SCOPES = ("bookings:read", "bookings:write", "users:read", "users:write", "resources:read", "resources:write")
PEOPLE = ("owner_id", "owner_membership_id", "staff_id")
CONTENT = ("title", "notes", "item", "payment", "external_booking_id", "external_updated_at")


def booking() -> Booking:
    """A partner's booking with people and content."""
    made = stored(draft(given={"title": "Match", "notes": "n", "owner_id": "jane", "staff_id": "john"})).booking
    assert made is not None
    return made._replace(owner_membership_id="m")


def viewer(*scopes: str, organization: str = "club", service: str | None = None) -> Viewer:
    """A token of an organization."""
    return Viewer("token", "name", frozenset(scopes), frozenset({organization}), service)


@pytest.mark.decision(17)
def test_nobody_sees_more_than_id_status_times_and_seats() -> None:
    seen = privacy.booking_as_seen(Viewer(), booking())

    assert {getattr(seen, name) for name in (*PEOPLE, *CONTENT)} == {None}
    assert seen.participants == ()
    assert (seen.id, seen.status, seen.seats, seen.start_date) == (
        booking().id,
        booking().status,
        booking().seats,
        booking().start_date,
    )


@pytest.mark.decision(18)
def test_who_may_read_bookings_sees_their_content_and_not_their_people() -> None:
    seen = privacy.booking_as_seen(viewer("bookings:read"), booking())

    assert seen.title == "Match"
    assert {getattr(seen, name) for name in PEOPLE} == {None}
    assert seen.participants == ()


@pytest.mark.decision(15)
def test_a_service_sees_the_people_of_its_own_bookings_but_nobodys_name() -> None:
    partner = viewer("bookings:write", service="service")
    seen = privacy.booking_as_seen(partner, booking())

    assert seen.owner_id == "jane"
    assert [person.email for person in seen.participants] == [None, "guest@example.com"]
    assert not privacy.sees_names(partner, booking())


@pytest.mark.decision(16)
def test_a_service_sees_anothers_booking_as_nobody_does() -> None:
    rival = viewer(*SCOPES, service="rival")

    assert privacy.booking_as_seen(rival, booking()) == privacy.booking_as_seen(Viewer(), booking())


@pytest.mark.decision(16)
@given(st.frozensets(st.sampled_from(SCOPES)))
def test_no_scope_reaches_into_another_organization(scopes: frozenset[str]) -> None:
    foreigner = viewer(*scopes, organization="other")

    assert privacy.booking_as_seen(foreigner, booking()) == privacy.booking_as_seen(Viewer(), booking())
    assert not privacy.sees_inside(foreigner, "club")


@given(st.frozensets(st.sampled_from(SCOPES)), st.sampled_from([None, "service", "rival"]))
def test_names_are_seen_only_with_the_scope_for_people(scopes: frozenset[str], service: str | None) -> None:
    asking = viewer(*scopes, service=service)

    if privacy.sees_names(asking, booking()):
        assert scopes & {"users:read", "users:write"}
    seen = privacy.booking_as_seen(asking, booking())
    assert bool(seen.participants) == (seen.owner_id is not None)
    if seen.participants:
        assert scopes & {"users:read", "users:write"} or service == "service"


@given(st.frozensets(st.sampled_from(SCOPES)), st.sampled_from([None, "service", "rival"]))
def test_masking_twice_is_masking_once(scopes: frozenset[str], service: str | None) -> None:
    asking = viewer(*scopes, service=service)
    once = privacy.booking_as_seen(asking, booking())

    assert privacy.booking_as_seen(asking, once) == once


organizations = st.frozensets(st.sampled_from(["club", "other", "third"])) | st.none()
services = st.sampled_from([None, "service", "rival"])
homes = st.lists(st.sampled_from(["club", "other", "third"]), max_size=5)


@pytest.mark.decision(16)
@given(st.frozensets(st.sampled_from(SCOPES)), organizations, services, homes)
def test_many_are_masked_as_one_by_one(
    scopes: frozenset[str], own: frozenset[str] | None, service: str | None, found: list[str]
) -> None:
    asking = Viewer("token", "name", scopes, own, service)
    bookings = [booking()._replace(organization_id=home) for home in found]
    users = [User(str(place), home, "Jane", "Doe") for place, home in enumerate(found)]

    assert list(privacy.bookings_as_seen(asking, bookings)) == [privacy.booking_as_seen(asking, b) for b in bookings]
    assert list(privacy.users_as_seen(asking, users)) == [privacy.user_as_seen(asking, user) for user in users]
    if privacy.sees_all_of(asking, bookings):
        assert all(privacy.sees_names(asking, each) for each in bookings)
    assert privacy.sees_users(asking, users) is all(privacy.sees_user(asking, user) for user in users)
