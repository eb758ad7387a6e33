"""Raw records kept for some days, sealed, to apply a corrected mapping to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "raw_records",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_case_id", sa.String(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("source", "source_case_id", name=op.f("pk_raw_records")),
    )
    op.create_index("ix_raw_records_source_kept_at", "raw_records", ["source", "kept_at"], unique=False)
