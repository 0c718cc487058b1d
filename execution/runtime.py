"""What generated code calls."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any

Made = dict[str, Any]


class Pending(list[Made]):
    """Dicts in which the keys of relations stand, waiting for what is made of their records."""

    times: Sequence[int] = ()
    """How often each stands in the answer, if not once: as often as what it is a part of."""


class UnexpectedError(Exception):
    """A record that the schema does not announce; graphql-core says how it is answered."""


async def load(
    batch: Callable[..., Awaitable[Sequence[Any]]],
    context: Any,  # noqa: ANN401 - whatever the caller's functions take
    known: dict[Any, Any],
    arguments: dict[str, Any],
    *places: tuple[Pending, str],
) -> None:
    """Ask a batch function for the records of all keys that stand in these places and are not known yet."""
    keys = dict.fromkeys([made[field] for pending, field in places for made in pending])
    missing = [key for key in keys if key not in known]
    if missing:
        found = await batch(context, missing, **arguments)
        known.update(zip(missing, found, strict=True))


def fill(
    pending: Pending,
    field: str,
    known: dict[Any, Any],
    make: Callable[[Any], Any],
    repeated: Callable[[int, int], None],
    values: int,
) -> None:
    """Put in the place of each key what is made of its record: once for each key, however often it stands there.

    Each, and all that hangs on it, holds so many `values` wherever it stands; none: they have been counted.
    """
    if values:
        repeated(1, values * (sum(pending.times) if pending.times else len(pending)))
    answers: dict[Any, Any] = {}
    for made in pending:
        key = made[field]
        if key not in answers:
            answers[key] = make(known[key])
        made[field] = answers[key]


def fill_deep(
    pending: Pending,
    field: str,
    known: dict[Any, Any],
    make: Callable[[Any], Any],
    repeated: Callable[[int, int], None],
    values: int,
    *below: Pending,
) -> None:
    """Do the same with what holds lists, or has some hanging on the dicts that it leaves pending: those `below`."""
    keys = map(itemgetter(field), pending)
    answers = {}
    noted: list[list[int]] = [[] for _ in below]
    for key, times in (_added_up(keys, pending.times) if pending.times else Counter(keys)).items():
        repeated(times, values)
        answers[key] = make(known[key])
        for more, numbers in zip(below, noted, strict=True):
            numbers.extend(repeat(times, len(more) - len(numbers)))
    for more, numbers in zip(below, noted, strict=True):
        more.times = numbers
    for made in pending:
        made[field] = answers[made[field]]
    repeated(1, 0)


def _added_up(keys: Iterable[Any], times: Iterable[int]) -> dict[Any, int]:
    found: dict[Any, int] = defaultdict(int)
    for key, number in zip(keys, times, strict=True):
        found[key] += number
    return found
