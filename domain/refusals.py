"""Refusals, as values that carry data: what a write answers instead of its success.

Codes are the sources' own, in upper case; the same in lower case stand in `extensions.code` of top-level errors.
`path` leads to the offending part of the input: `("input", "participants", "0", "email")`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

Path = tuple[str, ...]


class ErrorCode(StrEnum):
    """Every code that an answer can carry."""

    INVALID_SCHEMA = "INVALID_SCHEMA"
    INVALID_TIME_RANGE = "INVALID_TIME_RANGE"
    INVALID_FILTER_TIME_RANGE = "INVALID_FILTER_TIME_RANGE"
    INVALID_UPDATED_FILTER_TIME_RANGE = "INVALID_UPDATED_FILTER_TIME_RANGE"
    INVALID_TIMEZONE = "INVALID_TIMEZONE"
    INVALID_CURSOR = "INVALID_CURSOR"
    DUPLICATE_ENTRIES_PROVIDED = "DUPLICATE_ENTRIES_PROVIDED"
    MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION = "MUTUALLY_EXCLUSIVE_FIELDS_VIOLATION"
    RESOURCE_ID_REQUIRED = "RESOURCE_ID_REQUIRED"
    MISSING_API_TOKEN = "MISSING_API_TOKEN"  # noqa: S105 - a code, no secret
    INVALID_API_TOKEN = "INVALID_API_TOKEN"  # noqa: S105 - a code, no secret
    SCOPE_PERMISSION_DENIED = "SCOPE_PERMISSION_DENIED"
    ORGANIZATION_ACCESS_DENIED = "ORGANIZATION_ACCESS_DENIED"
    EXTERNAL_SERVICE_ACCESS_DENIED = "EXTERNAL_SERVICE_ACCESS_DENIED"
    USER_ACCESS_DENIED = "USER_ACCESS_DENIED"
    COURT_NOT_FOUND = "COURT_NOT_FOUND"
    COURT_BOOKING_NOT_FOUND = "COURT_BOOKING_NOT_FOUND"
    RESOURCE_NOT_FOUND = "RESOURCE_NOT_FOUND"
    LOCATION_NOT_FOUND = "LOCATION_NOT_FOUND"
    BLOCKER_NOT_FOUND = "BLOCKER_NOT_FOUND"
    RESERVATION_EXPIRED = "RESERVATION_EXPIRED"
    STALE_WRITE = "STALE_WRITE"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    COURT_BOOKING_OVERLAP = "COURT_BOOKING_OVERLAP"
    OPERATION_TOO_COMPLEX = "OPERATION_TOO_COMPLEX"
    STORE_BUSY = "STORE_BUSY"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class Issue(NamedTuple):
    """One thing wrong with an input."""

    code: ErrorCode
    message: str
    path: Path


class InvalidInput(NamedTuple):
    """The input breaks a rule on its own; all issues at once, at least one."""

    issues: tuple[Issue, ...]

    @property
    def code(self) -> ErrorCode:
        """The first issue's code."""
        return self.issues[0].code

    @property
    def message(self) -> str:
        """The first issue's message."""
        return self.issues[0].message

    @property
    def path(self) -> Path:
        """The first issue's path."""
        return self.issues[0].path


class NotFound(NamedTuple):
    """What the input names does not exist, or not for this viewer."""

    code: ErrorCode
    message: str
    path: Path


class AccessDenied(NamedTuple):
    """What the input names is not this viewer's to use; unknown and foreign look alike."""

    code: ErrorCode
    message: str
    path: Path


class StaleWrite(NamedTuple):
    """A newer write has been stored already."""

    stored_external_updated_at: datetime
    path: Path = ("input", "externalUpdatedAt")
    code: ErrorCode = ErrorCode.STALE_WRITE
    message: str = "A newer externalUpdatedAt is stored; read the booking before writing again."


class VersionConflict(NamedTuple):
    """Another version is stored than the one that the write builds on."""

    stored_version: int
    path: Path
    message: str
    code: ErrorCode = ErrorCode.VERSION_CONFLICT


class BusyInterval(NamedTuple):
    """A half-open span that is taken; by whom is not said."""

    start_date: datetime
    end_date: datetime


class BookingOverlap(NamedTuple):
    """The seats or the staff member are taken, or for a hold: a blocker stands there."""

    conflicts: tuple[BusyInterval, ...]
    path: Path
    message: str
    code: ErrorCode = ErrorCode.COURT_BOOKING_OVERLAP


class RefusedError(Exception):
    """A read that is refused: raised, since a field that is read has no place for a refusal beside its value."""

    def __init__(self, code: ErrorCode, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.code, self.message, self.path = code, message, path


def below(refusal: Refusal, *prefix: str) -> Refusal:
    """Return the refusal with `prefix` in its paths instead of `input`: of one input among several."""
    return _with_paths(refusal, lambda path: (*prefix, *path[1:]))


def leading_to(refusal: Refusal, field: str) -> Refusal:
    """Return the refusal with `field` in its paths: of an input that has no field for what is wrong."""
    return _with_paths(refusal, lambda _: ("input", field))


def _with_paths(refusal: Refusal, change: Callable[[Path], Path]) -> Refusal:
    if isinstance(refusal, InvalidInput):
        return InvalidInput(tuple(issue._replace(path=change(issue.path)) for issue in refusal.issues))
    return refusal._replace(path=change(refusal.path))


Refusal = InvalidInput | NotFound | AccessDenied | StaleWrite | VersionConflict | BookingOverlap
