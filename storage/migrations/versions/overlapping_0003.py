"""Indexes that tell by themselves what overlaps a window: of what ends after its start, also when it begins.

Without that every long booking of the future was read from its table, to find that it begins after the window.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them anew, with the start."""
    _make("end_date", "start_date")


def downgrade() -> None:
    """Make them as they were."""
    _make("end_date")


def _make(*instants: str) -> None:
    for part in ("organization", "resource", "staff"):
        op.drop_index(f"bookings_long_by_{part}", "bookings", if_exists=True)  # the first stores had none
        op.create_index(
            f"bookings_long_by_{part}",
            "bookings",
            [f"{part}_id", *instants],
            postgresql_where=sa.text("long"),
            sqlite_where=sa.text("long = 1"),
        )
    op.drop_index("blockers_by_resource", "blockers")
    op.create_index("blockers_by_resource", "blockers", ["resource_id", *instants])
