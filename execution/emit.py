"""The Python that answers one operation, generated from its plan.

What is generated for `{ shelf(id: 7) { books { title author { name } } } }`, with short names:

    async def answer(context, arguments, listed, repeated):
        pending_1 = Pending()
        known_0 = {None: None}

        def make_shelf_0(r):
            if type(r) is not Shelf: raise UnexpectedError("Shelf")
            made = {"books": [] if (v := r.books) == () else [make_book_1(v1) for v1 in listed(v, 2)]}
            return made

        def make_book_1(r):
            if type(r) is not Book: raise UnexpectedError("Book")
            made = {"title": v if type(v := r.title) is str else write(v), "author": r.author_id}
            pending_1.append(made)
            return made

        def make_author_2(r): …

        data = {"shelf": None}
        data["shelf"] = make_shelf_0(await shelf(context, **arguments[0]))
        await load(authors_by_id, context, known_0, {}, (pending_1, "author"))
        fill(pending_1, "author", known_0, make_author_2, repeated, 1)
        return data

A builder makes a dict of a record, its keys in the order of the answer. Where a relation belongs it first puts the
relation's key, and it notes the dict as pending. Then, level by level, `load` asks a batch function for the records of
all keys in place, and `fill` exchanges each key for what a builder makes of its record, made once for each key.
`listed` counts the values that lists bring into the answer, and `repeated` those of what stands in many places.

Only names that the GraphQL parser has let through, attributes of Python classes and `repr` of texts are written into
the source; every other thing is handed over by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from strawberry.utils.str_converters import to_snake_case

from execution import leaves
from execution.arguments import UnsupportedError
from execution.runtime import Pending, UnexpectedError, fill, fill_deep, load
from execution.shapes import Attribute, Builder, Call, Constant, Either, Leaf, Many, Maybe, Object, Plan, Shape, Step

Answer = Callable[..., Any]


def emit(plan: Plan) -> tuple[str, Answer]:
    """Return the source, and the function `(context, arguments, listed, repeated) -> data` that it defines."""
    emitter = _Emitter(plan)
    source = "\n".join(emitter.lines())
    namespace = emitter.namespace
    exec(compile(source, "<plan>", "exec"), namespace)  # noqa: S102 - our own source, see above
    return source, namespace["answer"]


class _Emitter:
    """One source, and the things that it refers to."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.namespace: dict[str, Any] = {
            "Pending": Pending, "load": load, "fill": fill, "fill_deep": fill_deep, "UnexpectedError": UnexpectedError,
            **leaves.NAMES,
        }  # fmt: skip
        self._named: dict[int, str] = {}
        self._known: dict[Call, str] = {}
        self._tables: list[str] = []
        self._steps: dict[int, list[Step]] = defaultdict(list)
        for step in (step for level in plan.levels for steps in level.values() for step in steps):
            self._steps[step.builder].append(step)
        self._counted: set[int] = set()
        """The builders whose values have been counted where the first of them hangs."""

    def lines(self) -> Iterator[str]:
        """Iterate over the lines of the source."""
        builders = [line for number in range(len(self._plan.builders)) for line in self._builder(number)]
        roots = list(self._roots())
        levels = [line for level in self._plan.levels for line in self._level(level)]
        yield "async def answer(context, arguments, listed, repeated):"
        for number, builder in enumerate(self._plan.builders):
            if builder.is_pending:
                yield f"    pending_{number} = Pending()"
        for known in self._known.values():
            yield f"    {known} = {{None: None}}"
        for line in (*builders, *self._tables, *roots, *levels, "return data"):
            yield f"    {line}"

    def _roots(self) -> Iterator[str]:
        yield f"data = {self._plan.data!r}"
        for root in self._plan.roots:
            yield f"value = await {self._name(root.call.function)}(context, **{_arguments(root.call)})"
            yield f"data[{root.key!r}] = {self._expression(root.shape, 'value', is_name=True)}"

    def _level(self, level: dict[Call, list[Step]]) -> Iterator[str]:
        """A level's calls first fetch, then fill: what is filled in may itself be pending, for the next level."""
        for call, steps in level.items():
            places = ", ".join(f"(pending_{step.builder}, {step.key!r})" for step in steps)
            batch, known = self._name(call.function), self._records(call)
            yield f"await load({batch}, context, {known}, {_arguments(call)}, {places})"
            for step in steps:
                yield self._filling(step, known)

    def _filling(self, step: Step, known: str) -> str:
        place = f"pending_{step.builder}, {step.key!r}, {known}, {self._maker(step.shape)}, repeated"
        builders = list(self._builders_of(step.shape))
        if self._has_lists(step):
            below = (f", pending_{number}" for number in builders if self._plan.builders[number].is_pending)
            return f"fill_deep({place}, {self._values(step.shape)}{''.join(below)})"
        values = 0 if step.builder in self._counted else self._hanging(step)
        self._counted.update(builders)
        return f"fill({place}, {values})"

    def _has_lists(self, step: Step) -> bool:
        """Whether lists stand in what a step makes, or hang on it: then no number of values is known beforehand."""
        builders = list(self._builders_of(step.shape))
        fields = (field for number in builders for field in self._plan.builders[number].fields.values())
        shapes = (step.shape, *(field.shape for field in fields if isinstance(field, Attribute)))
        return any(Many in _kinds(shape) for shape in shapes) or any(map(self._has_lists, self._steps_at(builders)))

    def _hanging(self, step: Step) -> int:
        """Return how many values something that a step makes holds at most, with all that hangs on it."""
        return self._values(step.shape) + sum(map(self._hanging, self._steps_at(self._builders_of(step.shape))))

    def _steps_at(self, builders: Iterable[int]) -> Iterator[Step]:
        return (step for number in builders for step in self._steps[number])

    def _builder(self, number: int) -> Iterator[str]:
        builder = self._plan.builders[number]
        yield f"def {self._function(number)}(r):"
        yield f"    if {self._test(builder)}: raise UnexpectedError({builder.typename!r})"
        yield "    made = {"
        for key, field in builder.fields.items():
            yield f"        {key!r}: {self._field(field)},"
        yield "    }"
        if builder.is_pending:
            yield f"    pending_{number}.append(made)"
        yield "    return made"

    def _test(self, builder: Builder) -> str:
        if builder.is_record is None:
            return "r is None"
        return f"type(r) is not {self._name(builder.is_record.record)}"

    def _field(self, field: Any) -> str:  # noqa: ANN401 - a field of a builder
        if isinstance(field, Constant):
            return repr(field.text)
        if isinstance(field, Attribute):
            return self._expression(field.shape, f"r.{field.name}", is_name=False)
        return f"r.{field.name}"

    def _maker(self, shape: Shape) -> str:
        """Return what makes an answer of a value: a builder itself, where it is that alone."""
        if isinstance(shape, Object):
            return self._function(shape.builder)
        return f"lambda value: {self._expression(shape, 'value', is_name=True)}"

    def _expression(self, shape: Shape, value: str, *, is_name: bool, depth: int = 0) -> str:
        """Return the expression of an answer; a value that is used twice is bound to a name first."""
        name, bound = (value, value) if is_name else ("v", f"v := {value}")
        match shape:
            case Maybe(inner):
                return f"None if ({bound}) is None else {self._expression(inner, name, is_name=True, depth=depth)}"
            case Many(inner):
                item = f"v{depth + 1}"
                made = self._expression(inner, item, is_name=True, depth=depth + 1)
                # A comprehension costs two calls even of nothing; most lists within records are empty.
                return f"[] if ({bound}) == () else [{made} for {item} in listed({name}, {self._values(inner)})]"
            case Object(builder):
                return f"{self._function(builder)}({value})"
            case Either(builders):
                return self._either(builders).format(value=name, bound=bound, once=value)
            case Leaf(kind):
                template = leaves.leaf(kind, self._add)
                return template.format(value=name, bound=bound, once=value)

    def _values(self, shape: Shape) -> int:
        """Return how many values something of this shape holds at most, lists in it apart."""
        match shape:
            case Maybe(inner):
                return self._values(inner)
            case Object(builder):
                fields = self._plan.builders[builder].fields.values()
                return sum(self._values(f.shape) if isinstance(f, Attribute) else 1 for f in fields)
            case Either(builders):
                return max(self._values(Object(builder)) for builder in builders)
        return 1

    def _builders_of(self, shape: Shape) -> Iterator[int]:
        """Iterate over the builders of all that is made with something of this shape."""
        match shape:
            case Maybe(inner) | Many(inner):
                yield from self._builders_of(inner)
            case Object(builder):
                yield from self._builders_of(Either((builder,)))
            case Either(builders):
                for number in builders:
                    yield number
                    for field in self._plan.builders[number].fields.values():
                        if isinstance(field, Attribute):
                            yield from self._builders_of(field.shape)

    def _either(self, builders: tuple[int, ...]) -> str:
        """Return the template of what chooses a builder: by class of record; by fixed values where that is the same."""
        by_class: dict[type, dict[tuple[tuple[str, Any], ...], str]] = {}
        for number in builders:
            is_record = self._plan.builders[number].is_record
            if is_record is not None:
                by_class.setdefault(is_record.record, {})[is_record.fixed] = self._function(number)
        choices = {record: self._choice(made) for record, made in by_class.items()}
        if len(choices) == 1:
            return next(iter(choices.values()))
        makers = (
            f"{self._name(record)}: lambda r: {choice.format(value='r', bound='r', once='r')}"
            for record, choice in choices.items()
        )
        return self._table(f"kinds_{builders[0]}", makers) + "[type({bound})]({value})"

    def _choice(self, builders: dict[tuple[tuple[str, Any], ...], str]) -> str:
        """Return the template of what chooses a builder among those of the types that one class stands for."""
        first = next(iter(builders))
        attributes = [attribute for attribute, _ in first]
        if any([attribute for attribute, _ in fixed] != attributes for fixed in builders):
            raise UnsupportedError("types of one class that are told apart in different ways")
        if not attributes:
            return builders[first] + "({once})"
        makers = (
            f"{_key(self._add('fixed', value) for _, value in fixed)}: {made}" for fixed, made in builders.items()
        )
        read = _key(f"{'{value}' if n else '({bound})'}.{name}" for n, name in enumerate(attributes))
        return self._table(f"by_{builders[first]}", makers) + f"[{read}]({{value}})"

    def _table(self, name: str, entries: Iterable[str]) -> str:
        self._tables.append(f"{name} = {{{', '.join(entries)}}}")
        return name

    def _function(self, number: int) -> str:
        return f"make_{to_snake_case(self._plan.builders[number].typename)}_{number}"

    def _records(self, call: Call) -> str:
        return self._known.setdefault(call, f"known_{len(self._known)}")

    def _name(self, thing: Any) -> str:  # noqa: ANN401
        """Name a function or class."""
        return self._add(thing.__name__, thing)

    def _add(self, hint: str, thing: Any) -> str:  # noqa: ANN401
        """Name a thing that the source refers to; the same thing has one name."""
        if id(thing) not in self._named:
            name = f"{hint if hint.isidentifier() else 'thing'}_{len(self._named)}_"
            self._named[id(thing)] = name
            self.namespace[name] = thing
        return self._named[id(thing)]


def _arguments(call: Call) -> str:
    return "{}" if call.arguments is None else f"arguments[{call.arguments}]"


def _kinds(shape: Shape) -> set[type[Shape]]:
    """Return of which kinds a shape is, one within the other."""
    return {type(shape)} | (_kinds(shape.inner) if isinstance(shape, Maybe | Many) else set())


def _key(parts: Iterable[str]) -> str:
    """Return the expression of a key: of a thing itself, of several a tuple."""
    first, *others = parts
    return f"({', '.join((first, *others))})" if others else first
