"""What an operation fetches: the shape of its answer, and its relations as steps, level by level.

A plan is made for one operation and the values of the variables in its `@skip` and `@include`, so that what is
selected is known. graphql-core collects the fields, in the order of the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    print_ast,
    visit,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)

from execution.arguments import Arguments, Converters, UnsupportedError
from execution.relation import DEFINITION, IsRecord, RelationField, RootField
from execution.shapes import (
    Attribute,
    Builder,
    Call,
    Constant,
    Either,
    Leaf,
    Many,
    Maybe,
    Object,
    Plan,
    Reads,
    Related,
    Root,
    Shape,
    Step,
)

MOST_FIELDS = 2_000
"""Fields of a plan, with every fragment written out."""


def conditions(document: DocumentNode) -> tuple[str, ...]:
    """Return the variables that decide what is selected; raise UnsupportedError where something else decides, too."""
    found: dict[str, None] = {}

    class Directives(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:  # noqa: ANN401
            if node.name.value not in ("skip", "include"):
                raise UnsupportedError(f"the directive @{node.name.value}")
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    found[argument.value.name.value] = None

    visit(document, Directives())
    return tuple(found)


def make_plan(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Any,  # noqa: ANN401 - graphql-core's VariableValues
) -> Plan:
    """Plan a query; raise UnsupportedError where graphql-core has to answer it."""
    fragments = {
        d.name.value: FragmentDetails(d) for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    return _Planner(schema, fragments, operation, variables).plan()


class _Planner:
    """One planning: what has been found so far."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDetails],
        operation: OperationDefinitionNode,
        variables: Any,  # noqa: ANN401
    ) -> None:
        self._collected = (schema, fragments, variables)
        self._schema, self._operation = schema, operation
        self._converters = Converters()
        self._builders: list[Builder] = []
        self._steps: list[Step] = []
        self._arguments: list[Arguments] = []
        self._numbers: dict[tuple[int, str], int] = {}
        self._fields = 0

    def plan(self) -> Plan:
        query = self._schema.query_type
        if query is None:
            raise UnsupportedError("a schema without queries")
        data: dict[str, str | None] = {}
        roots = []
        for key, name, details in self._named(collect_fields(*self._collected, query, self._operation)[0]):
            if name == "__typename":
                data[key] = query.name
                continue
            data[key] = None
            field = _field(query, name)
            declared = field.extensions.get(DEFINITION)
            if not isinstance(declared, RootField) or declared.extensions:
                raise UnsupportedError(f"the root {name}")
            call = self._call(field, declared.metadata["function"], details)
            roots.append(Root(key, call, self._shape(field.type, details, level=0)))
        return Plan(data, roots, self._builders, _levels(self._steps), self._arguments, _reads(self._builders))

    def _named(self, grouped: GroupedFieldSet) -> Iterator[tuple[str, str, FieldDetailsList]]:
        """Iterate over what is selected: its key in the answer, its name, its nodes."""
        self._fields += len(grouped)
        if self._fields > MOST_FIELDS:
            raise UnsupportedError(f"more than {MOST_FIELDS} fields")
        return ((key, details[0].node.name.value, details) for key, details in grouped.items())

    def _shape(self, kind: GraphQLOutputType, details: FieldDetailsList, level: int) -> Shape:
        if not isinstance(kind, GraphQLNonNull):
            return Maybe(self._shape(GraphQLNonNull(kind), details, level))
        inner = kind.of_type
        if is_list_type(inner):
            return Many(self._shape(inner.of_type, details, level))
        if is_leaf_type(inner):
            return Leaf(inner)
        if is_object_type(inner):
            return Object(self._builder(inner, details, level))
        if not is_abstract_type(inner):
            raise UnsupportedError(f"the type {get_named_type(inner)}")
        possible = self._schema.get_possible_types(inner)
        return Either(tuple(self._builder(one, details, level, among=True) for one in possible))

    def _builder(self, kind: GraphQLObjectType, details: FieldDetailsList, level: int, *, among: bool = False) -> int:
        is_record = kind.is_type_of
        if not isinstance(is_record, IsRecord) and (among or is_record is not None):
            raise UnsupportedError(f"how {kind.name} is told from other types")
        number = len(self._builders)
        fields: dict[str, Constant | Attribute | Related] = {}
        self._builders.append(Builder(kind.name, is_record, fields))
        schema, fragments, variables = self._collected
        selected = collect_subfields(schema, fragments, variables, self._operation, kind, details)[0]
        for key, name, nodes in self._named(selected):
            if name == "__typename":
                fields[key] = Constant(kind.name)
                continue
            field = _field(kind, name)
            declared = field.extensions.get(DEFINITION)
            if isinstance(declared, RelationField) and not declared.extensions:
                fields[key] = Related(declared.metadata["key"])
                self._add_step(number, key, field, nodes, level)
            elif declared is not None and declared.is_basic_field and declared.default_resolver is getattr:
                fields[key] = Attribute(declared.python_name, self._shape(field.type, nodes, level))
            else:
                raise UnsupportedError(f"the field {kind.name}.{name}")
        if among and is_record is not None:
            fields.update(_fixed(fields, dict(is_record.fixed)))
        return number

    def _add_step(self, builder: int, key: str, field: GraphQLField, details: FieldDetailsList, level: int) -> None:
        call = self._call(field, field.extensions[DEFINITION].metadata["function"], details)
        before = len(self._steps)
        shape = self._shape(field.type, details, level + 1)
        leads_on = len(self._steps) > before
        self._steps.append(Step(builder, key, call, shape, level, leads_on))

    def _call(self, field: GraphQLField, function: Callable[..., Any], details: FieldDetailsList) -> Call:
        """Return the call of a function; the same function with the same arguments is the same call."""
        if not field.args:
            return Call(function, None)
        node = details[0].node
        written = " ".join(sorted(print_ast(argument) for argument in node.arguments or ()))
        identity = (id(function), written)
        if identity not in self._numbers:
            self._numbers[identity] = len(self._arguments)
            self._arguments.append(Arguments(field, node, self._converters))
        return Call(function, self._numbers[identity])


def _field(kind: GraphQLObjectType, name: str) -> GraphQLField:
    field: GraphQLField | None = kind.fields.get(name)
    if field is None:
        raise UnsupportedError(f"the field {name}")
    return field


def _fixed(fields: Mapping[str, Any], values: dict[str, Any]) -> dict[str, Constant]:
    """Return as constants the enums among these fields by whose values the type itself is told from others."""
    return {
        key: Constant(field.shape.kind.coerce_output_value(values[field.name]))
        for key, field in fields.items()
        if isinstance(field, Attribute) and field.name in values and isinstance(field.shape, Leaf)
        if isinstance(field.shape.kind, GraphQLEnumType)
    }


def _reads(builders: list[Builder]) -> Reads:
    found: dict[type, set[str]] = defaultdict(set)
    for builder in builders:
        if builder.is_record is not None:
            read = (field.name for field in builder.fields.values() if not isinstance(field, Constant))
            told_apart_by = (name for name, _ in builder.is_record.fixed)
            found[builder.is_record.record].update(read, told_apart_by)
    return {record: frozenset(names) for record, names in found.items()}


def _levels(steps: list[Step]) -> list[dict[Call, list[Step]]]:
    """Group steps by level and call.

    A step that no other waits for is put off to the last level that makes the same call, so that one call serves both:
    the owners of bookings and the users who take part in them are one statement.
    """
    last: dict[Call, int] = defaultdict(int)
    for step in steps:
        last[step.call] = max(last[step.call], step.level)
    levels: dict[int, dict[Call, list[Step]]] = defaultdict(lambda: defaultdict(list))
    for step in steps:
        level = step.level if step.leads_on else last[step.call]
        levels[level][step.call].append(step)
    return [levels[level] for level in sorted(levels)]
