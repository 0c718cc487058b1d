"""Many upserts in one transaction: each item has its own outcome, later ones see earlier ones, one commit for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.refusals import Refusal, below
from storage.booking_writes import of_bound_service, upsert_locked
from storage.locks import homes_and_staff, lock_names, lock_people, lock_resources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.drafts import BookingDraft
    from storage.access import Access
    from storage.booking_writes import UpsertBookingSuccess
    from storage.database import Transaction


async def upsert_bookings(
    access: Access, drafts: Sequence[BookingDraft], *, dry_run: bool = False
) -> list[UpsertBookingSuccess | Refusal]:
    """Create or replace bookings, in order. A refused item writes nothing, so it harms no other.

    The caller has checked `bookings:write`.
    """
    wanted = [of_bound_service(access, draft) for draft in drafts]

    async def work(tx: Transaction) -> list[UpsertBookingSuccess | Refusal]:
        await _lock_all(tx, wanted)
        outcomes = []
        for position, draft in enumerate(wanted):
            outcome = await upsert_locked(tx, access, draft)
            outcomes.append(below(outcome, "inputs", str(position)) if isinstance(outcome, Refusal) else outcome)
        return outcomes

    return await access.database.write(work, dry_run=dry_run) if wanted else []


async def _lock_all(tx: Transaction, drafts: Sequence[BookingDraft]) -> None:
    """Lock all that the items will: one by one, in the items' order, two bulks would wait for each other.

    And what one item has seen stays so for the next: a bulk is as if all of it had happened at one instant.
    """
    if tx.dialect == "sqlite":  # a writer is alone there
        return
    names = {
        (draft.external_service_id, draft.external_booking_id)
        for draft in drafts
        if draft.external_service_id is not None and draft.external_booking_id is not None
    }
    await lock_names(tx, names)
    homes, people = await homes_and_staff(tx, names)
    resources = await lock_resources(tx, sorted(homes | {draft.resource_id for draft in drafts}))
    people |= {draft.given["staff_id"] for draft in drafts if draft.given.get("staff_id")}
    people |= {resource.user_id for resource in resources.values() if resource.user_id}
    await lock_people(tx, people)
