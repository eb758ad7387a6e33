"""Why a push is sent, and from which source, so that none waits behind a flood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "engine1"
down_revision = "0003"


def upgrade() -> None:
    """Give each push its source and a lane; what is leased stands at the end of its lease."""
    op.add_column("pushes", sa.Column("source", sa.String(), nullable=False, server_default=""))
    op.add_column("pushes", sa.Column("lane", sa.Integer(), nullable=False, server_default="2"))
    op.execute("UPDATE pushes SET source = (SELECT source FROM cases WHERE cases.id = pushes.case_id)")
    op.execute("UPDATE pushes SET due_at = lease_until WHERE state = 'due' AND lease_until > due_at")
    op.drop_index("ix_pushes_due", table_name="pushes")
    where = sa.text("state = 'due'")
    op.create_index(
        "ix_pushes_due",
        "pushes",
        ["lane", "source", "due_at"],
        unique=False,
        sqlite_where=where,
        postgresql_where=where,
    )
