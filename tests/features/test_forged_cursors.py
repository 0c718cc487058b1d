"""Cursors that somebody else made: their digest is no secret, so what they hold is read like any input."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest

from tests.api.venue import Venue
from tests.features.asking import refused

DIGEST = b"digest"
ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def known_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.cursors._digest", lambda *_: DIGEST)


def forged(body: bytes) -> str:
    return urlsafe_b64encode(DIGEST + body).decode().rstrip("=")


@pytest.mark.feature(33)
@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("START_DATE", b'["datetime","zzz","%s"]'),
        ("START_DATE", b'["datetime","2026-04-15T08:00:00","%s"]'),
        ("START_DATE", b'["datetime","0001-01-01T00:00:00+14:00","%s"]'),
        ("START_DATE", b'["datetime",5,"%s"]'),
        ("START_DATE", b'["str","2026-04-15T08:00:00+00:00","%s"]'),
        ("START_DATE", b'["datetime","2026-04-15T08:00:00+00:00","x"]'),
        ("START_DATE", b'["datetime","2026-04-15T08:00:00+00:00",null]'),
        ("START_DATE", b"[1,2]"),
        ("START_DATE", b'"abc"'),
        ("START_DATE", b"5"),
        ("START_DATE", b"\xff"),
        ("START_DATE", b""),
        ("ID", b'["int",9223372036854775808,"%s"]'),
        ("ID", b'["str",9223372036854775808,"%s"]'),
        ("ID", b'["str","zzz","%s"]'),
        ("ID", b'["datetime","2026-04-15T08:00:00+00:00","%s"]'),
    ],
)
async def test_a_forged_cursor_is_refused_like_a_damaged_one(venue: Venue, field: str, body: bytes) -> None:
    cursor = forged(body.replace(b"%s", ID.encode()))

    for name in ("after", "before"):
        asked = {"orderBy": {"field": field, "direction": "ASC"}, name: cursor}
        assert await refused(venue, venue.desk, **asked) == ("invalid_cursor", [name])


@pytest.mark.feature(33)
async def test_a_forged_cursor_of_a_list_by_name_holds_a_text_that_can_be_stored(venue: Venue) -> None:
    document = "query ($after: String) { resources(after: $after) { nodes { name } } }"

    for value, expected in (("hall", []), ("a\0b", ["invalid_cursor"]), (5, ["invalid_cursor"])):
        cursor = forged(json.dumps(["str", value, ID]).encode())
        assert await venue.gateway.codes(document, venue.desk, after=cursor) == expected
