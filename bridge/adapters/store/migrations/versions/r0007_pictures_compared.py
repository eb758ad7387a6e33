"""Full pictures are compared in one index; a run keeps which numbers its last picture was judged by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_REPORTED = "ix_cases_reported"


def upgrade() -> None:
    """Put the fingerprint into the index of what is still reported; add the two numbers of a run."""
    op.drop_index(_REPORTED, "cases")
    where = sa.text("no_longer_reported_at IS NULL")
    op.create_index(
        _REPORTED,
        "cases",
        ["source", "source_case_id", "fingerprint", "no_longer_reported_at"],
        sqlite_where=where,
        postgresql_where=where,
    )
    for name in ("reported", "expected"):
        op.add_column("runs", sa.Column(name, sa.Integer(), nullable=True))
