"""What a write does to what is stored, as pure decisions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bookings import (
    Delete,
    DeleteOutcome,
    Stored,
    Upsert,
    UpsertOutcome,
    decide_delete,
    decide_upsert,
)
from domain.drafts import BookingDraft, ParticipantDraft
from domain.enums import BookingStatus, ResourceType
from domain.records import Resource
from domain.refusals import StaleWrite, VersionConflict

NOW = datetime(2026, 4, 13, 8, tzinfo=UTC)
THEN = NOW - timedelta(hours=1)
COURT = Resource(
    id="court",
    organization_id="club",
    location_id="place",
    parent_id=None,
    user_id=None,
    name="Court",
    type=ResourceType.COURT,
    capacity=1,
    color=None,
    booking_step_minutes=None,
    min_duration_minutes=None,
    max_duration_minutes=None,
    preparation_minutes=0,
    notice_minutes=None,
    horizon_days=None,
    public_calendar=True,
    has_schedule=True,
    timezone="Europe/Berlin",
)
JANE, GUEST = ParticipantDraft("jane", None), ParticipantDraft(None, "guest@example.com")


def draft(written: datetime | None = THEN, given: dict[str, Any] | None = None, **changes: Any) -> BookingDraft:
    """A partner's upsert of the court, 10 to 11."""
    fields: dict[str, Any] = {
        "resource_id": "court",
        "start_date": NOW + timedelta(hours=2),
        "end_date": NOW + timedelta(hours=3),
        "duration": None,
        "participants": (JANE, GUEST),
        "given": given or {},
        "external_service_id": "service",
        "external_booking_id": "b-1",
        "external_updated_at": written,
        **changes,
    }
    return BookingDraft(**fields)


def decide(wanted: BookingDraft, stored: Stored, now: datetime = NOW) -> Any:
    """The decision on an upsert."""
    return decide_upsert(wanted, stored, COURT, new_id="new", now=now)


def stored(wanted: BookingDraft | None = None, **changes: Any) -> Stored:
    """What stands after an upsert into an empty store, changed as said."""
    made = decide(wanted or draft(), Stored())
    assert isinstance(made, Upsert)
    booking = made.booking._replace(**changes)
    return Stored(booking, made.booking.status)


@pytest.mark.feature(17)
def test_what_is_not_stored_is_created_with_its_defaults() -> None:
    made = decide(draft(), Stored())

    assert (made.outcome, made.booking.id, made.booking.version) == (UpsertOutcome.CREATED, "new", 1)
    assert (made.booking.status, made.booking.seats, made.booking.title) == (BookingStatus.ACCEPTED, 1, None)


@pytest.mark.feature(21)
def test_the_same_again_is_unchanged() -> None:
    again = decide(draft(), stored(), now=NOW + timedelta(minutes=1))

    assert again.outcome is UpsertOutcome.UNCHANGED
    assert again.booking == stored().booking


@pytest.mark.decision(13)
def test_participants_in_another_order_are_the_same() -> None:
    assert decide(draft(participants=(GUEST, JANE)), stored()).outcome is UpsertOutcome.UNCHANGED


@pytest.mark.decision(13)
@pytest.mark.parametrize("said", [{}, {"status": BookingStatus.ACCEPTED}])
def test_a_status_changed_at_the_desk_does_not_count(said: dict[str, Any]) -> None:
    at_the_desk = stored(draft(given=said), status=BookingStatus.NO_SHOW, version=2)

    again = decide(draft(given=said), at_the_desk)

    assert (again.outcome, again.booking.status) == (UpsertOutcome.UNCHANGED, BookingStatus.NO_SHOW)


@pytest.mark.feature(21)
@pytest.mark.parametrize(
    "changed",
    [
        {"end_date": NOW + timedelta(hours=4)},
        {"participants": (JANE,)},
        {"given": {"title": "Match"}},
        {"given": {"status": BookingStatus.CANCELED}},
    ],
)
def test_another_content_with_the_same_timestamp_is_a_version_conflict(changed: dict[str, Any]) -> None:
    assert isinstance(decide(draft(**changed), stored()), VersionConflict)


@pytest.mark.feature(24)
def test_an_older_write_is_stale_and_is_told_what_is_stored() -> None:
    assert decide(draft(THEN - timedelta(microseconds=1)), stored()) == StaleWrite(THEN)


def test_a_newer_write_replaces_and_keeps_what_it_leaves_out() -> None:
    before = stored(draft(given={"title": "Match", "notes": "left", "seats": 1}))

    after = decide(draft(NOW, given={"notes": None}), before)

    assert (after.outcome, after.booking.version) == (UpsertOutcome.REPLACED, 2)
    assert (after.booking.title, after.booking.notes) == ("Match", None)
    assert after.booking.created_at == NOW


@pytest.mark.decision(11)
def test_a_deleted_booking_is_measured_by_its_deletes_timestamp() -> None:
    deleted = decide_delete(stored(), external_updated_at=NOW, expected_version=None, now=NOW)
    assert isinstance(deleted, Delete)
    assert deleted.outcome is DeleteOutcome.DELETED
    gone = Stored(deleted.booking, BookingStatus.ACCEPTED)

    assert decide(draft(THEN), gone) == StaleWrite(NOW)
    assert isinstance(decide(draft(NOW), gone), VersionConflict)
    back = decide(draft(NOW + timedelta(seconds=1)), gone)
    assert (back.outcome, back.booking.deleted_at, back.booking.version) == (UpsertOutcome.RESTORED, None, 3)


@pytest.mark.decision(11)
def test_a_booking_that_is_brought_back_keeps_what_is_left_out() -> None:
    gone = stored(draft(given={"title": "Match"}), status=BookingStatus.CANCELED, deleted_at=NOW)

    back = decide(draft(NOW), gone)

    assert (back.outcome, back.booking.status, back.booking.title) == ("RESTORED", "CANCELED", "Match")


@pytest.mark.decision(11)
def test_an_id_never_seen_leaves_a_tombstone_that_measures_what_comes_late() -> None:
    unknown = decide_delete(Stored(), external_updated_at=THEN, expected_version=None, now=NOW)
    assert unknown == Delete(DeleteOutcome.UNKNOWN, tombstone=THEN)
    buried = Stored(tombstone=THEN)

    assert decide(draft(THEN - timedelta(seconds=1)), buried) == StaleWrite(THEN)
    assert isinstance(decide(draft(THEN), buried), VersionConflict)
    assert decide(draft(NOW), buried).outcome is UpsertOutcome.RESTORED


@pytest.mark.feature(25)
def test_a_newer_delete_moves_the_tombstone_forward() -> None:
    moved = decide_delete(Stored(tombstone=THEN), external_updated_at=NOW, expected_version=None, now=NOW)

    assert moved == Delete(DeleteOutcome.ALREADY_DELETED, tombstone=NOW)


@pytest.mark.feature(25)
def test_an_older_delete_is_stale() -> None:
    older = THEN - timedelta(seconds=1)

    assert decide_delete(stored(), external_updated_at=older, expected_version=None, now=NOW) == StaleWrite(THEN)


def test_an_own_booking_is_measured_by_its_version() -> None:
    own = {"written": None, "external_service_id": None, "external_booking_id": None}
    before = stored(draft(**own))

    assert isinstance(decide(draft(**own, id="new", expected_version=7), before), VersionConflict)
    assert decide(draft(**own, id="new", expected_version=1), before).outcome is UpsertOutcome.UNCHANGED
    replaced = decide(draft(**own, id="new", expected_version=1, given={"title": "x"}), before)
    assert replaced.outcome is UpsertOutcome.REPLACED


WRITES = st.lists(
    st.tuples(st.sampled_from(["upsert", "delete"]), st.integers(0, 5), st.sampled_from(["a", "b"])), max_size=12
)


@given(WRITES)
def test_whatever_comes_in_whatever_order_the_newest_write_stands(writes: list[tuple[str, int, str]]) -> None:
    """Each write at its minute: after all of them the store shows the newest, and repeating them changes nothing."""
    state = Stored()
    for kind, minute, title in [*writes, *writes]:
        state = _apply(state, kind, THEN + timedelta(minutes=minute), title)
    if not writes:
        return
    newest = max(minute for _, minute, _ in writes)
    assert state.external_updated_at == THEN + timedelta(minutes=newest)
    kinds = {kind for kind, minute, _ in writes if minute == newest}
    gone = state.booking is None or state.booking.deleted_at is not None
    assert gone == (kinds == {"delete"}) or len(kinds) == 2


def _apply(state: Stored, kind: str, written: datetime, title: str) -> Stored:
    if kind == "upsert":
        made = decide(draft(written, given={"title": title}), state)
        if not isinstance(made, Upsert):
            return state
        return Stored(made.booking, made.booking.status)
    gone = decide_delete(state, external_updated_at=written, expected_version=None, now=NOW)
    if not isinstance(gone, Delete):
        return state
    if gone.booking is None:
        return Stored(tombstone=gone.tombstone)
    return Stored(gone.booking, state.asserted_status)
