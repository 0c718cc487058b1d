"""The house keeps its own rules."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

import storage
from storage.access import Access
from storage.database import Database, Reader, Transaction

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "storage", "schema", "resolvers", "execution", "gateway")
FILES = [ROOT / "app.py", *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]
CODE = [path for path in FILES if "versions" not in path.parts and "node_modules" not in path.parts]

# What opens, loads, migrates or authenticates comes before there is a viewer; the sweeper answers nobody.
BEFORE_A_VIEWER = {
    "storage.loading",
    "storage.opening",
    "storage.sqlite",
    "storage.postgres",
    "storage.tokens",
    "storage.sweeper",
}


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_at_most_300_lines_and_a_function_40(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 300
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - _begin(node) >= 40
    ]
    assert not long


def test_every_read_of_the_store_takes_who_asks() -> None:
    wrong = [
        f"{function.__module__}.{function.__name__}"
        for function in _functions()
        if _first(function) not in (Access, Transaction)
    ]

    assert not wrong


def _begin(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The line of the first statement after the docstring: a long signature is no long function."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return body[0].lineno


def _functions() -> Iterator[FunctionType]:
    for module in pkgutil.iter_modules(storage.__path__, "storage."):
        if module.name in BEFORE_A_VIEWER or module.ispkg or module.name.startswith(("storage.sqlite", "storage.post")):
            continue
        for _, function in inspect.getmembers(import_module(module.name), inspect.iscoroutinefunction):
            if function.__module__ == module.name and not function.__name__.startswith("_"):
                yield function


def _first(function: FunctionType) -> object:
    namespace = {**function.__globals__, "Access": Access, "Transaction": Transaction, "Database": Database}
    first = next(iter(inspect.signature(function).parameters.values()))
    return eval(first.annotation, {**namespace, "Reader": Reader})


def test_what_serves_is_pinned_as_what_is_tested() -> None:
    tested, served = (
        {line for line in (ROOT / name).read_text("utf-8").splitlines() if "==" in line or "--hash" in line}
        for name in ("requirements.lock", "requirements-serve.lock")
    )

    assert served < tested
