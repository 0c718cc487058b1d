"""How values travel to a driver and back, where the driver's own way does not do.

An instant is an aware `datetime`; on SQLite it is text of a fixed width, so that the order of the text is the order of
time. A naive one is refused on every database: a driver would silently take it for the local time of the machine.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Dialect = Literal["sqlite", "postgresql"]


def aware(value: datetime) -> datetime:
    """Return the instant; raise ValueError for a naive one."""
    if value.tzinfo is None:
        message = f"an instant needs a time zone: {value.isoformat()}"
        raise ValueError(message)
    return value


def encode_instant(value: datetime) -> str:
    """Write an instant as `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    return _encode_utc(value if value.tzinfo is UTC else aware(value).astimezone(UTC))


@lru_cache(1024)  # a write names the same few instants again and again
def _encode_utc(value: datetime) -> str:
    return value.isoformat("T", "microseconds")[:26] + "Z"


def decode_instant(value: bytes) -> datetime:
    """Read what `encode_instant` wrote."""
    return parse_instant(value.decode())


def decode_boolean(value: bytes) -> bool:
    """Read the 0 or 1 that SQLite keeps for a boolean."""
    return value == b"1"


def encode_json(value: object) -> str:
    """Write a document, or keys as a JSON array: the one parameter of `among` on SQLite."""
    return orjson.dumps(value).decode()


def encode_keys(values: Iterable[Any]) -> str:
    """Write keys of any collection as a JSON array."""
    return orjson.dumps(list(values)).decode()


parse_instant = datetime.fromisoformat
"""Faster (0.13 µs) than any other way tried: slices and `int` 1.1 µs, `strptime` 5 µs."""

ENCODERS: dict[Dialect, dict[type, Callable[[Any], Any]]] = {
    "sqlite": {
        datetime: encode_instant,
        dict: encode_json,
        list: encode_json,
        tuple: encode_keys,
        set: encode_keys,
        frozenset: encode_keys,
    },
    "postgresql": {datetime: aware, set: list, frozenset: list},
}
"""By exact type of the value; a value of another type goes to the driver as it is."""

CONVERTERS: dict[str, Callable[[bytes], Any]] = {
    "DATETIME": decode_instant,
    "BOOLEAN": decode_boolean,
    "JSON": orjson.loads,
}
"""By the declared type of an SQLite column."""
