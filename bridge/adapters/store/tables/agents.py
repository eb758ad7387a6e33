"""Municipal employees who may use the console, and their sessions."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, Index, String, Table, UniqueConstraint

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata

agents = Table(
    "agents",
    metadata,
    held("id", "id", String(), key=True),
    held("login_hash", "hash", String()),
    held("sealed_login", "sealed", String()),
    held("subject_hash", "hash", String(), nullable=True),
    held("role", "word", String()),
    held("sectors", "word", JSON()),
    held("added_at", "time", UtcTime()),
    held("removed_at", "time", UtcTime(), nullable=True),
    held("last_seen_at", "time", UtcTime(), nullable=True),
    UniqueConstraint("login_hash"),
)

agent_sessions = Table(
    "agent_sessions",
    metadata,
    held("token_hash", "hash", String(), key=True),
    held("id", "id", String()),
    held("agent_id", "id", String(), ForeignKey("agents.id")),
    held("sealed_display_name", "sealed", String()),
    held("sealed_id_token", "sealed", String()),
    held("signed_in_at", "time", UtcTime()),
    held("last_seen_at", "time", UtcTime()),
    UniqueConstraint("id"),
    Index("ix_agent_sessions_last_seen_at", "last_seen_at"),
)
