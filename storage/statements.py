"""Statements: written in SQLAlchemy Core, compiled once per dialect to driver SQL, bound by name into positions.

SQLAlchemy's own execution costs more than the query it runs; what is compiled here goes straight to the driver. A list
of keys travels as one parameter, so that a statement is prepared once, whatever the number of keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import orjson
from sqlalchemy import ARRAY, ColumnElement, bindparam
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.ext.compiler import compiles

if TYPE_CHECKING:
    from sqlalchemy.sql import Executable
    from sqlalchemy.sql.compiler import SQLCompiler

Dialect = Literal["sqlite", "postgresql"]

DIALECTS = {"sqlite": sqlite.dialect(paramstyle="qmark"), "postgresql": asyncpg_dialect()}  # type: ignore[no-untyped-call]


class among(ColumnElement[bool]):  # noqa: N801 - reads as SQL where it is used
    """`column` is one of the keys, a list that travels as one parameter: a JSON array on SQLite, an array elsewhere."""

    inherit_cache = True

    def __init__(self, column: Any, name: str) -> None:  # noqa: ANN401 - any column
        self.column, self.keys = column, bindparam(name, None, type_=ARRAY(column.type))


@compiles(among, "sqlite")  # type: ignore[no-untyped-call, misc]
def _among_sqlite(element: among, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    keys = compiler.process(element.keys, **kw)
    return f"{compiler.process(element.column, **kw)} IN (SELECT value FROM json_each({keys}))"


@compiles(among, "postgresql")  # type: ignore[no-untyped-call, misc]
def _among_postgresql(element: among, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return f"{compiler.process(element.column, **kw)} = ANY ({compiler.process(element.keys, **kw)})"


class Statement:
    """One statement for both databases; `for_(dialect)` gives its SQL and the names of its parameters, in order."""

    def __init__(self, executable: Executable) -> None:
        self._executable = executable
        self._compiled: dict[Dialect, Compiled] = {}

    def for_(self, dialect: Dialect) -> Compiled:
        """Compile for the dialect, once."""
        compiled = self._compiled.get(dialect)
        if compiled is None:
            compiled = self._compiled[dialect] = Compiled(self._executable, dialect)
        return compiled


class Compiled:
    """A statement in one driver's SQL."""

    def __init__(self, executable: Executable, dialect: Dialect) -> None:
        compiled = executable.compile(dialect=DIALECTS[dialect], compile_kwargs={"render_postcompile": True})
        self.sql = str(compiled)
        self._names: list[str] = list(compiled.positiontup or ())  # type: ignore[attr-defined]
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._encode = encode_list if dialect == "sqlite" else None

    def bind(self, values: dict[str, Any]) -> list[Any]:
        """Order the values as the driver wants them; a list is encoded for drivers without arrays."""
        ordered = [values[name] if name in values else self._fixed.get(name) for name in self._names]
        if self._encode is None:
            return ordered
        return [self._encode(value) if type(value) in LISTS else value for value in ordered]


LISTS = (list, tuple, set, frozenset)


def encode_list(values: Any) -> str:  # noqa: ANN401
    """Encode keys as a JSON array, the one parameter of `among` on SQLite."""
    return orjson.dumps(list(values)).decode()
