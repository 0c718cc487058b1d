"""Which part of a list a client asks for."""

from __future__ import annotations

from typing import NamedTuple

from domain.refusals import ErrorCode, RefusedError

DEFAULT, LARGEST = 25, 100
LARGEST_OFFSET = 1_000_000


class Window(NamedTuple):
    """Which part of a list: `limit` records after or before a cursor, or after `offset` records."""

    limit: int
    after: str | None = None
    before: str | None = None
    offset: int = 0
    backwards: bool = False


def window(
    first: int | None, after: str | None, last: int | None = None, before: str | None = None, offset: int | None = None
) -> Window:
    """Check the paging arguments; the limit is 25 where none is given. Raises RefusedError."""
    if first is not None and last is not None:
        raise _invalid("first and last exclude each other.", "last")
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 1 <= size <= LARGEST:
            raise _invalid(f"{name} is 1 to {LARGEST}.", name)
    if offset is not None and not 0 <= offset <= LARGEST_OFFSET:
        raise _invalid(f"offset is 0 to {LARGEST_OFFSET}.", "offset")
    if offset is not None and (after, before, last) != (None, None, None):
        raise _invalid("offset goes with first alone, not with cursors.", "offset")
    return Window(first or last or DEFAULT, after, before, offset or 0, backwards=last is not None)


def _invalid(message: str, argument: str) -> RefusedError:
    return RefusedError(ErrorCode.INVALID_SCHEMA, message, (argument,))
