"""A document's life: parse, price, validate, once; then executed by graphql-core as often as it is asked for."""

from __future__ import annotations

from collections import OrderedDict
from inspect import isawaitable
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute,
    parse,
    validate,
)

from execution.issues import path_of, text_errors, text_issues, variable_issues
from execution.price import Limits, price
from execution.relation import Operation


class Request(NamedTuple):
    """What a client sends: a document, the values of its variables, the operation to run."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


class Prepared(NamedTuple):
    """A document that has been looked at: ready to run, or the errors that refuse it."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """Return the operation of that name; without a name, the only one."""
        definitions = self.document.definitions if self.document else ()
        operations = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
        if name is None:
            return operations[0] if len(operations) == 1 else None
        return next((o for o in operations if o.name and o.name.value == name), None)


class Documents:
    """Prepares documents once, in a cache bounded by entries and bytes, and executes them."""

    def __init__(
        self, schema: GraphQLSchema, limits: Limits | None = None, entries: int = 1_000, size: int = 4_000_000
    ) -> None:
        self.schema = schema
        self._limits = limits or Limits()
        self._entries, self._size = entries, size
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()
        self._held = 0

    def is_mutation(self, request: Request) -> bool:
        """Whether the request would run a mutation."""
        operation = self.prepare(request.query).operation(request.operation_name)
        return operation is not None and operation.operation is OperationType.MUTATION

    async def execute(self, request: Request, context: Any) -> ExecutionResult:  # noqa: ANN401
        """Answer a request; `context` is what root and batch functions take first."""
        prepared = self.prepare(request.query)
        if prepared.document is None:
            return ExecutionResult(None, list(prepared.errors))
        if issues := text_issues(request.variables):
            return ExecutionResult(None, [GraphQLError(issues[0]["message"], extensions={"issues": issues})])
        result = execute(
            self.schema,
            prepared.document,
            context_value=Operation(context),
            variable_values=request.variables,
            operation_name=request.operation_name,
        )
        answer = await result if isawaitable(result) else result
        return self._with_issues(answer, prepared, request)

    def prepare(self, query: str) -> Prepared:
        """Parse, price and validate a document, or find it in the cache."""
        found = self._prepared.get(query)
        if found is not None:
            self._prepared.move_to_end(query)
            return found
        prepared = self._look_at(query)
        self._keep(query, prepared)
        return prepared

    def _look_at(self, query: str) -> Prepared:
        try:
            document = parse(query, max_tokens=self._limits.tokens, allow_empty_selection_sets=False)
        except GraphQLError as error:
            return Prepared(None, (error,))
        except RecursionError:
            return Prepared(None, (GraphQLError("The document is nested too deeply."),))
        cost = price(document, self._limits)
        if isinstance(cost, GraphQLError):
            return Prepared(None, (cost,))
        errors = validate(self.schema, document, max_errors=20) or text_errors(document)
        for wrong in errors:
            where = path_of(document, wrong.nodes[0] if wrong.nodes else None)
            wrong.extensions = {"issues": [{"path": where, "message": wrong.message}], **(wrong.extensions or {})}
        return Prepared(None, tuple(errors)) if errors else Prepared(document)

    def _keep(self, query: str, prepared: Prepared) -> None:
        if len(query) > self._size // 10:
            return
        self._prepared[query] = prepared
        self._held += len(query)
        while len(self._prepared) > self._entries or self._held > self._size:
            oldest, _ = self._prepared.popitem(last=False)
            self._held -= len(oldest)

    def _with_issues(self, answer: ExecutionResult, prepared: Prepared, request: Request) -> ExecutionResult:
        """Add to an error about variables where in the variables it is."""
        refused = answer.data is None and answer.errors and all(error.path is None for error in answer.errors)
        operation = prepared.operation(request.operation_name)
        if not refused or operation is None:
            return answer
        issues = variable_issues(self.schema, operation, request.variables or {})
        for error in answer.errors or ():
            error.extensions = {**(error.extensions or {}), "issues": issues}
        return answer
