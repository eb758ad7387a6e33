"""What the org lets us call, and how we spent it."""

from __future__ import annotations

from sqlalchemy import Date, Integer, String, Table

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata

call_budget = Table(
    "call_budget",
    metadata,
    held("org", "id", String(), key=True),
    held("used", "number", Integer(), nullable=True),
    held("allowed", "number", Integer(), nullable=True),
    held("seen_at", "time", UtcTime(), nullable=True),
    held("looked_at", "time", UtcTime(), nullable=True),
    held("at_once", "number", Integer(), nullable=True),
    held("narrow_until", "time", UtcTime(), nullable=True),
)

call_counts = Table(
    "call_counts",
    metadata,
    held("day", "time", Date(), key=True),
    held("lane", "number", Integer(), key=True),
    held("calls", "number", Integer()),
)
