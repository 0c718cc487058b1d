"""The documents that many tests send."""

from __future__ import annotations

REFUSALS = """
  ... on UserError { code message path }
  ... on InvalidInput { issues { code path message } }
  ... on StaleWrite { storedExternalUpdatedAt }
  ... on VersionConflict { storedVersion }
  ... on BookingOverlap { conflicts { startDate endDate } }
"""
BOOKING = """
fragment B on Booking {
  id version status title notes seats startDate endDate duration localDate localStartTime localEndTime timezone
  resource { id name } owner { id name surname } ownerMembershipId staff { id name } item { type id }
  participants { id user { id name } email membershipId }
  payment { amount currencyCode tax { inclusive rate } invoiceItemRef transactionRef }
  externalService { id } externalBookingId externalUpdatedAt expiresAt createdAt updatedAt deletedAt
}
"""
UPSERT = f"""
mutation Upsert($input: UpsertBookingInput!, $dryRun: Boolean! = false) {{
  upsertBooking(input: $input, dryRun: $dryRun) {{
    __typename ... on UpsertBookingSuccess {{ outcome booking {{ ...B }} }}
    {REFUSALS}
  }}
}}
{BOOKING}
"""
_NO_OVERLAP = REFUSALS.replace("... on BookingOverlap { conflicts { startDate endDate } }", "")
DELETE = f"""
mutation Delete($input: DeleteBookingInput!, $dryRun: Boolean! = false) {{
  deleteBooking(input: $input, dryRun: $dryRun) {{
    __typename ... on DeleteBookingSuccess {{ outcome booking {{ ...B }} }} {_NO_OVERLAP}
  }}
}}
{BOOKING}
"""
BOOKINGS = f"""
query Bookings($filter: BookingFilter, $orderBy: BookingOrder, $first: Int, $after: String, $last: Int,
               $before: String, $offset: Int) {{
  bookings(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before,
           offset: $offset) {{
    edges {{ cursor node {{ id }} }} nodes {{ ...B }} totalCount nextPage
    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
  }}
}}
{BOOKING}
"""
GET_BOOKING = f"""
query Booking($ref: BookingRef!) {{ booking(ref: $ref) {{ ...B }} }}
{BOOKING}
"""
CALENDAR = """
query Calendar($resourceIds: [ID!]!, $startDate: DateTime, $endDate: DateTime, $timezone: TimeZone,
               $excludeChildResources: Boolean! = false, $types: [CalendarEventType!]) {
  calendarEvents(resourceIds: $resourceIds, startDate: $startDate, endDate: $endDate, timezone: $timezone,
                 excludeChildResources: $excludeChildResources, types: $types) {
    startDate endDate resourcesWithSchedule { id }
    events {
      __typename id type startDate endDate localStart localEnd resource { id } resourceName quota occupancy
      isAvailable isBlocker displayLabel customers { id firstName lastName }
      bookings { id status startDate endDate seats title notes owner { id } participants { id } externalBookingId }
      colorMap { bg text } ... on BookingCountEvent { bookingCount }
    }
  }
}
"""


def set_up(field: str, record: str, selection: str = "id") -> str:
    """The document of a set-up mutation: `upsertLocation`, `location`."""
    kind = f"{field[0].upper()}{field[1:]}"
    overlap = "... on BookingOverlap { conflicts { startDate endDate } }" if field == "upsertResource" else ""
    return f"""
    mutation ($input: {kind}Input!) {{
      {field}(input: $input) {{
        __typename ... on {kind}Success {{ {record} {{ {selection} }} }}
        ... on UserError {{ code message path }} ... on InvalidInput {{ issues {{ code path }} }} {overlap}
      }}
    }}"""
