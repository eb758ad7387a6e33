"""Sign-ins under way, sessions, and who looked at what."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata

sign_ins = Table(
    "sign_ins",
    metadata,
    held("state_hash", "hash", String(), key=True),
    held("browser_hash", "hash", String()),
    held("door", "word", String()),
    held("nonce", "id", String()),
    held("sealed_verifier", "sealed", String(), nullable=True),
    held("next_path", "text", String()),
    held("origin_hash", "hash", String(), nullable=True),
    held("started_at", "time", UtcTime()),
    held("used_at", "time", UtcTime(), nullable=True),
    Index("ix_sign_ins_started_at", "started_at"),
    Index("ix_sign_ins_origin_hash", "origin_hash", "started_at"),
)

sessions = Table(
    "sessions",
    metadata,
    held("token_hash", "hash", String(), key=True),
    held("id", "id", String()),
    held("link_id", "id", String(), ForeignKey("identity_links.id"), nullable=True),
    held("subject_hash", "hash", String()),
    held("door", "word", String()),
    held("sealed_display_name", "sealed", String()),
    held("sealed_id_token", "sealed", String()),
    held("acr", "word", String()),
    held("signed_in_at", "time", UtcTime()),
    held("last_seen_at", "time", UtcTime()),
    UniqueConstraint("id"),
    Index("ix_sessions_last_seen_at", "last_seen_at"),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    held("id", "number", BigInteger().with_variant(Integer(), "sqlite"), key=True),
    held("at", "time", UtcTime()),
    held("actor", "id", String()),
    held("action", "word", String()),
    held("subject", "id", String()),
    held("detail", "id", String()),
    held("reason", "text", String(), nullable=True),
    Index("ix_audit_entries_subject_at", "subject", "at"),
    Index("ix_audit_entries_actor_at", "actor", "at"),
)
