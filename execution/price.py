"""What a document may cost: how deep, how wide, how many values it can answer. Checked before validation.

Every fragment is priced once (memoised), so that fragments naming fragments cannot make the pricing itself explode,
and the shape is bounded before graphql-core's validation, whose merging rule is quadratic, sees the document.
"""

from __future__ import annotations

from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)


class Limits(NamedTuple):
    """Bounds of one document."""

    tokens: int = 5_000
    fields: int = 800
    spreads: int = 200
    depth: int = 20
    cost: int = 200_000
    page: int = 100


class Price(NamedTuple):
    """How many levels a selection has, and how many values it can answer."""

    depth: int
    cost: int


FREE = Price(0, 0)


def price(document: DocumentNode, limits: Limits) -> Price | GraphQLError:
    """Price the dearest operation of a document, or return the error that refuses it."""
    return _Pricing(document, limits).price()


class _Pricing:
    """One pricing: the fragments by name, and what each was found to cost."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self.limits = limits
        self.operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.priced: dict[str, Price] = {}
        self.fields = self.spreads = 0

    def price(self) -> Price | GraphQLError:
        for definition in (*self.operations, *self.fragments.values()):
            if not self._count(definition.selection_set):
                return _too_complex(f"more than {self.limits.fields} fields or {self.limits.spreads} fragments")
        prices = [self._of_selections(operation.selection_set) for operation in self.operations]
        worst = Price(max((p.depth for p in prices), default=0), max((p.cost for p in prices), default=0))
        if worst.depth > self.limits.depth:
            return _too_complex(f"more than {self.limits.depth} levels")
        if worst.cost > self.limits.cost:
            return _too_complex(f"up to {worst.cost} values, more than {self.limits.cost}; ask for smaller pages")
        return worst

    def _count(self, root: SelectionSetNode) -> bool:
        waiting = [root]
        while waiting:
            for selection in waiting.pop().selections:
                self.fields += isinstance(selection, FieldNode)
                self.spreads += not isinstance(selection, FieldNode)
                inner = getattr(selection, "selection_set", None)
                if inner is not None:
                    waiting.append(inner)
        return self.fields <= self.limits.fields and self.spreads <= self.limits.spreads

    def _of_selections(self, selections: SelectionSetNode) -> Price:
        depth = cost = 0
        for selection in selections.selections:
            part = FREE
            if isinstance(selection, FieldNode):
                part = self._of_field(selection)
            elif isinstance(selection, InlineFragmentNode):
                part = self._of_selections(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                part = self._of_fragment(selection.name.value)
            depth, cost = max(depth, part.depth), cost + part.cost
        return Price(depth, cost)

    def _of_field(self, field: FieldNode) -> Price:
        if field.name.value.startswith("__") or field.selection_set is None:
            return Price(1, 1)
        inner = self._of_selections(field.selection_set)
        return Price(inner.depth + 1, 1 + inner.cost * self._page_size(field))

    def _of_fragment(self, name: str) -> Price:
        if name not in self.priced:
            self.priced[name] = FREE  # a cycle ends here; validation refuses it
            definition = self.fragments.get(name)
            self.priced[name] = self._of_selections(definition.selection_set) if definition else FREE
        return self.priced[name]

    def _page_size(self, field: FieldNode) -> int:
        for argument in field.arguments or ():
            if argument.name.value not in ("first", "last"):
                continue
            if isinstance(argument.value, IntValueNode):
                return max(1, min(int(argument.value.value[:6]), self.limits.page))
            if isinstance(argument.value, VariableNode):
                return self.limits.page
        return 1


def _too_complex(why: str) -> GraphQLError:
    message = f"The operation is too complex: {why}."
    return GraphQLError(message, extensions={"code": "operation_too_complex"})
