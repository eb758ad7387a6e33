"""Identities attached to Contacts, doubts about them, and what proves that somebody is who they say."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Table

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata, only_where

identity_links = Table(
    "identity_links",
    metadata,
    held("id", "id", String(), key=True),
    held("person_id", "id", String()),
    held("subject_hash", "hash", String()),
    held("pivot_hash", "hash", String()),
    held("contact_id", "id", String()),
    held("method", "word", String()),
    held("reasons", "word", JSON()),
    held("author", "id", String()),
    held("acr", "word", String()),
    held("linked_at", "time", UtcTime()),
    held("last_seen_at", "time", UtcTime()),
    held("undone_at", "time", UtcTime(), nullable=True),
    held("undone_by", "id", String(), nullable=True),
    held("undone_because", "text", String(), nullable=True),
    held("released_at", "time", UtcTime(), nullable=True),
    held("contact_gone_at", "time", UtcTime(), nullable=True),
    Index("ix_identity_links_contact_id", "contact_id"),
)
only_where("uq_identity_links_contact", "undone_at IS NULL", identity_links.c.contact_id, unique=True)
only_where("uq_identity_links_subject", "undone_at IS NULL", identity_links.c.subject_hash, unique=True)
only_where("ix_identity_links_gone", "contact_gone_at IS NOT NULL", identity_links.c.contact_gone_at)
only_where("ix_identity_links_undone", "undone_at IS NOT NULL", identity_links.c.subject_hash)
only_where("ix_identity_links_pivot", "undone_at IS NULL", identity_links.c.pivot_hash)
only_where(
    "ix_identity_links_to_release",
    "undone_at IS NOT NULL AND released_at IS NULL",
    identity_links.c.undone_at,
)

link_person_keys = Table(
    "link_person_keys",
    metadata,
    held("link_id", "id", String(), ForeignKey("identity_links.id"), key=True),
    held("key_hash", "hash", String(), key=True),
    Index("ix_link_person_keys_key_hash", "key_hash"),
)

link_reviews = Table(
    "link_reviews",
    metadata,
    held("id", "id", String(), key=True),
    held("kind", "word", String()),
    held("state", "word", String()),
    held("grade", "word", String(), nullable=True),
    held("subject_hash", "hash", String()),
    held("pivot_hash", "hash", String()),
    held("candidate_ids", "id", JSON()),
    held("reasons", "word", JSON()),
    held("link_id", "id", String(), ForeignKey("identity_links.id"), nullable=True),
    held("case_id", "id", String(), ForeignKey("cases.id"), nullable=True),
    held("created_at", "time", UtcTime()),
    held("expires_at", "time", UtcTime()),
    held("sealed_identity", "sealed", String(), nullable=True),
    held("decision", "word", String(), nullable=True),
    held("decided_contact_id", "id", String(), nullable=True),
    held("decided_by", "id", String(), nullable=True),
    held("decided_because", "text", String(), nullable=True),
    held("confirmed_by", "id", String(), nullable=True),
    held("decided_at", "time", UtcTime(), nullable=True),
    held("asked_for", "word", String(), nullable=True),
    Index("ix_link_reviews_created_at", "created_at"),
    Index("ix_link_reviews_subject_hash", "subject_hash"),
    Index("ix_link_reviews_link_id", "link_id"),
)
# One doubt about who somebody is at a time; doubts about a case or a Contact stand beside it.
only_where(
    "uq_link_reviews_subject",
    "decided_at IS NULL AND case_id IS NULL AND link_id IS NULL",
    link_reviews.c.subject_hash,
    unique=True,
)

proofs = Table(
    "proofs",
    metadata,
    held("id", "id", String(), key=True),
    held("subject_hash", "hash", String()),
    held("channel", "word", String()),
    held("contact_id", "id", String(), nullable=True),
    held("code_hash", "hash", String(), nullable=True),
    held("attempts", "number", Integer()),
    held("sends", "number", Integer()),
    held("created_at", "time", UtcTime()),
    held("expires_at", "time", UtcTime()),
    held("send_due_at", "time", UtcTime(), nullable=True),
    held("sent_at", "time", UtcTime(), nullable=True),
    held("ended_at", "time", UtcTime(), nullable=True),
    held("ended_how", "word", String(), nullable=True),
    Index("ix_proofs_subject_hash_created_at", "subject_hash", "created_at"),
    Index("ix_proofs_contact_id_sent_at", "contact_id", "sent_at"),
)
only_where("ix_proofs_send_due", "send_due_at IS NOT NULL", proofs.c.send_due_at)

case_receipts = Table(
    "case_receipts",
    metadata,
    held("case_id", "id", String(), ForeignKey("cases.id"), key=True),
    held("number", "id", String()),
    held("secret_hash", "hash", String()),
    Index("ix_case_receipts_number", "number"),
)

case_refusals = Table(
    "case_refusals",
    metadata,
    held("case_id", "id", String(), ForeignKey("cases.id"), key=True),
    held("person_id", "id", String(), key=True),
    held("refused_at", "time", UtcTime()),
)

claim_attempts = Table(
    "claim_attempts",
    metadata,
    held("id", "id", String(), key=True),
    held("subject_hash", "hash", String()),
    held("at", "time", UtcTime()),
    Index("ix_claim_attempts_subject_hash_at", "subject_hash", "at"),
)
