"""The fenced blocks of a page, and what runs them.

- `graphql` is sent to the gateway over the demo data. `# token: NAME` in its first line says with which of the demo's
  tokens; without it none is sent. A `json` block right after it holds its variables, and one that begins with `data`
  or `errors` what the answer contains: of objects the named members, `"…"` is any value.
- `sh` is run by bash in the checkout, against the same gateway and store; `js` by node. A `json` block right after is
  contained in what it prints. Neither may exit with an error.
- Every other language is shown, not run.

A document with required variables and no block that gives them is checked against the schema, not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from graphql import OperationDefinitionNode, parse

FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = ("graphql", "sh", "js")
ANY = "…"


class Block(NamedTuple):
    """A block of a page, with the data that stand right after it."""

    language: str
    text: str
    line: int
    variables: dict[str, Any] | None = None
    answer: Any = None

    @property
    def token(self) -> str | None:
        """The name of the token that a document asks to be sent with."""
        found = re.match(r"# token: (\w+)\n", self.text)
        return found[1] if found else None

    @property
    def lacks_variables(self) -> bool:
        """Whether a document needs variables that the page does not give."""
        if self.language != "graphql" or self.variables is not None:
            return False
        operations = [d for d in parse(self.text).definitions if isinstance(d, OperationDefinitionNode)]
        return any(v.default_value is None for o in operations for v in o.variable_definitions or ())


def blocks(page: Path) -> Iterator[Block]:
    """Find the blocks that can be run, top to bottom."""
    text = page.read_text("utf-8")
    found = list(FENCE.finditer(text))
    for position, match in enumerate(found):
        if match[1] not in RUN:
            continue
        block = Block(match[1], match[2], text.count("\n", 0, match.start()) + 1)
        for previous, following in pairwise(found[position:]):
            if following[1] != "json" or text[previous.end() : following.start()].strip():
                break
            block = _with(block, orjson.loads(following[2]))
        yield block


def _with(block: Block, data: Any) -> Block:
    is_answer = block.language != "graphql" or next(iter(data), None) in ("data", "errors")
    return block._replace(answer=data) if is_answer else block._replace(variables=data)


def contains(answer: Any, shown: Any) -> bool:
    """Whether an answer is as a page shows it."""
    if shown == ANY:
        return True
    if isinstance(shown, dict):
        return isinstance(answer, dict) and all(
            name in answer and contains(answer[name], value) for name, value in shown.items()
        )
    if isinstance(shown, list):
        same_length = isinstance(answer, list) and len(answer) == len(shown)
        return same_length and all(contains(*pair) for pair in zip(answer, shown, strict=True))
    return bool(answer == shown)
