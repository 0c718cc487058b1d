"""How often one key stands in a selection, with all fragments written out.

graphql-core's validation compares each of them with each, and what is selected below them likewise: a few kilobytes
could keep it busy for seconds. What is written out is bounded, so fragments that name fragments cannot make the looking
itself explode.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from execution.price import Limits, too_complex


def repeated(document: DocumentNode, limits: Limits) -> GraphQLError | None:
    """Return the error that refuses a document in which one key stands too often, or which is too long written out."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    waiting = [[d.selection_set] for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    room = limits.written
    while waiting:
        fields = _by_key(waiting.pop(), fragments)
        room -= sum(map(len, fields.values()))
        if room < 0:
            return too_complex(f"more than {limits.written} fields with all fragments written out")
        for key, nodes in fields.items():
            if len(nodes) > limits.repeats:
                return too_complex(f"{key} stands more than {limits.repeats} times in one selection")
            waiting.append([node.selection_set for node in nodes if node.selection_set is not None])
    return None


def _by_key(
    selections: list[SelectionSetNode], fragments: dict[str, FragmentDefinitionNode]
) -> dict[str, list[FieldNode]]:
    """Return the fields of some selections by their keys in the answer; a fragment counts once, as it is compared."""
    found: dict[str, list[FieldNode]] = defaultdict(list)
    for field in _fields(selections, fragments, set()):
        found[field.alias.value if field.alias else field.name.value].append(field)
    return found


def _fields(
    selections: list[SelectionSetNode], fragments: dict[str, FragmentDefinitionNode], seen: set[str]
) -> Iterator[FieldNode]:
    waiting = list(selections)
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                waiting.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in fragments and name not in seen:
                    seen.add(name)
                    waiting.append(fragments[name].selection_set)
