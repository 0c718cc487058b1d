"""Lists in pages: by keyset (a cursor names the last record seen) or by offset, forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    union_all,
)

from domain.records import Viewer
from domain.refusals import ErrorCode, RefusedError
from storage.access import Access
from storage.cursors import InvalidCursorError, Kind, decode
from storage.database import Row
from storage.pages import Order, Page, Query
from storage.statements import Statement, among, beside
from storage.windows import Window

R = TypeVar("R")

LIMIT, OFFSET = (bindparam(name, type_=Integer) for name in ("row_limit", "row_offset"))


class Way(Enum):
    """How a part of a list is read. SQLite has to be told what to sort, PostgreSQL what not to end by itself."""

    WALKED = "in order, by the index that gives it, until the page is full"
    SORTED = "found by its conditions, which few records meet, and sorted: by an index of the order they are found late"
    WHOLE = "all of it: it is small, or no index gives its order"


class Part(NamedTuple):
    """The conditions of one of the disjoint parts of a list, each of which has an index of its own."""

    conditions: tuple[str, ...]
    way: Way = Way.WALKED


class Listing(Generic[R]):
    """A list that can be paged: what it selects, by which conditions, in which orders."""

    def __init__(
        self,
        columns: Sequence[ColumnElement[Any]],
        source: FromClause,
        orders: Mapping[str, ColumnElement[Any]],
        condition: Callable[[str], ColumnElement[bool]],
        build: Callable[[Row], R],
        see: Callable[[Viewer, Sequence[R]], Sequence[R]],
        split: Callable[[tuple[str, ...], Order], Sequence[Part]] = lambda conditions, _order: (Part(conditions),),
    ) -> None:
        self._columns, self._source, self._orders, self._condition = columns, source, orders, condition
        self._build, self._see, self._split = build, see, split

    async def page(self, access: Access, query: Query, window: Window) -> Page:
        """Read one page. Raises RefusedError where a cursor does not fit."""
        values: dict[str, Any] = dict(query.values)
        for name, cursor in (("after", window.after), ("before", window.before)):
            if cursor is not None:
                values[f"{name}_value"], values[f"{name}_id"] = self._position(query, cursor, name)
        bounds = (window.after is not None, window.before is not None)
        statement = self._page_statement(query.conditions, query.order, bounds, window.backwards)
        limits = {"row_limit": window.limit + 1, "row_offset": window.offset}
        rows = await access.database.fetch(statement, **values, **limits)
        more, kept = len(rows) > window.limit, rows[: window.limit]
        records = list(map(self._build, reversed(kept) if window.backwards else kept))
        nodes = tuple(self._see(access.viewer, records))
        passed = window.after is not None or window.offset > 0
        if window.backwards:
            return Page(nodes, query, has_next_page=window.before is not None, has_previous_page=more)
        return Page(nodes, query, has_next_page=more, has_previous_page=passed)

    async def pages_by(
        self, access: Access, column: ColumnElement[Any], keys: Sequence[str], queries: Sequence[Query], window: Window
    ) -> list[Page]:
        """Read a page for each key of `column`, all in one statement; the queries differ in that key alone."""
        if not keys:
            return []
        values: dict[str, Any] = {**dict(queries[0].values), "keys": list(keys), "row_limit": window.limit + 1}
        for query in queries:
            if window.after is not None:
                values["after_value"], values["after_id"] = self._position(query, window.after, "after")
        conditions = tuple(name for name in queries[0].conditions if name != column.key)
        statement = self._group_statement(column, conditions, queries[0].order, window.after is not None)
        found: dict[str, list[R]] = {key: [] for key in keys}
        for row in await access.database.fetch(statement, **values):
            found[row[0]].append(self._build(row[2:]))
        return [
            Page(
                tuple(self._see(access.viewer, found[key][: window.limit])),
                query,
                has_next_page=len(found[key]) > window.limit,
                has_previous_page=window.after is not None,
            )
            for key, query in zip(keys, queries, strict=True)
        ]

    async def counts(self, access: Access, queries: Sequence[Query]) -> list[int]:
        """Count the records of each query: of those that differ in the key of one column alone by one statement."""
        name = _told_apart_by(queries)
        column = next((column for column in self._columns if name is not None and column.key == name), None)
        if name is None or column is None:
            return [await self._count(access, query) for query in queries]
        conditions = tuple(condition for condition in queries[0].conditions if condition != name)
        keys = [dict(query.values)[name] for query in queries]
        values = {**dict(queries[0].values), "keys": keys}
        found = dict(map(tuple, await access.database.fetch(self._group_counts(column, conditions), **values)))
        return [found.get(key, 0) for key in keys]

    async def _count(self, access: Access, query: Query) -> int:
        ((found,),) = await access.database.fetch(self._count_statement(query.conditions), **dict(query.values))
        return cast("int", found)

    @lru_cache(500)  # noqa: B019 - of all lists together; so a list that is made no more is forgotten, too
    def _page_statement(
        self,
        conditions: tuple[str, ...],
        order: Order,
        bounds: tuple[bool, bool],
        backwards: bool,  # noqa: FBT001
    ) -> Statement:
        beyond = []
        if bounds[0]:
            beyond.append(self._beyond("after", order, backwards=False))
        if bounds[1]:
            beyond.append(self._beyond("before", order, backwards=True))
        parts = self._split(conditions, order)
        found = [self._select(*self._columns).where(*map(self._condition, part.conditions), *beyond) for part in parts]
        ordered = self._order_by(self._orders, order, backwards=backwards)
        if len(parts) == 1:
            return Statement(_page_of(found[0], ordered))
        cut = [
            rows if part.way is Way.WHOLE else select(rows.order_by(*ordered).limit(LIMIT + OFFSET).subquery())
            for part, rows in zip(parts, found, strict=True)
        ]
        is_sorted = any(part.way is Way.SORTED for part in parts)
        # SQLite merges parts in order; PostgreSQL sorts all of them, unless each ends by itself.
        return Statement(
            self._merged(found, order, backwards=backwards, is_sorted=is_sorted),
            postgresql=self._merged(cut, order, backwards=backwards),
        )

    def _merged(
        self, parts: Sequence[Select[Any]], order: Order, *, backwards: bool, is_sorted: bool = False
    ) -> Select[Any]:
        union = union_all(*parts).subquery()
        columns: dict[str, ColumnElement[Any]] = {name: union.c[name] for name in self._orders if name in union.c}
        if is_sorted:
            columns = {name: beside(column) for name, column in columns.items()}
        return _page_of(select(union), self._order_by(columns, order, backwards=backwards))

    @lru_cache(50)  # noqa: B019
    def _group_statement(
        self,
        column: ColumnElement[Any],
        conditions: tuple[str, ...],
        order: Order,
        after: bool,  # noqa: FBT001
    ) -> Statement:
        clauses = [self._condition(name) for name in conditions]
        if after:
            clauses.append(self._beyond("after", order, backwards=False))
        ordered = self._order_by(self._orders, order, backwards=False)
        place = func.row_number().over(partition_by=column, order_by=ordered).label("place")
        part = (
            self._select(column.label("part"), place, *self._columns).where(among(column, "keys"), *clauses).subquery()
        )
        limit = bindparam("row_limit", type_=Integer)
        return Statement(select(part).where(part.c.place <= limit).order_by(part.c.part, part.c.place))

    @lru_cache(500)  # noqa: B019
    def _count_statement(self, conditions: tuple[str, ...]) -> Statement:
        clauses = [self._condition(name) for name in conditions]
        return Statement(self._select(func.count()).where(and_(True, *clauses)))  # noqa: FBT003

    @lru_cache(50)  # noqa: B019
    def _group_counts(self, column: ColumnElement[Any], conditions: tuple[str, ...]) -> Statement:
        clauses = [self._condition(name) for name in conditions]
        counted = self._select(column, func.count()).where(among(column, "keys"), *clauses)
        return Statement(counted.group_by(column))

    def _select(self, *columns: Any) -> Select[Any]:  # noqa: ANN401
        return select(*columns).select_from(self._source)

    def _beyond(self, name: str, order: Order, *, backwards: bool) -> ColumnElement[bool]:
        column, key = self._orders[order.field], self._orders["id"]
        value = bindparam(f"{name}_value", type_=column.type)
        record_id = bindparam(f"{name}_id", type_=key.type)
        ahead = order.descending == backwards
        past = column > value if ahead else column < value
        if order.field == "id":
            return past
        tie = key < record_id if backwards else key > record_id
        # The first clause says nothing new, but an index can begin there.
        return and_(column >= value if ahead else column <= value, or_(past, and_(column == value, tie)))

    def _order_by(
        self, columns: Mapping[str, ColumnElement[Any]], order: Order, *, backwards: bool
    ) -> list[ColumnElement[Any]]:
        column, key = columns[order.field], columns["id"]
        first = column.desc() if order.descending != backwards else column.asc()
        return [first, key.desc() if backwards else key.asc()] if order.field != "id" else [first]

    def _position(self, query: Query, cursor: str, argument: str) -> tuple[Any, str]:
        try:
            return decode(query.identity, cursor, self._kind(query.order.field))
        except InvalidCursorError:
            message = "The cursor is damaged, or belongs to another filter or order."
            raise RefusedError(ErrorCode.INVALID_CURSOR, message, (argument,)) from None

    def _kind(self, field: str) -> Kind:
        if field == "id":
            return "id"
        return "instant" if isinstance(self._orders[field].type, DateTime) else "text"


def _told_apart_by(queries: Sequence[Query]) -> str | None:
    """Return the name of the one condition by whose value the queries differ."""
    first = queries[0]
    if any(query.conditions != first.conditions for query in queries):
        return None
    names = {
        name
        for query in queries
        for (name, value), known in zip(query.values, first.values, strict=True)
        if (name, value) != known
    }
    return names.pop() if len(names) == 1 else None


def _page_of(rows: Select[Any], ordered: Sequence[ColumnElement[Any]]) -> Select[Any]:
    return rows.order_by(*ordered).limit(LIMIT).offset(OFFSET)
