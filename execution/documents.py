"""A document's life: parse, price, validate, once; compile what comes again or may be long; answer it ever after."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from inspect import isawaitable
from typing import Any, NamedTuple, cast

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute,
    parse,
    validate,
)

from execution.arguments import UnsupportedError
from execution.cache import Cache
from execution.compiled import Plans
from execution.inputs import UnfitError
from execution.issues import literal_errors, path_of, text_issues, told
from execution.meter import TooMuchError, metered, too_much
from execution.price import Limits, price, too_complex
from execution.relation import Operation
from execution.repeats import repeated
from execution.unfit import wrong_variables

LOG = logging.getLogger(__name__)

ENTRIES, SIZE = 1_000, 64_000_000
"""What is kept of documents, in bytes; a tree and a plan weigh many times their text, as measured."""
TREE_WEIGHT, PLAN_WEIGHT = 130, 10
MOST_INTROSPECTED, LONGEST_IDENTITY = 4, 1_000
INTROSPECTION = {"__schema", "__type", "__typename"}


class Request(NamedTuple):
    """What a client sends: a document, the values of its variables, the operation to run."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


class Prepared:
    """A document that has been looked at: ready to run, or the errors that refuse it."""

    def __init__(
        self, document: DocumentNode | None, errors: Iterable[GraphQLError] = (), *, is_known: bool = False
    ) -> None:
        self.document, self.errors = document, list(errors)
        definitions = document.definitions if document else ()
        operations = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
        self._operations = {o.name.value if o.name else None: o for o in operations}
        if len(operations) == 1:
            self._operations[None] = operations[0]
        self._introspections = {id(operation) for operation in operations if is_introspection(operation)}
        self.is_known = is_known
        """Whether it is worth a plan: it has been asked for before, or its answer may be long."""
        self.plans: Plans | None = None
        self.introspected: dict[bytes, bytes] = {}
        """Answers about the schema alone, by the name of the operation and the variables."""

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """Return the operation of that name; without a name, the only one."""
        return self._operations.get(name)

    def is_introspection(self, operation: OperationDefinitionNode) -> bool:
        """Whether an operation of this document asks for nothing but the schema."""
        return id(operation) in self._introspections


class Documents:
    """Prepares documents once, in a cache bounded by entries and bytes, and answers requests.

    A query whose document is asked for again is compiled; what the compiler does not support, and what goes wrong in
    a compiled query, is answered by graphql-core. `counts` tells how often which of them answered, and why.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits | None = None, *, is_compiling: bool = True) -> None:
        self.schema = schema
        self.counts: Counter[str] = Counter()
        self._limits = limits or Limits()
        self._is_compiling = is_compiling
        self._executor = metered(self._limits.reference if is_compiling else self._limits.cost)
        self.cache: Cache[Prepared] = Cache(ENTRIES, SIZE)

    def is_mutation(self, request: Request) -> bool:
        """Whether the request would run a mutation."""
        operation = self.prepare(request.query).operation(request.operation_name)
        return operation is not None and operation.operation is OperationType.MUTATION

    async def execute(self, request: Request, context: Any) -> ExecutionResult | bytes:  # noqa: ANN401
        """Answer a request: the whole body, where nothing went wrong in a compiled query, else the result.

        `context` is what root and batch functions take first.
        """
        prepared = self.prepare(request.query)
        if prepared.document is None:
            return ExecutionResult(None, prepared.errors)
        if issues := text_issues(request.variables):
            return ExecutionResult(None, [told(issues)])
        operation = prepared.operation(request.operation_name)
        if operation is None or not self._is_compiling or operation.operation is not OperationType.QUERY:
            self.counts["not for the compiler"] += 1
            return await self._by_reference(prepared, request, context)
        if prepared.is_introspection(operation):
            return await self._introspect(prepared, request, context)
        body = await self._compiled(prepared, operation, request, context)
        return await self._by_reference(prepared, request, context) if body is None else body

    async def _compiled(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        request: Request,
        context: Any,  # noqa: ANN401
    ) -> ExecutionResult | bytes | None:
        """Answer a query by its plan; None where graphql-core has to answer it."""
        if not prepared.is_known:
            prepared.is_known = True
            self._leave("first use")
            return None
        if prepared.plans is None:
            prepared.plans = Plans(self.schema, cast("DocumentNode", prepared.document))
        try:
            variables = prepared.plans.variables(operation, request.variables or {})
            plan, grown = prepared.plans.find(operation, variables)
            if grown:
                self.cache.grow(request.query, grown * PLAN_WEIGHT)
            body = await plan.run(context, variables, self._limits.compiled)
        except TooMuchError:
            self._leave("too much")
            return too_much()
        except UnfitError as why:
            self._leave("variables", why)
            return None
        except UnsupportedError as why:
            self._leave("unsupported", why)
            return None
        except Exception as error:  # noqa: BLE001 - the query is run again, and the error told by graphql-core
            self._leave("error", error)
            return None
        self.counts["compiled"] += 1
        return body

    def _leave(self, reason: str, why: object = "") -> None:
        self.counts[reason] += 1
        LOG.debug("answered by graphql-core: %s %r", reason, why)

    async def _introspect(self, prepared: Prepared, request: Request, context: Any) -> ExecutionResult | bytes:  # noqa: ANN401
        """Answer a query about the schema alone, which is the same for everyone and as long as the program runs."""
        identity = orjson.dumps([request.operation_name, request.variables], option=orjson.OPT_SORT_KEYS)
        body = prepared.introspected.get(identity)
        self.counts["introspection"] += 1
        if body is not None:
            return body
        result = await self._by_reference(prepared, request, context)
        if result.errors or len(prepared.introspected) >= MOST_INTROSPECTED or len(identity) > LONGEST_IDENTITY:
            return result
        body = prepared.introspected[identity] = orjson.dumps({"data": result.data})
        self.cache.grow(request.query, len(body))
        return body

    async def _by_reference(self, prepared: Prepared, request: Request, context: Any) -> ExecutionResult:  # noqa: ANN401
        operation = prepared.operation(request.operation_name)
        # What is written is also told; so mutations are bounded by their price alone.
        is_query = operation is not None and operation.operation is OperationType.QUERY
        result = execute(
            self.schema,
            cast("DocumentNode", prepared.document),
            context_value=Operation(context),
            variable_values=request.variables,
            operation_name=request.operation_name,
            executor_class=self._executor if is_query else None,
            max_coercion_errors=1,  # what is wrong with variables is told by `_told`
        )
        answer = await result if isawaitable(result) else result
        if any(isinstance(error.original_error, TooMuchError) for error in answer.errors or ()):
            return too_much()
        return self._told(answer, prepared, request)

    def prepare(self, query: str) -> Prepared:
        """Parse, price and validate a document, or find it in the cache."""
        found = self.cache.get(query)
        if found is None:
            found = self._look_at(query)
            self.cache.put(query, found, len(query) * TREE_WEIGHT)
        return found

    def _look_at(self, query: str) -> Prepared:
        limits = self._limits
        if len(query) > limits.text:
            return Prepared(None, [too_complex(f"more than {limits.text} characters")])
        try:
            document = parse(query, max_tokens=limits.tokens, allow_empty_selection_sets=False)
        except GraphQLError as error:
            return Prepared(None, (error,))
        except RecursionError:
            return Prepared(None, (GraphQLError("The document is nested too deeply."),))
        _unchain(document)
        cost = repeated(document, limits) or price(self.schema, document, limits)
        if isinstance(cost, GraphQLError):
            return Prepared(None, (cost,))
        errors = literal_errors(document) or validate(self.schema, document, max_errors=20)
        for wrong in errors:
            where = path_of(document, wrong.nodes[0] if wrong.nodes else None)
            wrong.extensions = {"issues": [{"path": where, "message": wrong.message}], **(wrong.extensions or {})}
        is_long = cost.is_open or cost.cost > limits.reference
        return Prepared(None, errors) if errors else Prepared(document, is_known=is_long)

    def _told(self, answer: ExecutionResult, prepared: Prepared, request: Request) -> ExecutionResult:
        """Tell of wrong variables where in them something is wrong, as one error."""
        refused = answer.data is None and answer.errors and all(error.path is None for error in answer.errors)
        operation = prepared.operation(request.operation_name)
        if not refused or operation is None:
            return answer
        wrong = wrong_variables(self.schema, operation, request.variables or {})
        return ExecutionResult(None, [wrong]) if wrong else answer


def _unchain(document: DocumentNode) -> None:
    """Take a document's tokens apart: linked both ways they would live on, until the collector came by, seldom."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        following = token.next
        token.prev = token.next = None
        token = following


def is_introspection(operation: OperationDefinitionNode) -> bool:
    """Whether a query asks for nothing but the schema."""
    asked = operation.selection_set.selections
    return all(isinstance(field, FieldNode) and field.name.value in INTROSPECTION for field in asked)
