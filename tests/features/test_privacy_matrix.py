"""Every field of the schema, asked for by every kind of caller: nobody finds a secret that is not theirs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from graphql import GraphQLNonNull, is_list_type

from execution.documents import Documents
from execution.price import Limits
from resolvers.api import graphql_schema
from storage.database import Database
from tests.api.clients import Clock, Gateway
from tests.api.venue import Venue, uid
from tests.features.asking import span
from tests.features.secrets_scene import ORDER, Scene, open_scene
from tests.features.walking import Walk, every_field, objects

SCHEMA = graphql_schema()
WEEK = {"startDate": "2026-04-12T22:00:00Z", "endDate": "2026-04-19T22:00:00Z"}
STATUSES = ["RESERVED", "REQUESTED", "ACCEPTED", "INVITED", "REJECTED", "CANCELED", "EXPIRED", "COMPLETED", "NO_SHOW"]
Asked = tuple[str, dict[str, Any]]


@pytest.fixture
async def gateway(database: Database, clock: Clock) -> AsyncIterator[Gateway]:
    """A gateway that lets one ask for everything, which no client may."""
    documents = Documents(SCHEMA, limits=Limits(cost=10**18))
    async with TestClient(TestServer(Gateway.application(database, clock, documents))) as client:
        yield Gateway(client, database, clock)


@pytest.fixture
async def scene(venue: Venue) -> Scene:
    return await open_scene(venue)


@pytest.mark.feature(51, 59, 60)
@pytest.mark.decision(14, 15, 16, 17, 18)
async def test_every_query_shows_each_caller_exactly_the_secrets_that_are_its_own(scene: Scene) -> None:
    walk = Walk(SCHEMA)
    documents = [(walk.document("query", name, " ".join(given)), given) for name, given in _queries(scene)]

    for caller in (*ORDER, *reversed(ORDER)):  # what is kept was read for others before
        answers = [await scene.venue.gateway.execute(text, scene.tokens[caller], **given) for text, given in documents]
        _assert_only_codes(answers)
        everything = json.dumps(answers, ensure_ascii=False)
        seen = {secret for secret in scene.secrets if secret in everything}
        assert seen == {secret for secret, callers in scene.secrets.items() if caller in callers}, caller
        _assert_bookings_are_masked(scene, caller, answers)


@pytest.mark.decision(14, 15, 16, 18)
async def test_no_mutation_shows_a_caller_a_secret_that_is_not_its_own(scene: Scene) -> None:
    walk = Walk(SCHEMA, depth=3)
    for caller in ORDER:
        for name, given in _mutations(scene):
            text = walk.document("mutation", name, " ".join([*given, "dryRun"]))
            is_tried = "dryRun" in SCHEMA.mutation_type.fields[name].args  # type: ignore[union-attr]
            variables = given | {"dryRun": True} if is_tried else given
            answer = await scene.venue.gateway.execute(text, scene.tokens[caller], **variables)
            everything = json.dumps(answer, ensure_ascii=False)
            given_away = {
                secret
                for secret, callers in scene.secrets.items()
                if secret in everything and caller not in callers and secret not in json.dumps(given)
            }
            assert not given_away, (caller, name)
            _assert_only_codes([answer])


def test_the_walk_selects_every_field_of_the_schema() -> None:
    walk = Walk(SCHEMA)
    for operation, root in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        for name in root.fields:  # type: ignore[union-attr]
            walk.document(operation, name, "")

    assert every_field(SCHEMA) <= walk.selected


async def test_an_administrator_finds_a_value_in_nearly_every_field(scene: Scene) -> None:
    """Else the matrix would compare nothing with nothing."""
    walk = Walk(SCHEMA)
    answers = []
    for name, given in _queries(scene):
        document = walk.document("query", name, " ".join(given))
        answers.append(await scene.venue.gateway.execute(document, scene.venue.admin, **given))

    found = {name for answer in answers for name in _with_value(answer)}
    for type_name in (
        "Booking",
        "Participant",
        "User",
        "Payment",
        "Blocker",
        "BookingEvent",
        "BlockerEvent",
        "Resource",
    ):
        fields = {f"{type_name}.{name}" for name in SCHEMA.type_map[type_name].fields}  # type: ignore[attr-defined]
        assert fields - found <= {
            "Booking.deletedAt", "Payment.tax", "Payment.currencyCode",
            "Resource.bookingStepMinutes", "Resource.minDurationMinutes", "Resource.maxDurationMinutes",
            "Resource.noticeMinutes", "Resource.horizonDays", "BlockerEvent.customers", "BlockerEvent.bookings",
        }, type_name  # fmt: skip


def _queries(scene: Scene) -> Iterator[Asked]:
    """Every root with its arguments, several times where they lead to different records."""
    ids, venue = scene.ids, scene.venue
    external = {"externalServiceId": venue.service, "externalBookingId": "secret-external"}
    asked: dict[str, list[dict[str, Any]]] = {
        "node": [{"id": ids["partner's"]}],
        "nodes": [{"ids": [*ids.values(), venue.stranger, venue.service, venue.club]}],
        "booking": [{"ref": {"id": ids["partner's"]}}, {"ref": {"id": ids["desk's"]}}, {"ref": {"external": external}}],
        "bookings": [
            {"first": 20},
            {"first": 20, "filter": {"statuses": STATUSES, "includeDeleted": True}},
            {"first": 20, "filter": {"statuses": STATUSES}},
            {"first": 20, "filter": {"externalServiceId": venue.service}},
        ],
        "calendarEvents": [
            {"resourceIds": [ids["room"], ids["court"], ids["hall"], ids["foreign court"]], **WEEK},
            {"resourceIds": [ids["office"], ids["chair"]], **WEEK},
        ],
        "bookingPreview": [
            {"accountId": ids[who], "bookingId": ids[which]}
            for who, which in (("powner", "partner's"), ("downer", "desk's"), ("pguest", "partner's"))
        ],
        "slots": [{"resourceIds": [ids["room"], ids["court"]], "duration": 60, **WEEK}],
        "resource": [{"id": ids[name]} for name in ("room", "office", "chair")],
        "resources": [{"first": 20}],
        "locations": [{"first": 20}],
        "users": [{"first": 20}, {"first": 20, "filter": {"email": "secret-downer@example.com"}}],
        "bookingChanges": [{"first": 20}],
    }
    for name, field in SCHEMA.query_type.fields.items():  # type: ignore[union-attr]
        needs = [key for key, argument in field.args.items() if isinstance(argument.type, GraphQLNonNull)]
        assert name in asked or not needs, f"say above how to ask for {name}"
        yield from ((name, given) for given in asked.get(name, [{}]))


def _mutations(scene: Scene) -> Iterator[Asked]:
    """Every mutation, aimed at the secrets; what stores without a trial run comes last."""
    ids, venue, hold = scene.ids, scene.venue, {"reservationToken": scene.hold}
    bookings = [{"id": ids[name]} for name in ("partner's", "desk's", "foreign")]
    own = {"resourceId": ids["room"], "participants": [], **span("10:00", "11:00")}
    external = {"externalServiceId": venue.service, "externalUpdatedAt": "2026-04-13T07:30:00Z"}
    partners = {
        "externalBookingId": "secret-external",
        "resourceId": ids["court"],
        **external,
        **span("08:00", "09:00"),
    }
    upserts = [
        {**own, "id": ids["desk's"]},
        {**own, "seats": 4},
        {**own, **span("09:00", "18:00"), "seats": 4},
        {**partners, "participants": [{"email": "a@example.com"}]},
        {**partners, "externalBookingId": "other", "participants": [{"email": "a@example.com"}]},
        {**own, "resourceId": ids["hall"], "staffId": ids["dstaff"]},
    ]
    setup = {"organizationId": venue.club, "name": "x"}
    asked: dict[str, list[dict[str, Any]]] = {
        "upsertBooking": [{"input": given} for given in upserts],
        "upsertBookings": [{"inputs": upserts}],
        "deleteBooking": [
            *({"input": ref} for ref in bookings),
            {"input": {"externalBookingId": "secret-external", **external}},
        ],
        "updateBookingStatus": [{"input": {"ref": ref, "status": "COMPLETED"}} for ref in bookings],
        "reserveBooking": [
            {"input": {"resourceId": ids["room"], **span("12:00", "13:00")}},
            {"input": {"resourceId": ids["room"], "idempotencyKey": "secret-key", **span("14:00", "15:00")}},
            {"input": {"resourceId": ids["court"], **span("08:30", "09:30")}},
        ],
        "extendReservation": [{"input": {**hold, "ttlSeconds": 60}}],
        "confirmReservation": [{"input": {**hold, "participants": []}}],
        "releaseReservation": [{"input": hold}],
        "upsertOrganization": [{"input": {"id": venue.other_club, "name": "x"}}],
        "upsertExternalService": [{"input": {**setup, "id": venue.service}}],
        "upsertLocation": [{"input": {**setup, "id": ids["annex"], "timezone": "Europe/Berlin"}}],
        "upsertResource": [
            {"input": {"id": ids[name], "locationId": venue.location, "name": "x", "type": "ROOM"}}
            for name in ("chair", "office")
        ],
        "upsertSchedule": [{"input": {"resourceId": ids[name]}} for name in ("chair", "office")],
        "upsertBlocker": [{"input": {"id": ids["blocker"], "resourceId": ids["room"], **span("16:00", "17:00")}}],
        "deleteBlocker": [{"input": {"id": ids["blocker"]}}, {"input": {"id": uid("nothing")}}],
        "upsertUser": [{"input": {"id": ids["downer"], "organizationId": venue.club}}],
    }
    for name in SCHEMA.mutation_type.fields:  # type: ignore[union-attr]
        assert name in asked, f"say above how to send {name}"
        yield from ((name, given) for given in asked[name])


def _assert_only_codes(answers: list[dict[str, Any]]) -> None:
    """Every error is a refusal, none a failure: a crash would answer nothing and so hide nothing."""
    known = {"missing_api_token", "scope_permission_denied", "court_booking_not_found", "resource_not_found",
             "external_service_access_denied"}  # fmt: skip
    codes = {error["extensions"]["code"] for answer in answers for error in answer.get("errors", [])}
    assert codes <= known, codes


def _assert_bookings_are_masked(scene: Scene, caller: str, answers: list[dict[str, Any]]) -> None:
    """A booking that a caller may not read shows what cannot be null, and until when it is held: nothing else."""
    readable = {"partner's": {"partner", "reception"}, "desk's": set(), "foreign": {"foreigner"}}
    full = {scene.ids[name] for name, callers in readable.items() if caller in callers}
    if caller in ("blind", "desk"):
        full |= {scene.ids["partner's"], scene.ids["desk's"]}
    fields = SCHEMA.type_map["Booking"].fields  # type: ignore[attr-defined]
    hidden = [
        name
        for name, field in fields.items()
        if not isinstance(field.type, GraphQLNonNull) or is_list_type(field.type.of_type)
    ]
    for booking in objects(answers, "Booking"):
        if caller != "admin" and booking["id"] not in full and booking["status"] != "RESERVED":
            assert not any(booking.get(name) for name in hidden), (caller, booking)


def _with_value(answer: Any) -> Iterator[str]:
    if isinstance(answer, dict):
        for key, value in answer.items():
            if value is not None and value != []:
                yield key.replace("__", ".", 1)
            yield from _with_value(value)
    elif isinstance(answer, list):
        for item in answer:
            yield from _with_value(item)
