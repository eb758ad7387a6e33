"""A source keeps in words why it could not be read, with the numbers that matter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the words beside the code."""
    op.add_column("sources", sa.Column("error_text", sa.String(), nullable=True))
