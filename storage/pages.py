"""A page of a list: which records it was chosen of, where it stands, and the cursors that lead on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from storage.cursors import encode


class Order(NamedTuple):
    """What a list is ordered by (an attribute of its records, never null); ties by ID ascending."""

    field: str = "id"
    descending: bool = False


class Query(NamedTuple):
    """Which records a list holds, in which order: names of conditions, and the values of their parameters."""

    conditions: tuple[str, ...]
    values: tuple[tuple[str, Any], ...]
    order: Order

    @property
    def identity(self) -> str:
        """What a cursor is bound to."""
        return repr(self)


class Edge(NamedTuple):
    """A record with its cursor."""

    cursor: str
    node: Any


class Page(NamedTuple):
    """A part of a list. `query` is what its total is counted by; `arguments` the ones it was asked with."""

    nodes: tuple[Any, ...]
    query: Query
    has_next_page: bool
    has_previous_page: bool
    arguments: Callable[[str], str] | None = None

    def cursor(self, node: Any) -> str:  # noqa: ANN401
        """Return the cursor of a record of this page."""
        return encode(self.query.identity, getattr(node, self.query.order.field), node.id)

    @property
    def edges(self) -> list[Edge]:
        """The records with their cursors."""
        return [Edge(self.cursor(node), node) for node in self.nodes]

    @property
    def page_info(self) -> Page:
        """Where this page stands: what of it is asked for is read from the page itself."""
        return self

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first record."""
        return self.cursor(self.nodes[0]) if self.nodes else None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last record."""
        return self.cursor(self.nodes[-1]) if self.nodes else None

    @property
    def next_page(self) -> str | None:
        """The arguments of the next page, as JSON; None on the last."""
        if not self.has_next_page or self.arguments is None:
            return None
        return self.arguments(self.cursor(self.nodes[-1]))
