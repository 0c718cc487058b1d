"""The directory's version, drawn anew by triggers with every write to what gateways keep: no writer can forget it."""

from __future__ import annotations

from itertools import product

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("organizations", "external_services", "locations", "users", "resources", "schedules", "tokens")
EVENTS = ("INSERT", "UPDATE", "DELETE")
DRAW = "UPDATE directory SET version = lower(hex(randomblob(16)))"
ID = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")


def upgrade() -> None:
    """Create the table, its one row, and the triggers."""
    op.create_table(
        "directory",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("version", ID, nullable=False),
        sa.CheckConstraint("id = 1", name="directory_is_one"),
    )
    _on_postgresql() if op.get_bind().dialect.name == "postgresql" else _on_sqlite()


def downgrade() -> None:
    """Drop everything."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION directory_changes CASCADE")  # with the triggers
    else:
        for table, event in product(TABLES, EVENTS):
            op.execute(f"DROP TRIGGER {_name(table, event)}")
    op.drop_table("directory")


def _on_postgresql() -> None:
    """Draw once a statement, also for a copy of a million rows; whatever the session's path (`pg_restore` has none)."""
    op.execute("INSERT INTO directory VALUES (1, gen_random_uuid())")
    op.execute("""
        CREATE FUNCTION directory_changes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
            BEGIN UPDATE directory SET version = gen_random_uuid(); RETURN NULL; END
        $$
    """)
    for table in TABLES:
        op.execute(f"""
            CREATE TRIGGER {table}_change_directory AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
            EXECUTE FUNCTION directory_changes()
        """)


def _on_sqlite() -> None:
    op.execute("INSERT INTO directory VALUES (1, lower(hex(randomblob(16))))")
    for table, event in product(TABLES, EVENTS):
        op.execute(f"CREATE TRIGGER {_name(table, event)} AFTER {event} ON {table} BEGIN {DRAW}; END")


def _name(table: str, event: str) -> str:
    return f"{table}_{event.lower()}_changes_directory"
