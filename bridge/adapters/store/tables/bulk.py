"""Jobs of the org that carry many pushes, and which."""

from __future__ import annotations

from sqlalchemy import Float, ForeignKey, Index, Integer, String, Table

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata, only_where

bulk_jobs = Table(
    "bulk_jobs",
    metadata,
    held("id", "id", String(), key=True),
    held("kind", "word", String()),
    held("state", "word", String()),
    held("job_id", "id", String(), nullable=True),
    held("rows", "number", Integer()),
    held("looks", "number", Integer()),
    held("created_at", "time", UtcTime()),
    held("sent_at", "time", UtcTime(), nullable=True),
    held("look_at", "time", UtcTime()),
    held("ended_at", "time", UtcTime(), nullable=True),
    held("took_s", "number", Float(), nullable=True),
)
# A job in somebody's hands stands at the end of their lease, as a leased push does.
only_where("ix_bulk_jobs_look_at", "state <> 'over'", bulk_jobs.c.look_at)

bulk_rows = Table(
    "bulk_rows",
    metadata,
    held("case_id", "id", String(), ForeignKey("cases.id"), key=True),
    held("bulk_job", "id", String(), ForeignKey("bulk_jobs.id")),
    held("fence", "number", Integer()),
    held("version", "number", Integer()),
    held("salesforce_id", "id", String(), nullable=True),
    Index("ix_bulk_rows_bulk_job", "bulk_job"),
)
