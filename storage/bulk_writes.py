"""Many upserts in one transaction: each item has its own outcome, later ones see earlier ones, one commit for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.refusals import Refusal, below
from storage.booking_writes import names_of, of_bound_service, upsert_locked
from storage.locks import homes_and_staff, lock_people, lock_resources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.drafts import BookingDraft
    from storage.access import Access
    from storage.booking_writes import UpsertBookingSuccess
    from storage.database import ExternalName, Transaction


async def upsert_bookings(
    access: Access, drafts: Sequence[BookingDraft], *, dry_run: bool = False
) -> list[UpsertBookingSuccess | Refusal]:
    """Create or replace bookings, in order. A refused item writes nothing, so it harms no other.

    The caller has checked `bookings:write`.
    """
    wanted = [of_bound_service(access, draft) for draft in drafts]
    names = names_of(*wanted)

    async def work(tx: Transaction) -> list[UpsertBookingSuccess | Refusal]:
        await _lock_all(tx, wanted, names)
        outcomes = []
        for position, draft in enumerate(wanted):
            outcome = await upsert_locked(tx, access, draft)
            outcomes.append(below(outcome, "inputs", str(position)) if isinstance(outcome, Refusal) else outcome)
        return outcomes

    return await access.database.write(work, names=names, dry_run=dry_run) if wanted else []


async def _lock_all(tx: Transaction, drafts: Sequence[BookingDraft], names: Sequence[ExternalName]) -> None:
    """Lock all that the items will: one by one, in the items' order, two bulks would wait for each other.

    And what one item has seen stays so for the next: a bulk is as if all of it had happened at one instant.
    """
    if tx.dialect == "sqlite":  # a writer is alone there
        return
    homes, people = await homes_and_staff(tx, names, {draft.id for draft in drafts if draft.id is not None})
    resources = await lock_resources(tx, sorted(homes | {draft.resource_id for draft in drafts}))
    people |= {draft.given["staff_id"] for draft in drafts if draft.given.get("staff_id")}
    people |= {resource.user_id for resource in resources.values() if resource.user_id}
    await lock_people(tx, people)
