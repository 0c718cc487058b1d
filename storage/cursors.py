"""Opaque cursors: where a page ended, bound to the filter and order that it was asked with."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import orjson

from storage.codecs import aware

DIGEST = 6


class InvalidCursorError(ValueError):
    """The cursor is damaged, or belongs to another filter or order."""


def encode(bound_to: str, position: Any, record_id: str) -> str:  # noqa: ANN401
    """Encode the position of a record (its sort value and ID) under a filter and order."""
    value = position.isoformat() if isinstance(position, datetime) else position
    body = orjson.dumps([type(position).__name__, value, record_id])
    return base64.urlsafe_b64encode(_digest(bound_to, body) + body).decode().rstrip("=")


def decode(bound_to: str, cursor: str, kind: Kind) -> tuple[Any, str]:
    """Return the sort value, which is of the order's kind, and ID in a cursor, or raise InvalidCursorError.

    The digest tells a cursor of another list, not who made it: what a cursor holds is read like any input.
    """
    try:
        packed = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        digest, body = packed[:DIGEST], packed[DIGEST:]
        if digest != _digest(bound_to, body):
            raise InvalidCursorError
        name, value, record_id = orjson.loads(body)
        return READERS[kind, name](value), _id(record_id)
    except (ValueError, LookupError, TypeError, OverflowError):
        raise InvalidCursorError from None


def _instant(value: str) -> datetime:
    return aware(datetime.fromisoformat(value)).astimezone(UTC)


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:  # PostgreSQL has no text with it
        raise ValueError(value)
    return value


def _id(value: object) -> str:
    return str(UUID(_text(value)))


Kind = Literal["instant", "text", "id"]
READERS: dict[tuple[Kind, str], Callable[[Any], Any]] = {
    ("instant", "datetime"): _instant,
    ("text", "str"): _text,
    ("id", "str"): _id,
}
"""How a value is read, by the kind of the order and the type that the cursor names."""


def _digest(bound_to: str, body: bytes) -> bytes:
    return hashlib.blake2b(bound_to.encode() + b"\0" + body, digest_size=DIGEST).digest()
