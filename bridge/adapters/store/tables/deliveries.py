"""What sources gave us: how far each was read, its runs, and the records that stopped."""

from __future__ import annotations

from sqlalchemy import Index, Integer, String, Table

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata, only_where

sources = Table(
    "sources",
    metadata,
    held("source", "id", String(), key=True),
    held("cursor", "id", String(), nullable=True),
    held("last_success_at", "time", UtcTime(), nullable=True),
    held("last_attempt_at", "time", UtcTime(), nullable=True),
    held("failing_since", "time", UtcTime(), nullable=True),
    held("error_code", "word", String(), nullable=True),
    held("error_text", "text", String(), nullable=True),
    held("next_due_at", "time", UtcTime(), nullable=True),
)

deliveries = Table(
    "deliveries",
    metadata,
    held("source", "id", String(), key=True),
    held("delivery_key", "hash", String(), key=True),
    held("picture", "id", String(), nullable=True),
    held("records", "number", Integer()),
    held("changed", "number", Integer()),
    held("received_at", "time", UtcTime()),
)

runs = Table(
    "runs",
    metadata,
    held("id", "id", String(), key=True),
    held("source", "id", String()),
    held("started_at", "time", UtcTime()),
    held("ended_at", "time", UtcTime(), nullable=True),
    held("read", "number", Integer(), nullable=True),
    held("changed", "number", Integer(), nullable=True),
    held("unchanged", "number", Integer(), nullable=True),
    held("parked", "number", Integer(), nullable=True),
    held("no_longer_reported", "number", Integer(), nullable=True),
    held("error_code", "word", String(), nullable=True),
    held("reported", "number", Integer(), nullable=True),
    held("expected", "number", Integer(), nullable=True),
    Index("ix_runs_source_started_at", "source", "started_at"),
)

parked_records = Table(
    "parked_records",
    metadata,
    held("id", "id", String(), key=True),
    held("source", "id", String()),
    held("source_case_id", "id", String(), nullable=True),
    held("position", "id", String()),
    held("cause_code", "word", String()),
    held("mapping_key", "word", String()),
    held("explanation", "text", String()),
    held("parked_at", "time", UtcTime()),
    held("sealed_body", "sealed", String()),
)
only_where(
    "uq_parked_records_case",
    "source_case_id IS NOT NULL",
    parked_records.c.source,
    parked_records.c.source_case_id,
    unique=True,
)
only_where(
    "uq_parked_records_position",
    "source_case_id IS NULL",
    parked_records.c.source,
    parked_records.c.position,
    unique=True,
)
