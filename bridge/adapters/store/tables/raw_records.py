"""Raw records kept for some days, sealed, to apply a corrected mapping to."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, String, Table

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata

raw_records = Table(
    "raw_records",
    metadata,
    held("source", "id", String(), key=True),
    held("source_case_id", "id", String(), key=True),
    held("kept_at", "time", UtcTime()),
    held("sealed_body", "sealed", LargeBinary()),
    Index("ix_raw_records_source_kept_at", "source", "kept_at"),
)
