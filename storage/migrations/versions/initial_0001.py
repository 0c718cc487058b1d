"""Everything there is at first: tables, indexes and, on PostgreSQL, the last wall against double booking."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create everything."""
    _organizations()
    _external_services()
    _locations()
    _users()
    _resources()
    _tokens()
    _tombstones()
    _blockers()
    _bookings()
    _bookings_indexes()
    _schedules()
    _changes()
    _participants()
    if op.get_bind().dialect.name == "postgresql":
        _forbid_overlaps()


def downgrade() -> None:
    """Drop everything."""
    for table in (
        "participants",
        "changes",
        "schedules",
        "bookings",
        "blockers",
        "tombstones",
        "tokens",
        "resources",
        "users",
        "locations",
        "external_services",
        "organizations",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TYPE uuidrange")


def _organizations() -> None:
    op.create_table(
        "organizations",
        _id("id", primary_key=True),
        _text("name"),
    )


def _external_services() -> None:
    op.create_table(
        "external_services",
        _id("id", primary_key=True),
        _id("organization_id", "organizations.id"),
        _text("name"),
    )


def _locations() -> None:
    op.create_table(
        "locations",
        _id("id", primary_key=True),
        _id("organization_id", "organizations.id"),
        _text("name"),
        _text("timezone"),
    )
    op.create_index("locations_by_organization", "locations", ["organization_id", "id"])


def _users() -> None:
    op.create_table(
        "users",
        _id("id", primary_key=True),
        _id("organization_id", "organizations.id"),
        _text("name", nullable=True),
        _text("surname", nullable=True),
        _text("email", nullable=True),
        _text("phone_number", nullable=True),
        _text("photo_url", nullable=True),
        _text("about", nullable=True),
    )
    op.create_index("users_by_organization", "users", ["organization_id", "id"])


def _resources() -> None:
    op.create_table(
        "resources",
        _id("id", primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("location_id", "locations.id"),
        _id("parent_id", "resources.id", nullable=True),
        _id("user_id", "users.id", nullable=True),
        _text("name"),
        _text("type"),
        sa.Column("capacity", sa.Integer(), nullable=False),
        _text("color", nullable=True),
        sa.Column("booking_step_minutes", sa.Integer(), nullable=True),
        sa.Column("min_duration_minutes", sa.Integer(), nullable=True),
        sa.Column("max_duration_minutes", sa.Integer(), nullable=True),
        sa.Column("preparation_minutes", sa.Integer(), nullable=False),
        sa.Column("notice_minutes", sa.Integer(), nullable=True),
        sa.Column("horizon_days", sa.Integer(), nullable=True),
        sa.Column("public_calendar", sa.Boolean(), nullable=False),
        sa.CheckConstraint("capacity > 0", name="resources_capacity_positive"),
    )
    op.create_index("resources_by_location", "resources", ["location_id", "id"])
    op.create_index("resources_by_organization", "resources", ["organization_id", "id"])
    op.create_index("resources_by_parent", "resources", ["parent_id"])
    op.create_index("resources_by_user", "resources", ["user_id"])


def _tokens() -> None:
    op.create_table(
        "tokens",
        _id("id", primary_key=True),
        _text("name"),
        _text("prefix"),
        _text("hash"),
        sa.Column("scopes", DOCUMENT, nullable=False),
        sa.Column("admin", sa.Boolean(), nullable=False),
        sa.Column("organization_ids", DOCUMENT, nullable=False),
        _id("external_service_id", "external_services.id", nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.UniqueConstraint("prefix"),
    )


def _tombstones() -> None:
    op.create_table(
        "tombstones",
        _id("external_service_id", "external_services.id", primary_key=True),
        _text("external_booking_id", primary_key=True),
        sa.Column("external_updated_at", INSTANT, nullable=False),
    )


def _blockers() -> None:
    op.create_table(
        "blockers",
        _id("id", primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("resource_id", "resources.id"),
        sa.Column("start_date", INSTANT, nullable=False),
        sa.Column("end_date", INSTANT, nullable=False),
        _text("title", nullable=True),
    )
    op.create_index("blockers_by_resource", "blockers", ["resource_id", "end_date"])


def _bookings() -> None:
    op.create_table(
        "bookings",
        _id("id", primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("resource_id", "resources.id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("status"),
        _text("asserted_status"),
        _text("title", nullable=True),
        _text("notes", nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("start_date", INSTANT, nullable=False),
        sa.Column("end_date", INSTANT, nullable=False),
        _id("owner_id", "users.id", nullable=True),
        _id("owner_membership_id", nullable=True),
        _id("staff_id", "users.id", nullable=True),
        _text("item_type", nullable=True),
        _id("item_id", nullable=True),
        sa.Column("payment", DOCUMENT, nullable=True),
        _id("external_service_id", "external_services.id", nullable=True),
        _text("external_booking_id", nullable=True),
        sa.Column("external_updated_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        _text("reservation_hash", nullable=True),
        _text("reservation_request", nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("long", sa.Boolean(), nullable=False),
        sa.Column("participants", DOCUMENT, nullable=False),
        sa.CheckConstraint("start_date < end_date", name="bookings_not_reversed"),
        sa.CheckConstraint("seats > 0", name="bookings_seats_positive"),
    )


def _bookings_indexes() -> None:
    holds = sa.text("status = 'RESERVED'")
    op.create_index("bookings_by_expiry", "bookings", ["expires_at"], postgresql_where=holds, sqlite_where=holds)
    op.create_index("bookings_by_external_id", "bookings", ["external_service_id", "external_booking_id"], unique=True)
    op.create_index("bookings_by_organization", "bookings", ["organization_id", "start_date", "id"])
    op.create_index("bookings_by_organization_end", "bookings", ["organization_id", "end_date", "id"])
    op.create_index("bookings_by_organization_updated", "bookings", ["organization_id", "updated_at", "id"])
    op.create_index("bookings_by_owner", "bookings", ["owner_id", "start_date"])
    op.create_index("bookings_by_reservation", "bookings", ["reservation_hash"], unique=True)
    op.create_index("bookings_by_resource", "bookings", ["resource_id", "start_date", "id"])
    op.create_index("bookings_by_service", "bookings", ["external_service_id", "start_date", "id"])
    op.create_index("bookings_by_service_updated", "bookings", ["external_service_id", "updated_at", "id"])
    op.create_index("bookings_by_staff", "bookings", ["staff_id", "start_date"])
    yes = {"postgresql": sa.text("long"), "sqlite": sa.text("long = 1")}
    for part in ("organization", "resource", "staff"):
        op.create_index(
            f"bookings_long_by_{part}",
            "bookings",
            [f"{part}_id", "end_date"],
            postgresql_where=yes["postgresql"],
            sqlite_where=yes["sqlite"],
        )


def _schedules() -> None:
    op.create_table(
        "schedules",
        _id("resource_id", "resources.id", primary_key=True),
        sa.Column("rules", DOCUMENT, nullable=False),
    )


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
        _id("booking_id", "bookings.id"),
        _id("organization_id", "organizations.id"),
        _id("resource_id", "resources.id"),
        _id("external_service_id", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("kind"),
        sa.Column("at", INSTANT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("changes_by_organization", "changes", ["organization_id", "sequence"])


def _participants() -> None:
    op.create_table(
        "participants",
        _id("booking_id", "bookings.id", primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        _id("id"),
        _id("user_id", "users.id", nullable=True),
        _text("email", nullable=True),
        _id("membership_id", nullable=True),
    )
    op.create_index("participants_by_email", "participants", ["email"])
    op.create_index("participants_by_user", "participants", ["user_id"])


def _forbid_overlaps() -> None:
    """Of the active bookings of a resource that seats one, no two overlap.

    GiST has no operators for a UUID on its own without an extension, but it has for a range of one UUID. Time comes
    first: it tells more rows apart.
    """
    op.execute("CREATE TYPE uuidrange AS RANGE (subtype = uuid)")
    op.execute("""
        ALTER TABLE bookings ADD CONSTRAINT bookings_never_overlap EXCLUDE USING gist (
            tstzrange(start_date, end_date) WITH &&,
            uuidrange(resource_id, resource_id, '[]') WITH &&
        ) WHERE (exclusive AND active)
    """)


def _id(name: str, to: str | None = None, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    keys = [sa.ForeignKey(to)] if to else []
    return sa.Column(name, ID, *keys, primary_key=primary_key, nullable=nullable)


def _text(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), primary_key=primary_key, nullable=nullable)
