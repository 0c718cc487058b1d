"""Which page a client asks for, and the arguments of the one after it."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import strawberry
from strawberry import UNSET
from strawberry.utils.str_converters import to_camel_case

from schema.scalars import show_instant
from storage.windows import Window

if TYPE_CHECKING:
    from collections.abc import Callable

First = Annotated[int | None, strawberry.argument(description="How many, 1 to 100; default 25.")]
After = Annotated[
    str | None, strawberry.argument(description="Those after this cursor. Damaged or foreign: `invalid_cursor`.")
]
Last = Annotated[int | None, strawberry.argument(description="How many from the end, 1 to 100.")]
Before = Annotated[str | None, strawberry.argument(description="Those before this cursor.")]
Offset = Annotated[
    int | None, strawberry.argument(description="Skip so many, 0 to 1,000,000; not beside cursors (Wingfield).")
]


def next_arguments(part: Window, **given: Any) -> Callable[[str], str]:  # noqa: ANN401
    """Return what makes of a cursor the arguments of the page after a part, of the same size, as JSON."""

    def following(cursor: str) -> str:
        sizes = {"first": part.limit} if part.backwards else {"first": part.limit, "before": part.before}
        kept = {to_camel_case(name): _plain(value) for name, value in (given | sizes).items() if value is not None}
        return orjson.dumps({**kept, "after": cursor}).decode()

    return following


def _plain(value: Any) -> Any:  # noqa: ANN401
    if dataclasses.is_dataclass(value):
        fields = value.__strawberry_definition__.fields  # type: ignore[union-attr]
        named = {f.graphql_name or to_camel_case(f.python_name): getattr(value, f.python_name) for f in fields}
        return {name: _plain(inner) for name, inner in named.items() if inner is not None and inner is not UNSET}
    if isinstance(value, datetime):
        return show_instant(value)
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value.value if isinstance(value, Enum) else value
