"""How an operation is sent as GraphQL, and what its answer says in the terms of the model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tests.writes.histories.operations import (
    Bulk,
    Cell,
    Confirm,
    Delete,
    Extend,
    Operation,
    Read,
    ReadAll,
    Release,
    Reserve,
    SetStatus,
    Upsert,
    instant,
    party,
    written_at,
)

_BOOKING = """{ id status version title seats startDate endDate resource { id } staff { id } deletedAt createdAt
  expiresAt externalBookingId participants { email } }"""
_REFUSALS = """... on UserError { code path } ... on InvalidInput { issues { message } }"""
_MORE = {
    "StaleWrite": "storedExternalUpdatedAt",
    "VersionConflict": "storedVersion",
    "BookingOverlap": "conflicts { startDate endDate }",
}
ALL = '["RESERVED", "REQUESTED", "ACCEPTED", "INVITED", "REJECTED", "CANCELED", "EXPIRED", "COMPLETED", "NO_SHOW"]'


def _mutation(field: str, success: str, *refusals: str) -> str:
    kind = f"{field[0].upper()}{field[1:]}"
    more = " ".join(f"... on {name} {{ {_MORE[name]} }}" for name in refusals)
    return (
        f"mutation ($input: {kind}Input!, $dryRun: Boolean! = false) {{ "
        f"{field}(input: $input, dryRun: $dryRun) {{ __typename "
        f"... on {kind}Success {{ {success} booking {_BOOKING} }} {_REFUSALS} {more} }} }}"
    )


UPSERT = _mutation("upsertBooking", "outcome", "StaleWrite", "VersionConflict", "BookingOverlap")
DOCUMENTS: dict[type[Operation], str] = {
    Upsert: UPSERT,
    Delete: _mutation("deleteBooking", "outcome", "StaleWrite", "VersionConflict"),
    SetStatus: _mutation("updateBookingStatus", "", "VersionConflict", "BookingOverlap"),
    Reserve: _mutation("reserveBooking", "reservationToken", "BookingOverlap"),
    Extend: _mutation("extendReservation", "", "VersionConflict", "BookingOverlap"),
    Confirm: _mutation("confirmReservation", "", "VersionConflict", "BookingOverlap"),
    Release: _mutation("releaseReservation", "", "VersionConflict"),
    Bulk: UPSERT.replace("$input: UpsertBookingInput!", "$inputs: [UpsertBookingInput!]!").replace(
        "upsertBooking(input: $input,", "upsertBookings(inputs: $inputs,"
    ),
    Read: f"query ($ref: BookingRef!) {{ booking(ref: $ref) {_BOOKING} }}",
    ReadAll: f"""query ($filter: BookingFilter!, $after: String) {{
      bookings(filter: $filter, first: 100, after: $after) {{
        nodes {_BOOKING} pageInfo {{ hasNextPage endCursor }} }} }}""",
}


class Answer(NamedTuple):
    """An answer in the terms of the model, and what else it tells."""

    result: Any
    ids: tuple[tuple[str, str], ...] = ()
    created: datetime | None = None
    secret: str | None = None
    at: datetime | None = None


def variables(operation: Operation, cell: Cell, secrets: Mapping[str, str]) -> dict[str, Any]:
    """The variables to send with the operation's document."""
    if isinstance(operation, Bulk):
        return {"inputs": [_upsert(item, cell) for item in operation.items]}
    if isinstance(operation, Read):
        return {"ref": {"external": {"externalServiceId": cell.service, "externalBookingId": operation.name}}}
    if isinstance(operation, ReadAll):
        keys = [key for key, _, _ in cell.resources]
        statuses = ALL.strip('[]"').split('", "')
        return {"filter": {"resourceIds": keys, "includeDeleted": True, "statuses": statuses}}
    return {"input": _input(operation, cell, secrets)}


def _input(  # noqa: PLR0911 - one for each kind
    operation: Operation, cell: Cell, secrets: Mapping[str, str]
) -> dict[str, Any]:
    if isinstance(operation, Upsert):
        return _upsert(operation, cell)
    if isinstance(operation, Delete):
        return {**_name(operation.name, cell), "externalUpdatedAt": _text(written_at(operation.written))}
    if isinstance(operation, SetStatus):
        return {"ref": {"external": _name(operation.name, cell)}, "status": operation.status}
    if isinstance(operation, Reserve):
        kept = {
            "idempotencyKey": f"{cell.service} {operation.name}",
            "ttlSeconds": operation.ttl,
            "staffId": operation.staff,
        }
        return {**_place(operation), **kept}
    secret = {"reservationToken": secrets[operation.name]}  # type: ignore[union-attr] # all the others have a name
    if isinstance(operation, Extend):
        return {**secret, "ttlSeconds": operation.ttl}
    if isinstance(operation, Confirm):
        return {**secret, "participants": _party(operation.title), "title": operation.title}
    return secret


def _upsert(wanted: Upsert, cell: Cell) -> dict[str, Any]:
    given = {"externalUpdatedAt": _text(written_at(wanted.written)), "participants": _party(wanted.title)}
    return {**_name(wanted.name, cell), **_place(wanted), **given, "staffId": wanted.staff, "title": wanted.title}


def _party(title: str) -> list[dict[str, str]]:
    return [{"email": email} for email in party(title)]


def _name(name: str, cell: Cell) -> dict[str, str]:
    return {"externalServiceId": cell.service, "externalBookingId": name}


def _place(wanted: Upsert | Reserve) -> dict[str, Any]:
    span = {"startDate": _text(instant(wanted.start)), "endDate": _text(instant(wanted.end))}
    return {"resourceId": wanted.resource, "seats": wanted.seats, **span}


def _text(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def answered(operation: Operation, value: Any) -> Answer:
    """Read the value of the operation's field."""
    if isinstance(operation, Bulk):
        parts = [_one(item, given) for item, given in zip(operation.items, value, strict=True)]
        ids = tuple(pair for part in parts for pair in part.ids)
        return Answer(tuple(part.result for part in parts), ids)
    if isinstance(operation, Read):
        if value is None:
            return Answer(("none",))
        return Answer(("ok", *_shown(value)), ((operation.name, value["id"]),))
    return _one(operation, value)


def _one(operation: Operation, value: Any) -> Answer:
    if not value["__typename"].endswith("Success"):
        return Answer(_refused(value))
    booking, outcome = value["booking"], value.get("outcome", "ok")
    if booking is None:
        return Answer((outcome,))
    created = datetime.fromisoformat(booking["createdAt"])
    at = created if outcome == "CREATED" else None
    if isinstance(operation, Extend):
        at = datetime.fromisoformat(booking["expiresAt"]) - timedelta(seconds=operation.ttl)
    name: str = operation.name  # type: ignore[union-attr] # all that change one booking have a name
    return Answer((outcome, *_shown(booking)), ((name, booking["id"]),), created, value.get("reservationToken"), at)


def all_shown(nodes: list[Any], names: Mapping[str, str], now: datetime) -> Any:
    """What a whole cell shows, by the names of the bookings' IDs; a booking that nobody was told of keeps its ID."""
    return tuple(sorted((_named(node, names), *_shown(_settled(node, now))) for node in nodes))


def _named(node: Any, names: Mapping[str, str]) -> str:
    return str(node["externalBookingId"] or names.get(node["id"], node["id"]))


def _settled(booking: Any, now: datetime) -> Any:
    """A hold past its expiry has expired, whether or not somebody has marked it yet."""
    expires = booking["expiresAt"] and datetime.fromisoformat(booking["expiresAt"])
    over = booking["status"] == "RESERVED" and expires and expires <= now
    return {**booking, "status": "EXPIRED"} if over else booking


def _shown(booking: Any) -> tuple[Any, ...]:
    gone = booking["status"] == "EXPIRED"
    return (
        "EXPIRED" if gone else booking["status"],
        0 if gone else booking["version"],
        booking["title"],
        booking["seats"],
        datetime.fromisoformat(booking["startDate"]),
        datetime.fromisoformat(booking["endDate"]),
        booking["resource"]["id"],
        booking["staff"] and booking["staff"]["id"],
        booking["deletedAt"] is not None,
        tuple(person["email"] for person in booking["participants"]),
    )


def _refused(value: Any) -> tuple[Any, ...]:
    kind = value["__typename"]
    if kind == "BookingOverlap":
        spans = (
            (datetime.fromisoformat(busy["startDate"]), datetime.fromisoformat(busy["endDate"]))
            for busy in value["conflicts"]
        )
        return (kind, value["path"][-1], tuple(spans))
    if kind == "StaleWrite":
        return (kind, datetime.fromisoformat(value["storedExternalUpdatedAt"]))
    if kind == "VersionConflict":
        return (kind, value["storedVersion"])
    return (kind, value["code"])
