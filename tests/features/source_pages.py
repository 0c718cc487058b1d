"""The four sources' pages: the parameters that they name, and the answers that they show as examples.

Where a page shows a placeholder (`"<string>"`), a value of that kind stands here; where it shows values, they do.
"""

from __future__ import annotations

from typing import Any

WINGFIELD_PARAMETERS = (
    "externalServiceId", "offset", "limit", "courtId", "externalCourtBookingId", "from", "to", "updatedFrom",
    "updatedTo", "userId", "email",
)  # fmt: skip
WINGFIELD: dict[str, Any] = {
    "items": [
        {
            "externalServiceId": "e8623a0d-39de-4963-9c6c-a25dc38e89c9",
            "courtId": "79ae2927-a9bc-46ed-8f9e-079af32b7616",
            "externalCourtBookingId": "string",
            "startDate": "2019-08-24T14:15:22Z",
            "endDate": "2019-08-24T15:15:22Z",  # the page's own booking ends when it starts, which none does
            "externalUpdatedAt": "2019-08-24T14:15:22Z",
            "participants": [{"userId": "2c4a230c-5085-4924-a3e1-25fb4fc5965b"}],
            "createdAt": "2019-08-24T14:15:22Z",
            "updatedAt": "2019-08-24T14:15:22Z",
        }
    ],
    "totalCount": 1,
}

SPACEBRING_PARAMETERS = (
    "spacebring-network-id", "resourceRef", "locationRef", "membershipRefOwner", "endDate", "startDate", "limit",
    "order", "nextPageToken", "types",
)  # fmt: skip
MEMBER = {
    "about": "Designs chairs", "email": "member@example.com", "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "name": "Mia", "phoneNumber": "+44 20 7946 0000", "photoUrl": "https://example.com/mia.png", "surname": "Berg",
}  # fmt: skip
SPACEBRING: dict[str, Any] = {
    "bookings": [
        {
            "attendees": [{"membershipRef": "3c90c3cc-0d44-4b50-8888-8dd257360521", "user": MEMBER}],
            "createDate": "2023-11-07T05:31:56Z",
            "deleteDate": None,
            "endDate": "2023-11-07T06:31:56Z",
            "id": None,  # given by the gateway
            "memo": "Projector, please",
            "membershipRefOwner": "3c90c3cc-0d44-4b50-8888-8dd257360522",
            "payment": {
                "amount": 123,
                "currencyCode": "GBP",
                "invoiceItemRef": "invoice-item-1",
                "tax": {"inclusive": True, "rate": 20},
                "transactionRef": "transaction-1",
            },
            "resourceRef": "3c90c3cc-0d44-4b50-8888-8dd257360523",
            "seats": 123,
            "startDate": "2023-11-07T05:31:56Z",
            "title": "Board meeting",
            "updateDate": "2023-11-07T05:31:56Z",
            "userOwner": MEMBER,
        }
    ],
    "nextPageToken": None,  # the gateway's own
    "searchQueryNext": None,
}

BEILS_PARAMETERS = ("start", "end", "staff_id", "client_id")
BEILS: list[dict[str, Any]] = [
    {
        "booking_id": None,  # given by the gateway
        "client_id": "11111111-1111-4111-8111-111111111123",
        "client": {"name": "María", "surname": "García", "phone": "+34 600 123 456"},
        "staff_id": "22222222-2222-4222-8222-222222222456",
        "staff": {"name": "Ana", "surname": "López"},
        "item_type": "service",
        "item_id": "33333333-3333-4333-8333-333333333789",
        "status": "confirmed",
        "booking_date": "2024-03-15T00:00:00.000Z",
        "start_time": "10:00",
        "end_time": "11:00",
        "duration": 60,
        "notes": "Client prefers window seat",
        "created_at": "2024-03-01T08:30:00.000Z",
        "updated_at": "2024-03-01T08:30:00.000Z",
    }
]

CALENDAR_PARAMETERS = ("resource_id", "start_date", "end_date", "timezone", "filter[exclude_child_resources]")
CALENDAR: dict[str, Any] = {
    "events": [
        {
            "id": None,  # given by the gateway
            "type": "booking",
            "start_date": "2026-04-15T10:00:00Z",
            "end_date": "2026-04-15T11:00:00Z",
            "resource_id": "44444444-4444-4444-8444-444444444444",
            "resource_name": "Meeting Room A",
            "quota": 1,
            "occupancy": 1.0,
            "is_available": False,
            "is_blocker": False,
            "display_label": "Jane Doe - Workshop",
            "customers": [{"id": None, "first_name": "Jane", "last_name": "Doe"}],
            "bookings": [{"id": None, "status": "accepted"}],
            "color_map": {"bg": "#3b82f6", "text": "#ffffff"},
        },
        {
            "id": None,
            "type": "period_fragment",
            "start_date": "2026-04-15T11:00:00Z",
            "end_date": "2026-04-15T18:00:00Z",
            "resource_id": "44444444-4444-4444-8444-444444444444",
            "is_available": True,
            "quota": 1,
            "occupancy": 0.0,
        },
    ],
    "resources_with_schedule": ["44444444-4444-4444-8444-444444444444"],
}


def paths(shown: Any, above: str = "") -> set[str]:
    """Every field that an example shows, as `items.participants.userId`."""
    if isinstance(shown, list):
        return set().union(*(paths(item, above) for item in shown))
    if not isinstance(shown, dict):
        return set()
    found = {f"{above}{name}" for name in shown}
    return found.union(*(paths(value, f"{above}{name}.") for name, value in shown.items()))
