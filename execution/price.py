"""What a document may cost: how deep, how wide, how many values it can answer. Checked before validation.

A list is multiplied by its page; one that is fetched whole counts as a whole page. One that stands in its record has
no known length: it counts as a few, and what it really holds is counted where it is answered (`execution.meter`).
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
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from execution.relation import DEFINITION, RelationField, RootField


class Limits(NamedTuple):
    """Bounds of one document, and of what it answers."""

    text: int = 100_000
    tokens: int = 5_000
    fields: int = 800
    written: int = 5_000
    """Fields with every fragment written out."""
    repeats: int = 100
    """Times that one key may stand in a selection: validation compares each with each."""
    spreads: int = 200
    depth: int = 20
    roots: int = 50
    cost: int = 200_000
    page: int = 100
    default_page: int = 25
    embedded: int = 10
    compiled: int = 2_000_000
    """Values that a compiled query may really answer."""
    reference: int = 30_000
    """Values that graphql-core may answer of what the compiler does not: a fifth of a second, in which nobody else is
    answered. Where it answers everything: `cost`."""


class Price(NamedTuple):
    """How many levels a selection has, how many values it can answer, how many root functions it calls."""

    depth: int = 0
    cost: int = 0
    roots: int = 0
    is_open: bool = False
    """Whether it holds a list whose length nothing in the document bounds."""


FREE = Price()


def price(schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> Price | GraphQLError:
    """Price the dearest operation of a document, or return the error that refuses it."""
    try:
        return _Pricing(schema, document, limits).price()
    except RecursionError:
        return too_complex(f"more than {limits.depth} levels")


def too_complex(why: str) -> GraphQLError:
    """Return the error that refuses a document, or its answer, for its size."""
    message = f"The operation is too complex: {why}."
    return GraphQLError(message, extensions={"code": "operation_too_complex"})


class _Pricing:
    """One pricing: the fragments by name, and what each was found to cost."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> None:
        self.schema, self.limits = schema, limits
        self.operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.priced: dict[str, Price] = {}
        self.fields = self.spreads = 0

    def price(self) -> Price | GraphQLError:
        limits = self.limits
        for definition in (*self.operations, *self.fragments.values()):
            if not self._count(definition.selection_set):
                return too_complex(f"more than {limits.fields} fields or {limits.spreads} fragments")
        prices = [
            self._of_selections(operation.selection_set, self.schema.get_root_type(operation.operation))
            for operation in self.operations
        ]
        worst = Price(*map(max, zip(FREE, *prices, strict=True)))
        if worst.depth > limits.depth:
            return too_complex(f"more than {limits.depth} levels")
        if worst.roots > limits.roots:
            return too_complex(f"more than {limits.roots} fields of the operation itself")
        if worst.cost > limits.cost:
            return too_complex(f"up to {worst.cost} values, more than {limits.cost}; ask for smaller pages")
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

    def _of_selections(self, selections: SelectionSetNode, parent: GraphQLNamedType | None) -> Price:
        depth = cost = roots = 0
        is_open = False
        for selection in selections.selections:
            part = FREE
            if isinstance(selection, FieldNode):
                part = self._of_field(selection, parent)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inside = self.schema.get_type(condition.name.value) if condition else parent
                part = self._of_selections(selection.selection_set, inside)
            elif isinstance(selection, FragmentSpreadNode):
                part = self._of_fragment(selection.name.value)
            depth, cost, roots = max(depth, part.depth), cost + part.cost, roots + part.roots
            is_open = is_open or part.is_open
        return Price(depth, cost, roots, is_open)

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Price:
        field = None
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            field = parent.fields.get(node.name.value)
        roots = int(field is not None and isinstance(field.extensions.get(DEFINITION), RootField))
        if node.name.value.startswith("__") or node.selection_set is None:
            return Price(1, 1, roots)
        inner = self._of_selections(node.selection_set, get_named_type(field.type) if field else None)
        length = self._length(node, field)
        return Price(
            inner.depth + 1,
            1 + inner.cost * (self.limits.embedded if length is None else length),
            roots + inner.roots,
            inner.is_open or length is None,
        )

    def _of_fragment(self, name: str) -> Price:
        if name not in self.priced:
            self.priced[name] = FREE  # a cycle ends here; validation refuses it
            found = self.fragments.get(name)
            if found is not None:
                inside = self.schema.get_type(found.type_condition.name.value)
                self.priced[name] = self._of_selections(found.selection_set, inside)
        return self.priced[name]

    def _length(self, node: FieldNode, field: GraphQLField | None) -> int | None:
        """Return how many times a field's selection is answered at most; None: nothing bounds it."""
        if field is None:
            return 1
        if "first" in field.args:
            return self._page_size(node)
        if not is_list_type(get_nullable_type(field.type)):
            return 1
        if isinstance(field.extensions.get(DEFINITION), RootField | RelationField):
            return self.limits.page
        return 1 if node.name.value in CONNECTION else None

    def _page_size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value not in ("first", "last"):
                continue
            if isinstance(argument.value, IntValueNode):
                return max(1, min(int(argument.value.value[:6]), self.limits.page))
            if isinstance(argument.value, VariableNode):
                return self.limits.page
        return self.limits.default_page


CONNECTION = {"nodes", "edges"}
"""The lists of a page, whose length its field has been asked for."""
