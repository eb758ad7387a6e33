"""What is under way together, the org's jobs that carry many cases, and what its calls are spent on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables, and say of each push which batch and which parent it is under way with."""
    op.add_column("pushes", sa.Column("batch_id", sa.String(), nullable=True))
    op.add_column("pushes", sa.Column("parent_id", sa.String(), nullable=True))
    op.add_column("pushes", sa.Column("bulk_tries", sa.Integer(), nullable=False, server_default="0"))
    _index("ix_pushes_parent_id", "pushes", ["parent_id", "lease_until"], "parent_id IS NOT NULL")
    op.create_table(
        "bulk_jobs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("took_s", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_jobs")),
    )
    _index("ix_bulk_jobs_look_at", "bulk_jobs", ["look_at"], "state <> 'over'")
    op.create_table(
        "bulk_rows",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("bulk_job", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("salesforce_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_bulk_rows_case_id")),
        sa.ForeignKeyConstraint(["bulk_job"], ["bulk_jobs.id"], name=op.f("fk_bulk_rows_bulk_job")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_bulk_rows")),
    )
    op.create_index("ix_bulk_rows_bulk_job", "bulk_rows", ["bulk_job"], unique=False)
    op.create_table(
        "call_budget",
        sa.Column("org", sa.String(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=True),
        sa.Column("allowed", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at_once", sa.Integer(), nullable=True),
        sa.Column("narrow_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("org", name=op.f("pk_call_budget")),
    )
    op.create_table(
        "call_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "lane", name=op.f("pk_call_counts")),
    )


def _index(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=False, sqlite_where=where, postgresql_where=where)
