"""Refusals of mutations: members of every result union."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry import field

from domain import refusals
from domain.refusals import ErrorCode
from execution.relation import reads


@strawberry.interface(description="What every refusal says.")
class UserError:
    """What every refusal says."""

    code: ErrorCode = field(description="The machine-readable reason.")
    message: str = field(description="The reason for people.")
    path: list[str] = field(description="Where in the arguments: `input`, field, position, field.")


@reads(refusals.InvalidInput)
class InvalidInput(UserError):
    """The input breaks rules on its own. All that is wrong, at once; code, message, path are the first issue's."""

    issues: list[Issue] = field(description="Everything that is wrong, at least one.")


@strawberry.type(description="One thing wrong with an input.")
class Issue:
    """One thing wrong with an input."""

    code: ErrorCode = field(description="The machine-readable reason.")
    message: str = field(description="The reason for people.")
    path: list[str] = field(description="Where in the arguments.")


@reads(refusals.NotFound)
class NotFound(UserError):
    """What the input names does not exist, or not for this token."""


@reads(refusals.AccessDenied)
class AccessDenied(UserError):
    """What the input names is not this token's to use; unknown and foreign look alike."""


@reads(refusals.StaleWrite)
class StaleWrite(UserError):
    """A newer write is stored (Wingfield: stale_write)."""

    stored_external_updated_at: datetime = field(description="The newer `externalUpdatedAt`.")


@reads(refusals.VersionConflict)
class VersionConflict(UserError):
    """Another version is stored than the write builds on (Wingfield: version_conflict)."""

    stored_version: int = field(description="The version that is stored; 0 for a delete of an ID never seen.")


@reads(refusals.BookingOverlap)
class BookingOverlap(UserError):
    """Seats or a member of staff are taken, or a blocker stands in a hold's way (Wingfield: court_booking_overlap)."""

    conflicts: list[BusyInterval] = field(description="What stands in the way, by start; by whom is not said.")


@strawberry.type(description="A half-open span that is taken.")
class BusyInterval:
    """A half-open span that is taken."""

    start_date: datetime = field(description="From here on.")
    end_date: datetime = field(description="Up to, not including.")
