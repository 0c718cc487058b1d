"""Every document in examples/ does what it says, over HTTP, on the demo data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.served import Served

EXAMPLES = Path(__file__).parents[2] / "examples"
DOCUMENTS = sorted(path.stem for path in EXAMPLES.glob("*.graphql"))


@pytest.mark.parametrize("stem", DOCUMENTS)
async def test_every_document_is_answered_with_the_token_that_it_names(served: Served, stem: str) -> None:
    (token,) = re.findall(r"^# token: (\w+)$", (EXAMPLES / f"{stem}.graphql").read_text("utf-8"), re.MULTILINE)

    data = await run(served, stem, None if token == "none" else token)

    assert data
    assert all(root not in (None, []) and "code" not in root for root in data.values())


@pytest.mark.parametrize("stem", DOCUMENTS)
def test_every_document_has_a_title_of_its_own(stem: str) -> None:
    first = (EXAMPLES / f"{stem}.graphql").read_text("utf-8").partition("\n")[0]

    titles = [(EXAMPLES / f"{other}.graphql").read_text("utf-8").partition("\n")[0] for other in DOCUMENTS]
    assert first.startswith("# ")
    assert titles.count(first) == 1


@pytest.mark.parametrize("stem", sorted(path.stem for path in EXAMPLES.glob("*.json")))
def test_variables_belong_to_a_document(stem: str) -> None:
    assert stem in DOCUMENTS


async def test_calendar_has_every_kind_for_anyone(served: Served) -> None:
    calendar = (await run(served, "1-calendar", None))["calendarEvents"]

    assert len({event["type"] for event in calendar["events"]}) == 6
    assert len(calendar["resourcesWithSchedule"]) >= 4
    assert not any(event["customers"] for event in calendar["events"])


async def test_calendar_names_customers_to_an_administrator(served: Served) -> None:
    calendar = (await run(served, "1-calendar", "admin"))["calendarEvents"]

    assert any(event["customers"] for event in calendar["events"])


async def test_slot_is_booked_once(served: Served) -> None:
    first = (await run(served, "2-book", "tennis"))["upsertBooking"]
    second = (await run(served, "2-book", "tennis"))["upsertBooking"]

    assert (first["outcome"], first["booking"]["resource"]["name"]) == ("CREATED", "Court 1")
    assert (second["code"], len(second["conflicts"])) == ("COURT_BOOKING_OVERLAP", 1)


async def test_location_lists_payments_and_the_next_page(served: Served) -> None:
    bookings = (await run(served, "3-location", "coworking"))["bookings"]

    assert len(bookings["nodes"]) == 10 < bookings["totalCount"]
    assert bookings["nextPage"] is not None
    following = (await run(served, "3-location", "coworking", json.loads(bookings["nextPage"])))["bookings"]
    assert following["nodes"]
    assert following["nodes"] != bookings["nodes"]


async def test_lobby_screen_names_nobody(served: Served) -> None:
    bookings = (await run(served, "3-location", "lobby"))["bookings"]

    assert not any(node["owner"] and node["owner"]["name"] for node in bookings["nodes"])


async def test_agenda_is_one_stylists(served: Served) -> None:
    bookings = (await run(served, "4-agenda", "salon"))["bookings"]

    assert {node["staff"]["name"] for node in bookings["nodes"]} == {"Ana"}
    assert all(node["item"] and node["owner"]["phoneNumber"] for node in bookings["nodes"])


async def test_partner_writes_and_deletes_safely(served: Served) -> None:
    outcomes = [
        (await run(served, stem, "partner"))[root]
        for stem, root in (
            ("5-partner-upsert", "upsertBooking"),
            ("5-partner-upsert", "upsertBooking"),
            ("6-partner-delete", "deleteBooking"),
            ("6-partner-delete", "deleteBooking"),
            ("5-partner-upsert", "upsertBooking"),
        )
    ]

    assert [outcome.get("outcome", outcome["__typename"]) for outcome in outcomes] == [
        "CREATED", "UNCHANGED", "DELETED", "ALREADY_DELETED", "StaleWrite",
    ]  # fmt: skip


async def test_resource_is_set_up_twice_alike(served: Served) -> None:
    first = await run(served, "7-set-up", "coworking")

    assert first["upsertResource"]["resource"]["location"]["timezone"] == "Europe/London"
    assert len(first["upsertSchedule"]["schedule"]["weekly"]) == 2
    assert await run(served, "7-set-up", "coworking") == first


async def test_places_are_open_to_anyone(served: Served) -> None:
    places = (await run(served, "8-places", None))["locations"]["nodes"]

    assert {place["timezone"] for place in places} > {"Europe/London", "America/New_York"}
    assert all(place["resources"]["nodes"] for place in places)


async def test_partner_is_told_its_service(served: Served) -> None:
    viewer = (await run(served, "9-who-am-i", "partner"))["viewer"]

    assert viewer["externalService"]["name"] == "CourtLink"
    assert [organization["name"] for organization in viewer["organizations"]] == ["Havelufer Tennis Club"]


async def test_day_at_the_salon_shows_a_visit_between_what_is_left(served: Served) -> None:
    events = (await run(served, "10-day", "salon"))["calendarEvents"]["events"]

    ana = [(event["type"], event["localStart"][11:16]) for event in events if event["resource"]["name"] == "Ana López"]
    assert ana == [("PERIOD_FRAGMENT", "09:30"), ("BOOKING", "10:00"), ("PERIOD_FRAGMENT", "12:00")]
    assert {event["resource"]["name"] for event in events} > {"Ana López", "Pablo Ruiz", "Colour bar"}


async def test_week_has_every_resource_in_its_own_local_time(served: Served) -> None:
    calendar = (await run(served, "11-week", None))["calendarEvents"]

    assert len(calendar["resourcesWithSchedule"]) == 10
    assert {event["resource"]["id"] for event in calendar["events"]} == {
        resource["id"] for resource in calendar["resourcesWithSchedule"]
    }
    assert {place["location"]["timezone"] for place in calendar["resourcesWithSchedule"]} == {
        "Europe/Berlin",
        "Europe/London",
        "America/New_York",
    }


async def test_customer_gets_a_preview(served: Served) -> None:
    preview = (await run(served, "12-preview", "salon"))["bookingPreview"]

    assert (preview["displayLabel"].endswith(" - Bridal pack"), preview["locationName"]) == (True, "Lavanda Chamberí")


async def test_organization_is_set_up_from_nothing_and_twice_alike(served: Served) -> None:
    first = await run(served, "13-new-organization", "admin")

    assert not any("code" in result for result in first.values())
    assert first["upsertResource"]["resource"]["user"] == {"name": "Freja"}
    assert await run(served, "13-new-organization", "admin") == first


async def test_slot_is_held_once(served: Served) -> None:
    first = (await run(served, "14-hold", "coworking"))["reserveBooking"]
    second = (await run(served, "14-hold", "coworking"))["reserveBooking"]

    assert (first["booking"]["status"], second["code"]) == ("RESERVED", "COURT_BOOKING_OVERLAP")


async def test_documents_are_offered_in_the_order_of_their_numbers(served: Served) -> None:
    async with served.client.get("/assets/examples.json") as response:
        offered = [operation["query"] for operation in await response.json()]

    numbered = sorted(EXAMPLES.glob("*.graphql"), key=lambda path: int(path.stem.partition("-")[0]))
    assert offered == [path.read_text("utf-8") for path in numbered]


async def run(served: Served, stem: str, grant: str | None, other: dict[str, Any] | None = None) -> dict[str, Any]:
    path = EXAMPLES / f"{stem}.json"
    variables = other or (json.loads(path.read_text("utf-8")) if path.is_file() else None)
    answer: dict[str, Any] = await served.ask((EXAMPLES / f"{stem}.graphql").read_text("utf-8"), variables, grant)
    assert "errors" not in answer, answer["errors"]
    data: dict[str, Any] = answer["data"]
    return data
