"""What every record has in common, and the parts of every list."""

from __future__ import annotations

import strawberry
from strawberry import field


@strawberry.interface(description="A record with an ID, readable by `node`.")
class Node:
    """A record with an ID."""

    id: strawberry.ID = field(description="The record's own UUID, unique over all types.")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = field(description="Whether records follow.")
    has_previous_page: bool = field(description="Whether records precede.")
    start_cursor: str | None = field(description="The cursor of the first record; null on an empty page.")
    end_cursor: str | None = field(description="The cursor of the last record: `after` of the next page.")
