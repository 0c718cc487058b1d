"""A small library: every kind of field, so that the engine can be tested apart from the project."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, NamedTuple

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from execution.leaves import native
from execution.relation import reads, relation, root


class Genre(StrEnum):
    NOVEL = "novel"
    ESSAY = "essay"


class Size(Enum):
    SMALL = 1
    LARGE = 2


class Author(NamedTuple):
    id: str
    name: str | None
    born: date | None = None


class Chapter(NamedTuple):
    title: str
    pages: int
    notes: tuple[str | None, ...] = ()


class Print(NamedTuple):
    """A book or a magazine, told apart by `kind`."""

    id: str
    kind: str
    title: Any
    author_id: str | None = None
    genre: Any = Genre.NOVEL
    size: Size = Size.SMALL
    price: Decimal | None = None
    rating: Any = 0.5
    lent: bool = False
    bought: datetime = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    chapters: Any = ()
    grid: tuple[tuple[int | None, ...] | None, ...] = ()
    issue: int = 1


AUTHORS = {
    "a1": Author("a1", "Ada", date(1815, 12, 10)),
    "a2": Author("a2", None),
    "a3": Author("a3", "Cy"),
}
CHAPTERS = (Chapter("One", 10, ("x", None)), Chapter("Two", 20))
PRINTS = {
    "b1": Print("b1", "book", "First", "a1", chapters=CHAPTERS, grid=((1, None), None, ())),
    "b2": Print("b2", "book", "Second", "a1", Genre.ESSAY, Size.LARGE, Decimal("12.50"), 1.0, lent=True),
    "b3": Print("b3", "book", None, None, "essay"),
    "m1": Print("m1", "magazine", "Third", "a2", issue=7),
    "bad author": Print("bad author", "book", "?", "boom"),
    "no author": Print("no author", "magazine", "?", "nobody"),
    "no key": Print("no key", "magazine", "?"),
    "unknown kind": Print("unknown kind", "leaflet", "?"),
    "bad genre": Print("bad genre", "book", "?", genre="poem"),
    "no number": Print("no number", "book", "?", rating=float("nan")),
    "number as title": Print("number as title", "book", 7, rating=3, genre="novel"),
    "error as title": Print("error as title", "book", ValueError("inside")),
    "text as list": Print("text as list", "book", "?", chapters="no list"),
    "empty slot": Print("empty slot", "book", "?", chapters=(None,)),
    "other zone": Print("other zone", "book", "?", bought=datetime.fromisoformat("2020-01-02T03:04:05.5+02:00")),
    "set of chapters": Print("set of chapters", "book", "?", chapters={CHAPTERS[1]}),
}


class Calls(list[tuple[Any, ...]]):
    """The context: notes every call of a batch function."""


async def authors_by_id(context: Calls, keys: Sequence[str]) -> list[Author | None]:
    context.append(("authors", tuple(keys)))
    if "boom" in keys:
        raise RuntimeError("the shelf broke")
    return [AUTHORS.get(key) for key in keys]


async def prints_of_authors(
    context: Calls, keys: Sequence[str], *, first: int = 10, genre: Genre | None = None
) -> list[list[Print]]:
    context.append(("prints", tuple(keys), first, genre))
    found = [p for p in PRINTS.values() if genre is None or p.genre == genre]
    return [[p for p in found if p.author_id == key][:first] for key in keys]


async def counts(context: Calls, keys: Sequence[str]) -> list[int]:
    context.append(("counts", tuple(keys)))
    return [sum(p.author_id == key for p in PRINTS.values()) for key in keys]


async def shelves(context: Calls, keys: Sequence[str]) -> list[str]:
    await asyncio.sleep(0.01)
    context.append(("shelves", tuple(keys)))
    return [f"shelf of {key}s" for key in keys]


@strawberry.interface
class Titled:
    id: strawberry.ID
    title: str | None


def _scalar(name: str, show: Any, parse: Any) -> ScalarDefinition:
    made: ScalarDefinition = strawberry.scalar(name=name, serialize=show, parse_value=parse)
    return made


@native(datetime, UTC)
def show_instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


@reads(Author)
class Writer:
    id: strawberry.ID
    name: str | None
    born: date | None
    prints: list[Titled] = relation(prints_of_authors, key="id")
    count: int = relation(counts, key="id")


@strawberry.type
class Part:
    title: str
    pages: int
    notes: list[str | None]


@reads(Print, kind="book")
class Book(Titled):
    genre: Genre
    size: Size
    price: Decimal | None
    rating: float
    lent: bool
    bought: datetime
    chapters: list[Part]
    grid: list[list[int | None] | None]
    author: Writer | None = relation(authors_by_id, key="author_id")


@reads(Print, kind="magazine")
class Magazine(Titled):
    issue: int
    publisher: Writer = relation(authors_by_id, key="author_id")
    shelf: str = relation(shelves, key="kind")
    editor: Writer | None = relation(authors_by_id, key="author_id")


strawberry.enum(Genre)
strawberry.enum(Size)


@strawberry.input
class Range:
    low: int = 0
    high: int | None = None


@strawberry.input
class Wanted:
    ids: list[strawberry.ID] | None = None
    genre: Genre | None = None
    ranges: list[Range] = strawberry.field(default_factory=list)
    also: Wanted | None = strawberry.UNSET


async def find_item(context: Calls, *, id: strawberry.ID) -> Print | None:  # noqa: A002
    context.append(("item", id))
    return PRINTS.get(id)


async def find_items(
    context: Calls, *, ids: list[strawberry.ID] | None = None, first: int = 3, wanted: Wanted | None = None
) -> Sequence[Print | None]:
    context.append(("items", ids, first, wanted))
    named = ids if ids is not None else (wanted.ids if wanted else None)
    if first < 0:
        raise GraphQLError("first is not negative", extensions={"code": "bad"})
    return list(PRINTS.values())[:first] if named is None else list(map(PRINTS.get, named))


async def say(
    context: Calls, *, wanted: Wanted, day: date | None = None, size: Size = Size.SMALL, price: Decimal | None = None
) -> str:
    context.append(("echo",))
    return f"{wanted} {day!r} {size!r} {price!r}"


async def find_writers(context: Calls, *, ids: list[strawberry.ID]) -> list[Author]:
    context.append(("writers",))
    return [AUTHORS[key] for key in ids]


async def put(context: Calls, *, title: str) -> Print:
    context.append(("put", title))
    return Print("new", "book", title, "a1")


@strawberry.type
class Query:
    item: Titled | None = root(find_item)
    items: list[Titled | None] = root(find_items)
    things: list[Book | Magazine | None] = root(find_items)
    echo: str = root(say)
    writers: list[Writer] = root(find_writers)

    @strawberry.field
    def odd(self) -> str:
        return "a root that is no root"


@strawberry.type
class Mutation:
    put: Book = root(put)


def make_schema() -> GraphQLSchema:
    scalars: dict[object, ScalarDefinition] = {
        datetime: _scalar("DateTime", show_instant, datetime.fromisoformat),
        Decimal: _scalar("Decimal", str, Decimal),
    }
    schema = strawberry.Schema(Query, Mutation, types=[Book, Magazine], config=StrawberryConfig(scalar_map=scalars))
    made: GraphQLSchema = schema._schema  # noqa: SLF001
    return made
