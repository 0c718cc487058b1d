"""What every server is asked: four kinds of request, each with many different variables."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, NamedTuple

LIST = """
query List($from: DateTime!) {
  bookings(first: 100, filter: {startDate: {gte: $from}}) {
    nodes {
      id status title startDate endDate seats
      resource { id name type location { id name timezone } }
      participants { id email user { id name surname } }
    }
    pageInfo { hasNextPage }
  }
}
"""
ONE = """
query One($id: ID!) {
  booking(ref: {id: $id}) {
    id status title startDate endDate resource { id name } participants { id email user { id name surname } }
  }
}
"""
WEEK = """
query Week($ids: [ID!]!, $from: DateTime!, $to: DateTime!) {
  bookings(first: 100, filter: {resourceIds: $ids, from: $from, to: $to}) {
    nodes { id status startDate endDate resource { id name } participants { id user { name surname } } }
  }
}
"""
CALENDAR = """
query Calendar($ids: [ID!]!, $from: DateTime!, $to: DateTime!) {
  calendarEvents(resourceIds: $ids, startDate: $from, endDate: $to) {
    events {
      type startDate endDate localStart localEnd resource { id } resourceName quota occupancy isAvailable isBlocker
      displayLabel customers { id firstName lastName } bookings { id status } colorMap { bg text }
      ... on BookingCountEvent { bookingCount }
    }
    resourcesWithSchedule { id }
  }
}
"""
DOCUMENTS = {"list": LIST, "one": ONE, "week": WEEK, "calendar": CALENDAR}

POSTGRAPHILE_PERSON = (
    "participants: participantsByBookingIdList { id: rowId %s user: userByUserId { %s name surname } }"
)
POSTGRAPHILE = {
    "list": """
query List($from: Datetime!) {
  bookings: page(first: 100, from: $from) {
    nodes {
      id: rowId status title startDate endDate seats
      resource: resourceByResourceId {
        id: rowId name type location: locationByLocationId { id: rowId name timezone }
      }
      PEOPLE
    }
    pageInfo { hasNextPage }
  }
}
""".replace("PEOPLE", POSTGRAPHILE_PERSON % ("email", "id: rowId")),
    "one": """
query One($id: UUID!) {
  booking: bookingByRowId(rowId: $id) {
    id: rowId status title startDate endDate resource: resourceByResourceId { id: rowId name } PEOPLE
  }
}
""".replace("PEOPLE", POSTGRAPHILE_PERSON % ("email", "id: rowId")),
    "week": """
query Week($ids: [UUID!]!, $from: Datetime!, $to: Datetime!) {
  bookings: week(first: 100, resources: $ids, from: $from, to: $to) {
    nodes { id: rowId status startDate endDate resource: resourceByResourceId { id: rowId name } PEOPLE }
  }
}
""".replace("PEOPLE", POSTGRAPHILE_PERSON % ("", "")),
}
"""PostGraphile's spelling: it makes its names from the tables."""

REQUESTS = 100
RESOURCES = 10
WEEK_LENGTH = timedelta(days=7)


class Contents(NamedTuple):
    """What there is to ask for in a store: of one organization, and in which span of time."""

    resources: list[str]
    bookings: list[str]
    first: datetime
    last: datetime


def variables(contents: Contents) -> dict[str, list[dict[str, Any]]]:
    """Draw the variables of each work's requests: the same at every call for the same contents."""
    draw = random.Random(6)
    days = (contents.last - contents.first).days

    def day() -> datetime:
        return contents.first.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=draw.randrange(days))

    def week() -> dict[str, Any]:
        start = day()
        chosen = draw.sample(contents.resources, min(RESOURCES, len(contents.resources)))
        return {"ids": chosen, "from": _text(start), "to": _text(start + WEEK_LENGTH)}

    return {
        "list": [{"from": _text(day())} for _ in range(REQUESTS)],
        "one": [{"id": key} for key in draw.choices(contents.bookings, k=REQUESTS)],
        "week": [week() for _ in range(REQUESTS)],
        "calendar": [week() for _ in range(REQUESTS)],
    }


def _text(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
