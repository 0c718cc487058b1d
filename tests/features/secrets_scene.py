"""A scene full of secrets, each in one place, and who may see which of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from storage.tokens import SCOPES
from tests.api.documents import set_up
from tests.api.venue import Venue, uid
from tests.features.asking import partner_wrote, span, wrote
from tests.writes.documents import Holds

ORDER = ("nobody", "foreigner", "rival", "partner", "reception", "caretaker", "blind", "directory", "desk", "admin")
"""Every kind of caller; those who may change least come first.

`partner` and `rival` are tokens of services; `reception` is the partner's with `users:read`; `caretaker` has
`resources:read` alone, `directory` `users:read` alone, `blind` all but `users:read`.
"""
RECEPTION = ("bookings:write", "resources:read", "users:read")
PEOPLE = ("powner", "pguest", "pstaff", "downer", "dguest", "dstaff", "hstaff", "person")
INSIDE = {"partner", "rival", "reception", "caretaker", "blind", "desk", "admin"}
USERS = {"reception", "directory", "desk", "admin"}
PARTNERS = {"partner", "reception", "blind", "desk", "admin"}
DESKS = {"blind", "desk", "admin"}
FOREIGNERS = {"foreigner", "admin"}


class Scene(NamedTuple):
    """The callers' tokens, the records' IDs, and for each secret text the callers who may see it."""

    venue: Venue
    tokens: dict[str, str | None]
    ids: dict[str, str]
    secrets: dict[str, set[str]]
    hold: str


async def open_scene(venue: Venue) -> Scene:
    """Fill a venue with secrets."""
    ids = {"room": venue.room, "court": venue.court, "hall": venue.hall, "foreign court": venue.foreign_court}
    secrets: dict[str, set[str]] = {}
    for name in PEOPLE:
        ids[name] = uid(name)
        secrets |= await _person(venue, name)
    await _places(venue, ids, secrets)
    await _partners_booking(venue, ids, secrets)
    await _desks_booking(venue, ids, secrets)
    await _foreign_booking(venue, ids, secrets)
    held = {
        "resourceId": venue.room,
        "staffId": ids["hstaff"],
        "idempotencyKey": "secret-key",
        **span("14:00", "15:00"),
    }
    hold = await Holds(venue).reserved(**held)
    secrets |= {ids["hstaff"]: {"desk", "admin"} | USERS, "secret-key": set()}
    return Scene(venue, await _tokens(venue), ids, secrets, hold)


async def _tokens(venue: Venue) -> dict[str, str | None]:
    token = venue.gateway.token
    given: dict[str, str | None] = {name: getattr(venue, name, None) for name in ORDER}
    return given | {
        "reception": await token(venue.club, service=venue.service, scopes=RECEPTION),
        "caretaker": await token(venue.club, scopes=["resources:read"]),
        "directory": await token(venue.club, scopes=["users:read"]),
        "desk": await token(venue.club, scopes=SCOPES),
    }  # fmt: skip


async def _person(venue: Venue, name: str) -> dict[str, set[str]]:
    fields = ("name", "surname", "phoneNumber", "photoUrl", "about")
    given = {field: f"secret-{name}-{field.lower()}" for field in fields} | {"email": f"secret-{name}@example.com"}
    await _saved(venue, "upsertUser", "user", id=uid(name), organizationId=venue.club, **given)
    return dict.fromkeys(given.values(), USERS)


async def _places(venue: Venue, ids: dict[str, str], secrets: dict[str, set[str]]) -> None:
    ids |= {"annex": uid("annex"), "office": uid("office"), "chair": uid("chair")}
    annex = {"organizationId": venue.club, "name": "secret-annex", "timezone": "Europe/Berlin"}
    await _saved(venue, "upsertLocation", "location", id=ids["annex"], **annex)
    office = {"locationId": ids["annex"], "name": "secret-office", "type": "OFFICE", "publicCalendar": False}
    await _saved(venue, "upsertResource", "resource", id=ids["office"], parentId=venue.room, **office)
    chair = {"locationId": ids["annex"], "name": "secret-chair", "type": "STAFF", "userId": ids["person"]}
    await _saved(venue, "upsertResource", "resource", id=ids["chair"], **chair)
    ids["blocker"] = uid("blocker")
    blocker = {"resourceId": venue.room, "title": "secret-blocker", **span("16:00", "17:00")}
    await _saved(venue, "upsertBlocker", "blocker", id=ids["blocker"], **blocker)
    secrets |= dict.fromkeys(("secret-annex", "secret-office", "secret-chair", "secret-blocker"), INSIDE)
    secrets[ids["person"]] = USERS


async def _partners_booking(venue: Venue, ids: dict[str, str], secrets: dict[str, set[str]]) -> None:
    people = [{"userId": ids["pguest"], "membershipId": uid("pm2")}, {"email": "secret-partner-guest@example.com"}]
    details, given = _details("p", ids)
    booking = await partner_wrote(venue, "secret-external", participants=people, **span("08:00", "09:00"), **given)
    ids["partner's"] = booking["id"]
    secrets |= dict.fromkeys((*details, "secret-external"), PARTNERS)
    secrets |= dict.fromkeys((ids["powner"], ids["pguest"], ids["pstaff"]), {"partner"} | USERS)
    secrets |= dict.fromkeys((uid("pm1"), uid("pm2"), "secret-partner-guest@example.com"), PARTNERS - {"blind"})


async def _desks_booking(venue: Venue, ids: dict[str, str], secrets: dict[str, set[str]]) -> None:
    people = [{"userId": ids["dguest"], "membershipId": uid("dm2")}, {"email": "secret-desk-guest@example.com"}]
    details, given = _details("d", ids)
    booking = await wrote(
        venue, venue.desk, resourceId=venue.room, participants=people, **span("10:00", "11:00"), **given
    )
    ids["desk's"] = booking["id"]
    secrets |= dict.fromkeys(details, DESKS)
    secrets |= dict.fromkeys((ids["downer"], ids["dguest"], ids["dstaff"]), USERS)
    secrets |= dict.fromkeys((uid("dm1"), uid("dm2"), "secret-desk-guest@example.com"), DESKS - {"blind"})


async def _foreign_booking(venue: Venue, ids: dict[str, str], secrets: dict[str, set[str]]) -> None:
    given = {"title": "secret-foreign", "participants": [{"userId": venue.stranger}], **span("08:00", "09:00")}
    booking = await wrote(venue, venue.foreigner, resourceId=venue.foreign_court, **given)
    ids["foreign"] = booking["id"]
    secrets |= dict.fromkeys(("secret-foreign", venue.stranger, "stranger@example.com", "Poe"), FOREIGNERS)


def _details(who: str, ids: dict[str, str]) -> tuple[list[str], dict[str, Any]]:
    """Return the texts of a booking's details, and the input that has them."""
    refs = {"invoiceItemRef": f"secret-{who}-invoice", "transactionRef": f"secret-{who}-transaction"}
    texts = {"title": f"secret-{who}-title", "notes": f"secret-{who}-notes"}
    given = {
        "ownerId": ids[f"{who}owner"], "staffId": ids[f"{who}staff"], "ownerMembershipId": uid(f"{who}m1"),
        "item": {"type": "SERVICE", "id": uid(f"{who}item")}, "payment": {"amount": "1.00", **refs}, **texts,
    }  # fmt: skip
    return [*refs.values(), *texts.values(), uid(f"{who}item")], given


async def _saved(venue: Venue, field: str, record: str, **given: Any) -> None:
    answer = await venue.gateway.data(set_up(field, record), venue.admin, input=given)
    assert answer["__typename"].endswith("Success"), answer
