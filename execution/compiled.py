"""Queries that run without graphql-core: the plans of one document, and what a plan answers."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson
from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from execution.arguments import Arguments, UnsupportedError
from execution.emit import Answer, emit
from execution.inputs import Signature, UnfitError, Values
from execution.meter import counting
from execution.plan import conditions, make_plan
from execution.shapes import Reads

MOST_PLANS = 16
"""Plans of one document: those that were asked for last. A client may vary its conditions without end."""


class Compiled(NamedTuple):
    """A plan as Python."""

    source: str
    answer: Answer
    arguments: list[Arguments]
    reads: Reads

    async def run(self, context: Any, variables: Values, most: int) -> bytes:  # noqa: ANN401
        """Answer the query as the body of a response, of `most` values. Raises whatever stands in the way.

        A context that has the coroutine `reading` is told what is read of the records, and may prepare for just that.
        """
        reading = getattr(context, "reading", None)
        if reading is not None:
            context = await reading(self.reads)
        given = [arguments.given(variables) for arguments in self.arguments]
        data = await self.answer(context, given, *counting(most))
        return orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z)


class Plans:
    """The plans of one document, by operation and by the values of the variables that decide what is selected."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema, self._document = schema, document
        self._signatures: dict[int, Signature] = {}
        self._made: dict[tuple[Any, ...], Compiled | UnsupportedError] = {}
        try:
            self._conditions: tuple[str, ...] | UnsupportedError = conditions(document)
        except UnsupportedError as why:
            self._conditions = why

    def variables(self, operation: OperationDefinitionNode, given: Values) -> dict[str, Any]:
        """Return the coerced values of an operation's variables. Raises UnfitError."""
        signature = self._signatures.get(id(operation))
        if signature is None:
            signature = self._signatures[id(operation)] = Signature(self._schema, operation)
        return signature.values(given)

    def find(self, operation: OperationDefinitionNode, variables: Values) -> tuple[Compiled, int]:
        """Return the plan of an operation, and by how much source there is more now; raise UnsupportedError."""
        if isinstance(self._conditions, UnsupportedError):
            raise self._conditions
        identity = (id(operation), *(variables.get(name) for name in self._conditions))
        found, grown = self._made.pop(identity, None), 0
        if found is None:
            found = self._make(operation, variables)
            grown = _length(found) - self._make_room()
        self._made[identity] = found  # the last one now: the first one has not been asked for the longest
        if isinstance(found, UnsupportedError):
            raise found
        return found, grown

    def _make_room(self) -> int:
        if len(self._made) < MOST_PLANS:
            return 0
        return _length(self._made.pop(next(iter(self._made))))

    def _make(self, operation: OperationDefinitionNode, variables: Values) -> Compiled | UnsupportedError:
        if operation.operation is not OperationType.QUERY:
            return UnsupportedError(f"a {operation.operation.value}")
        try:
            plan = make_plan(self._schema, self._document, operation, VariableValues({}, dict(variables)))
            source, answer = emit(plan)
        except UnsupportedError as why:
            return why
        except UnfitError as why:
            return UnsupportedError(f"a literal that does not fit: {why}")
        except (RecursionError, MemoryError, SyntaxError) as error:  # Python's own limits of nesting
            return UnsupportedError(f"too much for one plan: {error}")
        return Compiled(source, answer, plan.arguments, plan.reads)


def _length(plan: Compiled | UnsupportedError) -> int:
    return len(plan.source) if isinstance(plan, Compiled) else 0
