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

from domain.refusals import ErrorCode
from resolvers.refusing import refuse
from schema.scalars import show_instant
from storage.cursors import InvalidCursorError
from storage.pages import Page, Window

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

DEFAULT, LARGEST = 25, 100
LARGEST_OFFSET = 1_000_000

First = Annotated[int | None, strawberry.argument(description="How many, 1 to 100; default 25.")]
After = Annotated[
    str | None, strawberry.argument(description="Those after this cursor. Damaged or foreign: `invalid_cursor`.")
]
Last = Annotated[int | None, strawberry.argument(description="How many from the end, 1 to 100.")]
Before = Annotated[str | None, strawberry.argument(description="Those before this cursor.")]
Offset = Annotated[
    int | None, strawberry.argument(description="Skip so many, at least 0; not beside cursors (Wingfield).")
]


def window(
    first: int | None, after: str | None, last: int | None = None, before: str | None = None, offset: int | None = None
) -> Window:
    """Check the paging arguments; the limit is 25 where none is given."""
    if first is not None and last is not None:
        _invalid("first and last exclude each other.", "last")
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 1 <= size <= LARGEST:
            _invalid(f"{name} is 1 to {LARGEST}.", name)
    if offset is not None and not 0 <= offset <= LARGEST_OFFSET:
        _invalid(f"offset is 0 to {LARGEST_OFFSET}.", "offset")
    if offset is not None and (after, before, last) != (None, None, None):
        _invalid("offset goes with first alone, not with cursors.", "offset")
    return Window(first or last or DEFAULT, after, before, offset or 0, backwards=last is not None)


async def paged(page: Awaitable[Page], arguments: Callable[[str], str] | None = None) -> Page:
    """Read a page; a cursor that does not fit is refused."""
    try:
        return (await page)._replace(arguments=arguments)
    except InvalidCursorError:
        message = "The cursor is damaged, or belongs to another filter or order."
        refuse(ErrorCode.INVALID_CURSOR, message, "after")


def next_arguments(**given: Any) -> Callable[[str], str]:  # noqa: ANN401
    """Return what makes of a cursor the arguments of the next page, as JSON."""
    kept = {to_camel_case(name): _plain(value) for name, value in given.items() if value is not None}
    return lambda cursor: orjson.dumps({**kept, "after": cursor}).decode()


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


def _invalid(message: str, *path: str) -> None:
    refuse(ErrorCode.INVALID_SCHEMA, message, *path)
