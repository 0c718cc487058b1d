"""What generated code calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

Made = dict[str, Any]


class UnexpectedError(Exception):
    """A record that the schema does not announce; graphql-core says how it is answered."""


async def load(
    batch: Callable[..., Awaitable[Sequence[Any]]],
    context: Any,  # noqa: ANN401 - whatever the caller's functions take
    known: dict[Any, Any],
    arguments: dict[str, Any],
    *places: tuple[list[Made], str],
) -> None:
    """Ask a batch function for the records of all keys that stand in these places and are not known yet."""
    keys = dict.fromkeys([made[field] for pending, field in places for made in pending])
    missing = [key for key in keys if key not in known]
    if missing:
        found = await batch(context, missing, **arguments)
        known.update(zip(missing, found, strict=True))


def fill(pending: list[Made], field: str, known: dict[Any, Any], make: Callable[[Any], Any]) -> None:
    """Put in the place of each key what is made of its record: once for each key, however often it stands there."""
    answers: dict[Any, Any] = {}
    for made in pending:
        key = made[field]
        if key not in answers:
            answers[key] = make(known[key])
        made[field] = answers[key]
