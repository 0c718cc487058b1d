"""Fields that cost a statement, declared once.

A `root` is a function `(context, *, arguments) -> record`. A `relation` is a batch function
`(context, keys, *, arguments) -> one answer per key, in key order`, which sits behind a DataLoader, one per operation
and arguments. Keyword-only parameters are the GraphQL arguments; the annotation of the field names the GraphQL type.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from asyncio import Future
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.dataloader import DataLoader
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF
"""The extension of a GraphQL type, field or argument that holds what Strawberry knows of it."""

Batch = Callable[..., Awaitable[Sequence[Any]]]
Root = Callable[..., Awaitable[Any]]
T = TypeVar("T")


class Operation:
    """What the resolvers of one operation share: the caller's context and fresh loaders."""

    def __init__(self, context: Any) -> None:  # noqa: ANN401 - whatever the caller's functions take
        self.context = context
        self._turn = asyncio.Lock()
        self._loaders: dict[Any, DataLoader[Any, Any]] = {}

    async def root(self, function: Root, arguments: dict[str, Any]) -> Any:  # noqa: ANN401
        """Call a root function when the ones before have ended, as a plan does.

        All at once they would take every turn of the event loop, and other requests would wait for the last of them.
        """
        async with self._turn:
            return await function(self.context, **arguments)

    def loader(self, batch: Batch, arguments: dict[str, Any]) -> DataLoader[Any, Any]:
        """Return the loader of a batch function with these arguments."""
        identity = (batch, tuple(arguments.items()))
        loader = self._loaders.get(identity)
        if loader is None:

            async def load(keys: list[Any]) -> Sequence[Any]:
                try:
                    return await batch(self.context, keys, **arguments)
                except Exception:
                    for key in keys:  # looked at, even if nobody waits any more: else the loop logs it as forgotten
                        waiting = cast("Future[Any]", self.loader(batch, arguments).load(key))
                        waiting.add_done_callback(Future.exception)
                    raise

            loader = self._loaders[identity] = DataLoader(load_fn=load)
        return loader


class _Costly(StrawberryField):
    """A field that is never read by `getattr`."""

    is_basic_field = property(lambda _self: False)


class RootField(_Costly):
    """A field of Query or Mutation."""

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401, ARG002
        """Call the function with the operation's context."""
        return info.context.root(self.metadata["function"], kwargs)


class RelationField(_Costly):
    """A field that is looked up by a key of its record."""

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401, ARG002
        """Ask the operation's loader; no key, no answer.

        What is loaded is shared by all fields with that key, and graphql-core cancels what a failed record waits for:
        the shield keeps that from the records that did not fail.
        """
        key = getattr(source, self.metadata["key"])
        if key is None:
            return None
        answer = asyncio.shield(info.context.loader(self.metadata["function"], kwargs).load(key))
        answer.add_done_callback(_look_at)
        return answer


def _look_at(answer: Future[Any]) -> None:
    """Else the loop logs a failure that nobody waits for any more, since something beside it has failed."""
    if not answer.cancelled():
        answer.exception()


def root(function: Root, **options: Any) -> Any:  # noqa: ANN401 - stands for the annotated type
    """Declare a root field; `options` are Strawberry's (description, deprecation_reason, …)."""
    return _declared(RootField(metadata={"function": function}, **options), {})


def relation(batch: Batch, key: str, describe: Mapping[str, str] | None = None, **options: Any) -> Any:  # noqa: ANN401
    """Declare a field that `batch` answers by the record's attribute `key`; `describe` tells of its arguments."""
    return _declared(RelationField(metadata={"function": batch, "key": key}, **options), describe or {})


class IsRecord(NamedTuple):
    """Tells the records of an object type from others: by their class, and by attributes of fixed values."""

    record: type
    fixed: tuple[tuple[str, Any], ...] = ()

    def __call__(self, obj: Any, _info: Any) -> bool:  # noqa: ANN401
        """Whether a value is such a record, as graphql-core asks it."""
        return type(obj) is self.record and all(getattr(obj, name) == value for name, value in self.fixed)


def reads(record: type, **fixed: Any) -> Callable[[type[T]], type[T]]:  # noqa: ANN401
    """Declare an object type whose fields are read from a record, told from others by its class and `fixed` values."""

    def declare(cls: type[T]) -> type[T]:
        cls.is_type_of = IsRecord(record, tuple(fixed.items()))  # type: ignore[attr-defined]
        description = inspect.cleandoc(cls.__doc__ or "") or None
        return strawberry.type(cls, description=description)

    return declare


def _declared(field: StrawberryField, describe: Mapping[str, str]) -> StrawberryField:
    function = field.metadata["function"]
    namespace = sys.modules[function.__module__].__dict__
    field.arguments = [
        StrawberryArgument(
            parameter.name,
            None,
            StrawberryAnnotation(parameter.annotation, namespace=namespace),
            description=describe.get(parameter.name),
            default=parameter.default,
        )
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY
    ]
    return field
