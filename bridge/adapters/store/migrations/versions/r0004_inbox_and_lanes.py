"""Why a push is sent, and from which source; and the inbox of what sources push to us."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Give each push its source and a lane; what is leased stands at the end of its lease."""
    op.add_column("pushes", sa.Column("source", sa.String(), nullable=False, server_default=""))
    op.add_column("pushes", sa.Column("lane", sa.Integer(), nullable=False, server_default="2"))
    op.execute("UPDATE pushes SET source = (SELECT source FROM cases WHERE cases.id = pushes.case_id)")
    op.execute("UPDATE pushes SET due_at = lease_until WHERE state = 'due' AND lease_until > due_at")
    op.drop_index("ix_pushes_due", table_name="pushes")
    due = _where("state = 'due'")
    op.create_index("ix_pushes_due", "pushes", ["lane", "source", "due_at"], unique=False, **due)
    _inbox()


def _inbox() -> None:
    """Create the tables of what sources push."""
    op.create_table(
        "inbox",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("delivery_key", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("sealed_body", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("cause_code", sa.String(), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source", "delivery_key", name=op.f("uq_inbox_source_delivery_key")),
        sa.UniqueConstraint("id", name=op.f("uq_inbox_id")),
    )
    op.create_index("ix_inbox_source_received_at", "inbox", ["source", "received_at"], unique=False)
    op.create_index("ix_inbox_waiting", "inbox", ["source", "number"], unique=False, **_where("state = 'waiting'"))
    op.create_index("ix_inbox_parked", "inbox", ["parked_at"], unique=False, **_where("state = 'parked'"))
    bodies = _where("sealed_body IS NOT NULL AND settled_at IS NOT NULL")
    op.create_index("ix_inbox_bodies", "inbox", ["settled_at"], unique=False, **bodies)
    op.create_table(
        "inbox_cases",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source_case_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["inbox.number"], name=op.f("fk_inbox_cases_number")),
        sa.PrimaryKeyConstraint("number", "source_case_id", name=op.f("pk_inbox_cases")),
    )
    op.create_table(
        "case_orders",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_case_id", sa.String(), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "source_case_id", name=op.f("pk_case_orders")),
    )


def _where(condition: str) -> dict[str, Any]:
    where = sa.text(condition)
    return {"sqlite_where": where, "postgresql_where": where}
