"""The worked example of docs/execution.md is what is really generated."""

from __future__ import annotations

import re
from pathlib import Path

from graphql import OperationDefinitionNode, parse

from execution.compiled import Plans
from resolvers.api import graphql_schema

TEXT = (Path(__file__).parents[2] / "docs" / "execution.md").read_text("utf-8")


def test_the_source_in_the_docs_is_what_its_document_becomes() -> None:
    query, source = (re.search(f"```{kind}\n(.*?)\n```", TEXT, re.DOTALL) for kind in ("graphql", "python"))
    assert query is not None
    assert source is not None
    document = parse(query[1])
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    plans = Plans(graphql_schema(), document)

    plan, _ = plans.find(operation, plans.variables(operation, {"from": "2026-04-15T00:00:00Z"}))

    assert plan.source == source[1]
