"""Statements: written in SQLAlchemy Core, compiled once per dialect to driver SQL, bound by name into positions.

SQLAlchemy's own execution costs more than the query it runs; what is compiled here goes straight to the driver. A list
of keys travels as one parameter, so that a statement is prepared once, whatever the number of keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ARRAY, JSON, Boolean, ColumnElement, DateTime, Label, SelectBase, Table, bindparam
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.ext.compiler import compiles

from storage.codecs import CONVERTERS, ENCODERS, Dialect

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.sql import ClauseElement, Executable
    from sqlalchemy.sql.compiler import SQLCompiler

    from storage.database import Row

DIALECTS = {"sqlite": sqlite.dialect(paramstyle="qmark"), "postgresql": asyncpg_dialect()}  # type: ignore[no-untyped-call]


class among(ColumnElement[bool]):  # noqa: N801 - reads as SQL where it is used
    """`column` is one of the keys, a list that travels as one parameter: a JSON array on SQLite, an array elsewhere."""

    inherit_cache = True

    def __init__(self, column: Any, name: str) -> None:  # noqa: ANN401 - any column
        self.column, self.keys = column, bindparam(name, None, type_=ARRAY(column.type))


@compiles(among, "sqlite")
def _among_sqlite(element: among, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    keys = compiler.process(element.keys, **kw)
    return f"{compiler.process(element.column, **kw)} IN (SELECT value FROM json_each({keys}))"  # noqa: S608 - compiled


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    # What a subquery gives is of unknown length to the planner, so that the plan is kept. Else the server plans anew
    # for every list of keys: a booking by its ID took 272 µs instead of 96.
    keys, kind = compiler.process(element.keys, **kw), element.keys.type.compile(dialect=compiler.dialect)
    return f"{compiler.process(element.column, **kw)} = ANY ((SELECT {keys})::{kind})"


class beside(ColumnElement[Any]):  # noqa: N801 - as above
    """A column by which SQLite shall not look rows up, since another condition finds fewer; PostgreSQL counts them."""

    inherit_cache = True

    def __init__(self, column: Any) -> None:  # noqa: ANN401 - any column
        self.column, self.type = column, column.type


@compiles(beside, "sqlite")
def _beside_sqlite(element: beside, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return f"+{compiler.process(element.column, **kw)}"


@compiles(beside, "postgresql")
def _beside_postgresql(element: beside, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return compiler.process(element.column, **kw)


class Statement:
    """One statement for both databases; `for_(dialect)` gives its SQL and the names of its parameters, in order.

    `postgresql`: the same said otherwise, where PostgreSQL would not find the way that SQLite does.
    """

    def __init__(self, executable: Executable, *, postgresql: Executable | None = None) -> None:
        self._executables = {"sqlite": executable, "postgresql": executable if postgresql is None else postgresql}
        self._compiled: dict[Dialect, Compiled] = {}

    def for_(self, dialect: Dialect) -> Compiled:
        """Compile for the dialect, once."""
        compiled = self._compiled.get(dialect)
        if compiled is None:
            compiled = self._compiled[dialect] = Compiled(self._executables[dialect], dialect)
        return compiled

    def after(self, first: Statement) -> Statement:
        """Return one statement of two that write, for PostgreSQL; neither sees what the other has written."""
        before, this = (cast("Any", each._executables["postgresql"]) for each in (first, self))  # noqa: SLF001 - its own class
        return Statement(this.add_cte(before.cte("before")))


class Compiled:
    """A statement in one driver's SQL."""

    def __init__(self, executable: Executable, dialect: Dialect) -> None:
        element = cast("ClauseElement", executable)
        compiled: Any = element.compile(dialect=DIALECTS[dialect], compile_kwargs={"render_postcompile": True})
        self.sql = str(compiled)
        self.names: list[str] = list(compiled.positiontup or ())
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._encoders = ENCODERS[dialect]
        self._undeclared = _undeclared(compiled) if dialect == "sqlite" else {}

    def bind(self, values: dict[str, Any]) -> list[Any]:
        """Order the values as the driver wants them, each in the form it wants; a naive instant is a ValueError."""
        encoders, known = self._encoders, {**self._fixed, **values} if self._fixed else values
        ordered = map(known.get, self.names)
        return [encoders[type(value)](value) if type(value) in encoders else value for value in ordered]

    def decode(self, rows: list[Row]) -> list[Row]:
        """Decode what the driver could not: on SQLite an expression, or what RETURNING gives, has no declared type."""
        if not self._undeclared:
            return rows
        return [self._decoded(row) for row in rows]

    def _decoded(self, row: Row) -> Row:
        values = list(row)
        for index, decoder in self._undeclared.items():
            if type(values[index]) in RAW:
                values[index] = decoder(str(values[index]).encode())
        return tuple(values)


RAW = (str, int)
"""What SQLite gives for an instant, a boolean or a document that nobody has decoded yet."""


def _undeclared(compiled: Any) -> dict[int, Callable[[bytes], Any]]:  # noqa: ANN401 - SQLCompiler, with its internals
    reads = isinstance(compiled.statement, SelectBase)
    return {
        index: decoder
        for index, entry in enumerate(compiled._result_columns)  # noqa: SLF001 - no public way to the result's types
        if (decoder := _decoder(entry.type)) and not (reads and _is_stored(entry.objects[0]))
    }


def _decoder(kind: Any) -> Callable[[bytes], Any] | None:  # noqa: ANN401 - any type of SQLAlchemy
    if not isinstance(kind, DateTime | Boolean | JSON):
        return None
    return CONVERTERS[kind.__visit_name__.upper()]


def _is_stored(selected: Any) -> bool:  # noqa: ANN401 - whatever was selected
    """Whether it is a table's column, however deep in subqueries and whichever part of a union it comes from."""
    column = selected.element if isinstance(selected, Label) else selected
    bases = getattr(column, "base_columns", (column,))
    return all(isinstance(getattr(base, "table", None), Table) for base in bases)
