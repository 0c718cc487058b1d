"""Queries that run without graphql-core: the plans of one document, and what a plan answers."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson
from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, OperationType

from execution.arguments import Arguments, UnsupportedError
from execution.emit import Answer, emit
from execution.meter import counting
from execution.plan import conditions, make_plan
from execution.shapes import Reads

MOST_PLANS = 16
"""Plans of one document; a client that varies more conditions than that is answered by graphql-core."""


class Compiled(NamedTuple):
    """A plan as Python."""

    source: str
    answer: Answer
    arguments: list[Arguments]
    reads: Reads

    async def run(self, context: Any, variables: Any, most: int) -> bytes:  # noqa: ANN401
        """Answer the query as the body of a response, of `most` values. Raises whatever stands in the way.

        A context that has the coroutine `reading` is told what is read of the records, and may prepare for just that.
        """
        reading = getattr(context, "reading", None)
        if reading is not None:
            context = await reading(self.reads)
        data = await self.answer(context, [arguments.given(variables) for arguments in self.arguments], counting(most))
        return orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z)


class Plans:
    """The plans of one document, by operation and by the values of the variables that decide what is selected."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema, self._document = schema, document
        self._made: dict[tuple[Any, ...], Compiled | UnsupportedError] = {}
        try:
            self._conditions: tuple[str, ...] | UnsupportedError = conditions(document)
        except UnsupportedError as why:
            self._conditions = why

    def find(self, operation: OperationDefinitionNode, variables: Any) -> tuple[Compiled, bool]:  # noqa: ANN401
        """Return the plan of an operation, and whether it was made just now; raise UnsupportedError."""
        if isinstance(self._conditions, UnsupportedError):
            raise self._conditions
        coerced = variables.coerced
        identity = (id(operation), *(coerced.get(name) for name in self._conditions))
        found = self._made.get(identity)
        is_new = found is None
        if found is None:
            found = self._made[identity] = self._make(operation, variables)
        if isinstance(found, UnsupportedError):
            raise found
        return found, is_new

    def _make(self, operation: OperationDefinitionNode, variables: Any) -> Compiled | UnsupportedError:  # noqa: ANN401
        if operation.operation is not OperationType.QUERY:
            return UnsupportedError(f"a {operation.operation.value}")
        if len(self._made) >= MOST_PLANS:
            raise UnsupportedError(f"more than {MOST_PLANS} plans")
        try:
            plan = make_plan(self._schema, self._document, operation, variables)
            source, answer = emit(plan)
        except UnsupportedError as why:
            return why
        except (RecursionError, MemoryError, SyntaxError) as error:  # Python's own limits of nesting
            return UnsupportedError(f"too much for one plan: {error}")
        return Compiled(source, answer, plan.arguments, plan.reads)
