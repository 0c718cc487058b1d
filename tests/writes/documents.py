"""The mutations beside upsert and delete: their documents, and short ways to send them."""

from __future__ import annotations

from typing import Any

from tests.api.venue import Venue

_BOOKING = """booking {
  id version status title seats startDate endDate expiresAt updatedAt staff { id } owner { id } resource { id }
  participants { user { id } email } externalService { id }
}"""


def mutation(field: str, *refusals: str, more: str = "") -> str:
    """The document of a mutation of a booking that takes `input` and `dryRun`."""
    kind = f"{field[0].upper()}{field[1:]}"
    return f"""
    mutation ($input: {kind}Input!, $dryRun: Boolean! = false) {{
      {field}(input: $input, dryRun: $dryRun) {{
        __typename ... on {kind}Success {{ {_BOOKING} {more} }}
        ... on UserError {{ code message path }} ... on InvalidInput {{ issues {{ code path }} }} {" ".join(refusals)}
      }}
    }}"""


OVERLAP = "... on BookingOverlap { conflicts { startDate endDate } }"
CONFLICT = "... on VersionConflict { storedVersion }"
STATUS = mutation("updateBookingStatus", OVERLAP, CONFLICT)
RESERVE = mutation("reserveBooking", OVERLAP, more="reservationToken")
EXTEND = mutation("extendReservation", CONFLICT)
CONFIRM = mutation("confirmReservation", OVERLAP, CONFLICT)
RELEASE = mutation("releaseReservation", CONFLICT)
BULK = f"""
mutation ($inputs: [UpsertBookingInput!]!, $dryRun: Boolean! = false) {{
  upsertBookings(inputs: $inputs, dryRun: $dryRun) {{
    __typename ... on UpsertBookingSuccess {{ outcome {_BOOKING} }}
    ... on UserError {{ code message path }} ... on InvalidInput {{ issues {{ code path }} }}
    ... on StaleWrite {{ storedExternalUpdatedAt }} {OVERLAP} {CONFLICT}
  }}
}}"""


class Holds:
    """Sends the hold mutations of a venue's desk, for the room (4 seats), 10 to 11 local time."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue

    async def reserve(self, token: str | None = None, *, dry_run: bool = False, **changes: Any) -> Any:
        given = {
            "resourceId": self.venue.room,
            "startDate": "2026-04-15T08:00:00Z",
            "endDate": "2026-04-15T09:00:00Z",
            **changes,
        }
        given = {name: value for name, value in given.items() if value is not None}
        return await self._send(RESERVE, token, given, dry_run=dry_run)

    async def reserved(self, **changes: Any) -> str:
        """Reserve with success; return the secret."""
        answer = await self.reserve(**changes)
        assert answer["__typename"] == "ReserveBookingSuccess", answer
        return str(answer["reservationToken"])

    async def extend(self, secret: str, ttl: int, token: str | None = None, *, dry_run: bool = False) -> Any:
        return await self._send(EXTEND, token, {"reservationToken": secret, "ttlSeconds": ttl}, dry_run=dry_run)

    async def confirm(self, secret: str, token: str | None = None, *, dry_run: bool = False, **given: Any) -> Any:
        given = {"reservationToken": secret, "participants": [], **given}
        return await self._send(CONFIRM, token, given, dry_run=dry_run)

    async def release(self, secret: str, token: str | None = None, *, dry_run: bool = False) -> Any:
        return await self._send(RELEASE, token, {"reservationToken": secret}, dry_run=dry_run)

    async def _send(self, document: str, token: str | None, given: dict[str, Any], *, dry_run: bool) -> Any:
        return await self.venue.gateway.data(document, token or self.venue.desk, input=given, dryRun=dry_run)
