"""Indexes that give every order of an organization's bookings, and the usual one of everybody's.

Without them a page by time of creation or by ID was chosen from all bookings of the organization, and an
administrator's page from all of the store.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEXES = {
    "bookings_by_organization_created": ["organization_id", "created_at", "id"],
    "bookings_by_organization_id": ["organization_id", "id"],
    "bookings_by_start": ["start_date", "id"],
}


def upgrade() -> None:
    """Make them."""
    for name, columns in INDEXES.items():
        op.create_index(name, "bookings", columns)


def downgrade() -> None:
    """Drop them."""
    for name in INDEXES:
        op.drop_index(name, "bookings")
