"""What 0001 and 0004 got when they were edited in place, for stores that had run them before: columns and indexes.

A store that has all of it is only looked at. Columns of a mended store may stand in another order, and on SQLite, which
adds no column without one, its `bookings.participants` keeps a default.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
HOLDS = sa.text("status = 'RESERVED'")

INDEXES: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "bookings_by_expiry": ("bookings", ["expires_at"], {"postgresql_where": HOLDS, "sqlite_where": HOLDS}),
    "bookings_by_organization_end": ("bookings", ["organization_id", "end_date", "id"], {}),
    "bookings_by_organization_updated": ("bookings", ["organization_id", "updated_at", "id"], {}),
    "bookings_by_reservation": ("bookings", ["reservation_hash"], {"unique": True}),
    "bookings_by_service_updated": ("bookings", ["external_service_id", "updated_at", "id"], {}),
    "users_by_email": ("users", ["email"], {}),
}
FOUND = {
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
}
"""What tells an index that descends: SQLAlchemy does not, on SQLite."""

PEOPLE = {
    "postgresql": """
        SELECT jsonb_agg(jsonb_build_array(id, user_id, email, membership_id) ORDER BY position)
        FROM participants WHERE booking_id = bookings.id
    """,
    "sqlite": """
        SELECT json_group_array(json_array(id, user_id, email, membership_id))
        FROM (SELECT * FROM participants WHERE booking_id = bookings.id ORDER BY position)
    """,
}


def upgrade() -> None:
    """Add what is missing."""
    has = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("bookings")}
    for name in ("reservation_hash", "reservation_request"):
        if name not in has:
            op.add_column("bookings", sa.Column(name, sa.String()))
    if "participants" not in has:
        _add_participants(op.get_bind().dialect.name)
    _add_indexes(op.get_bind())


def downgrade() -> None:
    """Leave it: new stores have had all of it since 0001 and 0004."""


def _add_participants(dialect: str) -> None:
    """Write into each booking's row who takes part in it, as the table of that name says."""
    op.add_column("bookings", sa.Column("participants", DOCUMENT, nullable=False, server_default="[]"))
    op.execute(f"""
        UPDATE bookings SET participants = ({PEOPLE[dialect]}) WHERE id IN (SELECT booking_id FROM participants)
    """)  # noqa: S608 - ours
    if dialect == "postgresql":
        op.alter_column("bookings", "participants", server_default=None)


def _add_indexes(connection: sa.Connection) -> None:
    """Make those that are not there, and anew those in which the latest change came first."""
    found: dict[str, str] = dict(connection.exec_driver_sql(FOUND[connection.dialect.name]).all())
    for name, (table, columns, options) in INDEXES.items():
        if name in found and "DESC" not in found[name]:
            continue
        op.drop_index(name, table, if_exists=True)
        op.create_index(name, table, columns, **options)
