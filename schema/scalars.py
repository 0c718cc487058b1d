"""The scalars: strict at the door, so that nothing ambiguous or unstorable gets further."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NewType
from uuid import UUID
from zoneinfo import available_timezones

import strawberry
from graphql import GraphQLError, GraphQLNamedType, GraphQLScalarType, ValueNode, value_from_ast_untyped
from strawberry.types.scalar import ScalarDefinition

from domain.identities import NOBODY
from execution.leaves import native

if TYPE_CHECKING:
    from collections.abc import Callable

TimeZone = NewType("TimeZone", str)
LocalDateTime = NewType("LocalDateTime", datetime)

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?([Ee][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d", re.ASCII)
_USUAL_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_UNREAL_ZONES = {"localtime", "posixrules", "Factory"}


def parse_instant(value: Any) -> datetime:  # noqa: ANN401
    """Read an RFC 3339 instant, whose offset is required; return it in UTC."""
    try:
        if _INSTANT.fullmatch(value):
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise _refused("DateTime", 'an RFC 3339 date and time with an offset, like "2026-04-15T10:00:00Z"')


@native(datetime, UTC)
def show_instant(value: datetime) -> str:
    """Write an instant in UTC, with six fractional digits only where they are not zero."""
    return value.isoformat()[:-6] + "Z"


def parse_date(value: Any) -> date:  # noqa: ANN401
    """Read a calendar date."""
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except (TypeError, ValueError):
        pass
    raise _refused("Date", 'a date like "2026-04-15"')


def parse_time(value: Any) -> time:  # noqa: ANN401
    """Read a wall-clock time."""
    try:
        if _TIME.fullmatch(value):
            return time.fromisoformat(value)
    except (TypeError, ValueError):
        pass
    raise _refused("LocalTime", 'a time like "10:00"')


def parse_timezone(value: Any) -> str:  # noqa: ANN401
    """Read the name of a time zone."""
    if isinstance(value, str) and value in _zones():
        return value
    raise _refused("TimeZone", 'the IANA name of a time zone, like "Europe/Berlin"', code="invalid_timezone")


def parse_decimal(value: Any) -> Decimal:  # noqa: ANN401
    """Read an exact decimal from a text; a float would not be exact."""
    try:
        if len(value) <= 40 and _DECIMAL.fullmatch(value) and abs((number := Decimal(value)).adjusted()) <= 20:  # noqa: PLR2004
            return number
    except (TypeError, InvalidOperation):
        pass
    raise _refused("Decimal", 'a decimal number in a string, like "12.50"')


@native(datetime)
def show_wall_clock(value: datetime) -> str:
    """Write a date and time on a wall clock."""
    return value.isoformat()


@native(date)
def show_date(value: date) -> str:
    """Write a calendar date."""
    return value.isoformat()


def show_decimal(value: Decimal) -> str:
    """Write a decimal plainly, without an exponent."""
    return f"{value:f}"


def parse_id(value: Any) -> str:  # noqa: ANN401
    """Read an ID in any spelling of a UUID; anything else can be nobody's."""
    if type(value) is str and _USUAL_ID.fullmatch(value):
        return value
    try:
        return str(UUID(value))
    except (AttributeError, TypeError, ValueError):
        return NOBODY


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - _UNREAL_ZONES)


def _refused(scalar: str, wanted: str, code: str = "invalid_schema") -> GraphQLError:
    return GraphQLError(f"{scalar} is {wanted}.", extensions={"code": code})


def _scalar(
    name: str, description: str, parse: Callable[[Any], Any], show: Callable[[Any], Any] = str
) -> ScalarDefinition:
    def parse_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        try:
            return parse(value_from_ast_untyped(node, variables))
        except GraphQLError as error:  # graphql-core tells where only of errors that know their place
            raise GraphQLError(error.message, node, extensions=error.extensions) from error

    scalar: ScalarDefinition = strawberry.scalar(
        name=name, description=description, parse_value=parse, parse_literal=parse_literal, serialize=show
    )
    return scalar


class _Reserved(GraphQLScalarType):
    """A built-in scalar with an input of its own, which graphql-core else forbids."""

    reserved_types: ClassVar[dict[str, GraphQLNamedType]] = {}  # type: ignore[misc]


ID_TYPE = _Reserved(
    "ID",
    coerce_output_value=str,
    coerce_input_value=parse_id,
    description="The UUID of a record, unique over all types. Anything else is the ID of nothing.",
)

SCALARS: dict[object, ScalarDefinition] = {
    strawberry.ID: ScalarDefinition(
        name="ID",
        description=ID_TYPE.description,
        specified_by_url=None,
        serialize=str,
        parse_value=parse_id,
        parse_literal=None,
        implementation=ID_TYPE,
    ),
    datetime: _scalar(
        "DateTime",
        "An instant by RFC 3339; the offset is required. Kept to the microsecond, answered in UTC: "
        '"2026-04-15T10:00:00Z", with six fractional digits only where they are not zero.',
        parse_instant,
        show_instant,
    ),
    date: _scalar("Date", 'A calendar date: "2026-04-15".', parse_date, show_date),
    time: _scalar(
        "LocalTime",
        'A time of day on a wall clock: "10:00" (Beils: start_time, end_time).',
        parse_time,
        lambda value: value.isoformat("minutes"),
    ),
    LocalDateTime: _scalar(
        "LocalDateTime",
        'A date and time on a wall clock, "2026-04-15T12:00:00", in the asked time zone, else the location\'s.',
        lambda value: value,
        show_wall_clock,
    ),
    TimeZone: _scalar(
        "TimeZone", 'The IANA name of a time zone: "Europe/Berlin". Unknown: `invalid_timezone`.', parse_timezone
    ),
    Decimal: _scalar("Decimal", 'An exact decimal number as a string: "12.50".', parse_decimal, show_decimal),
}
