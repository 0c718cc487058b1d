"""Indexes that give every order of an organization's bookings, the usual one of everybody's, and people by e-mail.

Without them a page by time of creation or by ID was chosen from all bookings of the organization, an administrator's
page from all of the store, and a person from all people.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEXES = {
    "bookings_by_organization_created": ("bookings", ["organization_id", "created_at", "id"]),
    "bookings_by_organization_id": ("bookings", ["organization_id", "id"]),
    "bookings_by_start": ("bookings", ["start_date", "id"]),
    "users_by_email": ("users", ["email"]),
}


def upgrade() -> None:
    """Make them."""
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Drop them."""
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
