"""Opaque cursors: where a page ended, bound to the filter and order that it was asked with."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime
from typing import Any

import orjson

DIGEST = 6


class InvalidCursorError(ValueError):
    """The cursor is damaged, or belongs to another filter or order."""


def encode(bound_to: str, position: Any, record_id: str) -> str:  # noqa: ANN401
    """Encode the position of a record (its sort value and ID) under a filter and order."""
    value = position.isoformat() if isinstance(position, datetime) else position
    body = orjson.dumps([type(position).__name__, value, record_id])
    return base64.urlsafe_b64encode(_digest(bound_to, body) + body).decode().rstrip("=")


def decode(bound_to: str, cursor: str) -> tuple[Any, str]:
    """Return the sort value and ID in a cursor, or raise InvalidCursorError."""
    try:
        packed = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidCursorError from None
    digest, body = packed[:DIGEST], packed[DIGEST:]
    if digest != _digest(bound_to, body):
        raise InvalidCursorError
    kind, value, record_id = orjson.loads(body)
    return (datetime.fromisoformat(value).astimezone(UTC) if kind == "datetime" else value), record_id


def _digest(bound_to: str, body: bytes) -> bytes:
    return hashlib.blake2b(bound_to.encode() + b"\0" + body, digest_size=DIGEST).digest()
