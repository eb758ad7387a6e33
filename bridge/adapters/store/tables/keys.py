"""Keys of our own: what others encrypt for us."""

from __future__ import annotations

from sqlalchemy import JSON, Integer, String, Table, UniqueConstraint

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata

service_keys = Table(
    "service_keys",
    metadata,
    held("id", "id", String(), key=True),
    held("purpose", "word", String()),
    held("generation", "number", Integer()),
    held("sealed_private_keys", "sealed", String()),
    held("public_keys", "text", JSON()),
    held("created_at", "time", UtcTime()),
    held("retired_at", "time", UtcTime(), nullable=True),
    UniqueConstraint("purpose", "generation"),
)
