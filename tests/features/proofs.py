"""Which tests say that they prove which rule: read from their marks `feature(row, …)` and `decision(number, …)`."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parents[1]
RULES = Path(__file__).with_name("rules.md")

ROW = re.compile(r"\| (\d+) \| (.*?) \| (.*) \|")
DECISION = re.compile(r"(\d+)\. (.*)")


class Rule(NamedTuple):
    """A row of a source's table, or a decision."""

    kind: str
    number: int
    section: str
    feature: str
    text: str

    @property
    def mark(self) -> tuple[str, int]:
        """The mark of a test that proves it."""
        return self.kind, self.number


def rules() -> list[Rule]:
    """Read the rules, in order."""
    found: list[Rule] = []
    section = ""
    for line in RULES.read_text("utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif row := ROW.fullmatch(line):
            found.append(Rule("feature", int(row[1]), section, row[2], row[3]))
        elif decision := DECISION.fullmatch(line):
            found.append(Rule("decision", int(decision[1]), section, "", decision[2]))
        elif line.startswith("   ") and found:
            found[-1] = found[-1]._replace(text=f"{found[-1].text} {line.strip()}")
    return found


def proofs() -> dict[tuple[str, int], list[str]]:
    """Return for each mark the tests that carry it, as `tests/file.py::test_name`."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for function in tree.body:
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name.startswith("test_"):
                for mark in sorted(set(_marks(function))):
                    found[mark].append(f"{path.relative_to(TESTS.parent).as_posix()}::{function.name}")
    return found


def _marks(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, int]]:
    calls = (
        node for decorator in function.decorator_list for node in ast.walk(decorator) if isinstance(node, ast.Call)
    )
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("feature", "decision"):
            yield from ((call.func.attr, ast.literal_eval(number)) for number in call.args)
