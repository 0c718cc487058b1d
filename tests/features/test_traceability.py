"""Every rule is named by tests, and docs/features.md says which."""

from __future__ import annotations

import re

from tests.features.proofs import proofs, rules
from tests.features.report import DOCUMENT, document


def test_every_row_and_every_decision_is_there_once() -> None:
    marks = [rule.mark for rule in rules()]

    rows = [("feature", number) for number in range(1, 71) if number != 39]
    assert marks == rows + [("decision", number) for number in range(1, 20)]


def test_every_rule_has_a_test_over_http() -> None:
    proven = proofs()

    assert [rule.mark for rule in rules() if not any(_is_over_http(test) for test in proven[rule.mark])] == []


def test_every_mark_names_a_rule() -> None:
    assert set(proofs()) <= {rule.mark for rule in rules()}


def test_every_test_that_the_document_names_is_there() -> None:
    named = set(re.findall(r"\[(test_\w+)\]", DOCUMENT.read_text("utf-8")))

    assert named
    assert named <= set(re.findall(r"\[(test_\w+)\]", document())), "run `make features`"


def _is_over_http(test: str) -> bool:
    return test.startswith(("tests/features/", "tests/api/", "tests/contract/", "tests/writes/"))
