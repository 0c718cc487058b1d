"""The tables, declared with SQLModel. Statements are written over `table(Model)`; no ORM object ever carries data.

IDs are UUIDs (text on SQLite), instants aware UTC (fixed-width text on SQLite, so that order is time order), both
turned into `str` and `datetime` by the drivers' codecs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlmodel import Field, SQLModel

ID = Text().with_variant(UUID(as_uuid=False), "postgresql")
INSTANT = DateTime(timezone=True)
DOCUMENT = JSON().with_variant(JSONB(), "postgresql")

LONGEST_SHORT = timedelta(days=1)
"""A booking that lasts longer is marked `long` in its row."""


def table(model: type[SQLModel]) -> Table:
    """Return the SQLAlchemy table of a model."""
    declared: Table = model.__table__  # type: ignore[attr-defined]
    return declared


def _id(foreign_key: str | None = None, *, nullable: bool = False, primary_key: bool = False) -> Any:  # noqa: ANN401
    keys = [ForeignKey(foreign_key)] if foreign_key else []
    return Field(sa_column=Column(ID, *keys, nullable=nullable, primary_key=primary_key))


def _instant(*, nullable: bool = False) -> Any:  # noqa: ANN401
    return Field(sa_column=Column(INSTANT, nullable=nullable))


def _document(*, nullable: bool = False) -> Any:  # noqa: ANN401
    return Field(sa_column=Column(DOCUMENT, nullable=nullable))


def _where(condition: str, *, sqlite: str | None = None) -> dict[str, Any]:
    return {"postgresql_where": text(condition), "sqlite_where": text(sqlite or condition)}


def _long(key: str) -> Index:
    """Find the long bookings that overlap a window: those that end after its start, told apart by the index alone."""
    name = f"bookings_long_by_{key.removesuffix('_id')}"
    return Index(name, key, "end_date", "start_date", **_where("long", sqlite="long = 1"))


class Directory(SQLModel, table=True):
    """One row, whose version triggers draw anew with every write to what processes keep (`storage/directory.py`)."""

    __tablename__: ClassVar[str] = "directory"
    __table_args__ = (CheckConstraint("id = 1", name="directory_is_one"),)
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    version: str = _id()


class Organization(SQLModel, table=True):
    """A tenant. Every other row names its organization, so that no read has to find it by a join."""

    __tablename__: ClassVar[str] = "organizations"
    id: str = _id(primary_key=True)
    name: str


class ExternalService(SQLModel, table=True):
    """A partner's system."""

    __tablename__: ClassVar[str] = "external_services"
    id: str = _id(primary_key=True)
    organization_id: str = _id("organizations.id")
    name: str


class Location(SQLModel, table=True):
    """A place with a time zone."""

    __tablename__: ClassVar[str] = "locations"
    __table_args__ = (Index("locations_by_organization", "organization_id", "id"),)
    id: str = _id(primary_key=True)
    organization_id: str = _id("organizations.id")
    name: str
    timezone: str


class User(SQLModel, table=True):
    """A person; `email` is lower case."""

    __tablename__: ClassVar[str] = "users"
    __table_args__ = (
        Index("users_by_organization", "organization_id", "id"),
        Index("users_by_email", "email"),
    )
    id: str = _id(primary_key=True)
    organization_id: str = _id("organizations.id")
    name: str | None
    surname: str | None
    email: str | None
    phone_number: str | None
    photo_url: str | None
    about: str | None


class Resource(SQLModel, table=True):
    """Something bookable. Its row is the lock of every write that takes its seats."""

    __tablename__: ClassVar[str] = "resources"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="resources_capacity_positive"),
        Index("resources_by_location", "location_id", "id"),
        Index("resources_by_organization", "organization_id", "id"),
        Index("resources_by_parent", "parent_id"),
        Index("resources_by_user", "user_id"),
    )
    id: str = _id(primary_key=True)
    organization_id: str = _id("organizations.id")
    location_id: str = _id("locations.id")
    parent_id: str | None = _id("resources.id", nullable=True)
    user_id: str | None = _id("users.id", nullable=True)
    name: str
    type: str
    capacity: int
    color: str | None
    booking_step_minutes: int | None
    min_duration_minutes: int | None
    max_duration_minutes: int | None
    preparation_minutes: int
    notice_minutes: int | None
    horizon_days: int | None
    public_calendar: bool


class Schedule(SQLModel, table=True):
    """A resource's schedule as one document (lists of plain texts): it is always read and replaced whole."""

    __tablename__: ClassVar[str] = "schedules"
    resource_id: str = _id("resources.id", primary_key=True)
    rules: dict[str, Any] = _document()


class Blocker(SQLModel, table=True):
    """A manual block of a resource."""

    __tablename__: ClassVar[str] = "blockers"
    __table_args__ = (Index("blockers_by_resource", "resource_id", "end_date", "start_date"),)
    id: str = _id(primary_key=True)
    organization_id: str = _id("organizations.id")
    resource_id: str = _id("resources.id")
    start_date: datetime = _instant()
    end_date: datetime = _instant()
    title: str | None


class Booking(SQLModel, table=True):
    """A booking; deleted ones stay, with `deleted_at`.

    Three columns are kept for the database's own sake and follow from others: `active` (takes seats, unless it is a
    hold past its expiry), `exclusive` (its resource seats one: the exclusion constraint of PostgreSQL guards those),
    `long` (longer than a day: so that finding what overlaps a window reads two short index ranges, never the past).
    `participants` are who takes part, in the order given, each as the fields of their record: they are read with the
    booking, and found by the table of their name. They come last: to what stands after a long value SQLite gets by
    reading all of it.
    `asserted_status` is what the last upsert said, whatever the desk has changed since. Of a hold, also after it was
    confirmed, `reservation_hash` is the SHA-256 of its secret token, `reservation_request` that of what was asked.
    """

    __tablename__: ClassVar[str] = "bookings"
    __table_args__ = (
        CheckConstraint("start_date < end_date", name="bookings_not_reversed"),
        CheckConstraint("seats > 0", name="bookings_seats_positive"),
        Index("bookings_by_resource", "resource_id", "start_date", "id"),
        Index("bookings_by_organization", "organization_id", "start_date", "id"),
        Index("bookings_by_organization_end", "organization_id", "end_date", "id"),
        Index("bookings_by_organization_created", "organization_id", "created_at", "id"),
        Index("bookings_by_organization_updated", "organization_id", "updated_at", "id"),
        Index("bookings_by_organization_id", "organization_id", "id"),
        Index("bookings_by_start", "start_date", "id"),
        Index("bookings_by_external_id", "external_service_id", "external_booking_id", unique=True),
        Index("bookings_by_service", "external_service_id", "start_date", "id"),
        Index("bookings_by_service_updated", "external_service_id", "updated_at", "id"),
        Index("bookings_by_staff", "staff_id", "start_date"),
        _long("organization_id"),
        _long("resource_id"),
        _long("staff_id"),
        Index("bookings_by_owner", "owner_id", "start_date"),
        Index("bookings_by_reservation", "reservation_hash", unique=True),
        Index("bookings_by_expiry", "expires_at", **_where("status = 'RESERVED'")),
    )
    id: str = _id(primary_key=True)
    organization_id: str = _id("organizations.id")
    resource_id: str = _id("resources.id")
    version: int
    status: str
    asserted_status: str
    title: str | None
    notes: str | None
    seats: int
    start_date: datetime = _instant()
    end_date: datetime = _instant()
    owner_id: str | None = _id("users.id", nullable=True)
    owner_membership_id: str | None = _id(nullable=True)
    staff_id: str | None = _id("users.id", nullable=True)
    item_type: str | None
    item_id: str | None = _id(nullable=True)
    payment: dict[str, Any] | None = _document(nullable=True)
    external_service_id: str | None = _id("external_services.id", nullable=True)
    external_booking_id: str | None
    external_updated_at: datetime | None = _instant(nullable=True)
    expires_at: datetime | None = _instant(nullable=True)
    created_at: datetime = _instant()
    updated_at: datetime = _instant()
    deleted_at: datetime | None = _instant(nullable=True)
    reservation_hash: str | None
    reservation_request: str | None
    active: bool = Field(sa_column=Column(Boolean, nullable=False))
    exclusive: bool = Field(sa_column=Column(Boolean, nullable=False))
    long: bool = Field(sa_column=Column(Boolean, nullable=False))
    participants: list[list[str | None]] = _document()


class Participant(SQLModel, table=True):
    """One who takes part in a booking: as in the booking's own row, by which bookings are found."""

    __tablename__: ClassVar[str] = "participants"
    __table_args__ = (
        Index("participants_by_user", "user_id"),
        Index("participants_by_email", "email"),
    )
    booking_id: str = _id("bookings.id", primary_key=True)
    position: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    id: str = _id()
    user_id: str | None = _id("users.id", nullable=True)
    email: str | None
    membership_id: str | None = _id(nullable=True)


class Tombstone(SQLModel, table=True):
    """The delete of an external ID that was never seen: later writes are measured against it."""

    __tablename__: ClassVar[str] = "tombstones"
    external_service_id: str = _id("external_services.id", primary_key=True)
    external_booking_id: str = Field(primary_key=True)
    external_updated_at: datetime = _instant()


class Change(SQLModel, table=True):
    """What happened to a booking, written in the booking's own transaction."""

    __tablename__: ClassVar[str] = "changes"
    __table_args__ = (
        Index("changes_by_organization", "organization_id", "sequence"),
        {"sqlite_autoincrement": True},  # a sequence is never used again, whatever is deleted
    )
    sequence: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True)
    )
    booking_id: str = _id("bookings.id")
    organization_id: str = _id("organizations.id")
    resource_id: str = _id("resources.id")
    external_service_id: str | None = _id(nullable=True)
    version: int
    kind: str
    at: datetime = _instant()


class Token(SQLModel, table=True):
    """A credential. Only the SHA-256 of the token is stored; `prefix` is its visible part."""

    __tablename__: ClassVar[str] = "tokens"
    id: str = _id(primary_key=True)
    name: str
    prefix: str = Field(unique=True)
    hash: str
    scopes: list[str] = _document()
    admin: bool
    organization_ids: list[str] = _document()
    external_service_id: str | None = _id("external_services.id", nullable=True)
    created_at: datetime = _instant()
    expires_at: datetime | None = _instant(nullable=True)
    revoked_at: datetime | None = _instant(nullable=True)
