"""The same request to both executors; their answers are equal to the letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import orjson
from graphql import ExecutionResult, GraphQLSchema, OperationType

from execution.documents import Documents, Request

TRIES = 20


class Answered(NamedTuple):
    """A body both executors agree on, and how the compiling one came to it."""

    body: dict[str, Any]
    how: str

    @property
    def data(self) -> Any:
        return self.body["data"]


class Executors:
    """One compiling executor and one that does not compile."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.compiling, self.reference = Documents(schema), Documents(schema, is_compiling=False)

    async def agree(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        context: Callable[[], Any],
        name: str | None = None,
    ) -> Answered:
        """Ask both, the compiling one twice, and compare; return the answer."""
        request = Request(query, variables, name)
        expected = written(await self.reference.execute(request, context()))
        how = "first use"
        for _ in range(2):
            before = self.compiling.counts.copy()
            found = written(await self.compiling.execute(request, context()))
            assert found == expected, f"{query}\n{variables}\n{found!r}\n{expected!r}"
            how = next(iter(self.compiling.counts - before), "refused")
        return Answered(orjson.loads(expected), how)


def written(result: ExecutionResult | bytes) -> bytes:
    """A result as JSON, errors with all that a client sees of them; their order is whose answer came first."""
    if isinstance(result, bytes):
        return result
    errors = sorted((error.formatted for error in result.errors or ()), key=repr)
    return orjson.dumps({**({"errors": errors} if errors else {}), "data": result.data})


class Checked(Documents):
    """An executor for tests over HTTP: every query that a test sends is answered in both ways and compared.

    Where the store changes between the two they are asked again: sooner or later nobody writes in between.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__(schema)
        self._reference = Documents(schema, is_compiling=False)

    async def execute(self, request: Request, context: Any) -> ExecutionResult | bytes:
        result = await super().execute(request, context)
        is_watched = "fetch" in vars(context.database)  # by a test that counts statements
        operation = self.prepare(request.query).operation(request.operation_name)
        if operation is None or operation.operation is not OperationType.QUERY or is_watched:
            return result
        for _ in range(TRIES):
            # Each as a new request: what was kept may be older by now, and events have been counted.
            compiled = await super().execute(request, replace(context, directory=None, events=[]))
            expected = written(await self._reference.execute(request, replace(context, directory=None, events=[])))
            if written(compiled) == expected:
                return compiled
        assert written(compiled) == expected, request
        return compiled
