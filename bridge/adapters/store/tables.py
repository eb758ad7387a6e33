"""The tables, in the order data travels: sources, cases, pushes, then people."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bridge.adapters.store.columns import UtcTime, held

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _only_where(name: str, condition: str, *columns: Column[object], unique: bool = False) -> Index:
    """Give an index over the rows that meet a condition."""
    where = text(condition)
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


sources = Table(
    "sources",
    metadata,
    held("source", "id", String(), key=True),
    held("cursor", "id", String(), nullable=True),
    held("last_success_at", "time", UtcTime(), nullable=True),
    held("last_attempt_at", "time", UtcTime(), nullable=True),
    held("failing_since", "time", UtcTime(), nullable=True),
    held("error_code", "word", String(), nullable=True),
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
_only_where(
    "uq_parked_records_case",
    "source_case_id IS NOT NULL",
    parked_records.c.source,
    parked_records.c.source_case_id,
    unique=True,
)
_only_where(
    "uq_parked_records_position",
    "source_case_id IS NULL",
    parked_records.c.source,
    parked_records.c.position,
    unique=True,
)


def _status() -> list[Column[object]]:
    """Give the columns of a status and its note, the same in a case and in its timeline."""
    return [
        held("phase", "word", String()),
        held("outcome", "word", String(), nullable=True),
        held("waiting_for", "word", String()),
        held("tacit", "word", Boolean()),
        held("since_at", "time", UtcTime(), nullable=True),
        held("since_precision", "word", String(), nullable=True),
        held("legacy_code", "word", String()),
        held("legacy_label", "word", String()),
        held("mapping_version", "word", String()),
        held("public_note", "text", String(), nullable=True),
    ]


cases = Table(
    "cases",
    metadata,
    held("id", "id", String(), key=True),
    held("source", "id", String()),
    held("source_case_id", "id", String()),
    held("procedure", "word", String()),
    held("title", "text", String()),
    *_status(),
    held("received_at", "time", UtcTime(), nullable=True),
    held("received_precision", "word", String(), nullable=True),
    held("next_action", "text", String(), nullable=True),
    held("next_items", "text", JSON(), nullable=True),
    held("next_due_on", "time", Date(), nullable=True),
    held("silence_on", "time", Date(), nullable=True),
    held("fingerprint", "hash", LargeBinary()),
    held("version", "number", Integer()),
    held("observed_at", "time", UtcTime()),
    held("changed_at", "time", UtcTime()),
    held("no_longer_reported_at", "time", UtcTime(), nullable=True),
    held("link_id", "id", String(), ForeignKey("identity_links.id"), nullable=True),
    held("contact_id", "id", String(), nullable=True),
    held("contact_withdrawn", "word", Boolean()),
    UniqueConstraint("source", "source_case_id"),
    Index("ix_cases_link_id_changed_at_id", "link_id", "changed_at", "id"),
)
# Its last column is always null there; with it SQLite too answers from the index alone.
_only_where(
    "ix_cases_reported",
    "no_longer_reported_at IS NULL",
    cases.c.source,
    cases.c.source_case_id,
    cases.c.id,
    cases.c.no_longer_reported_at,
)

case_references = Table(
    "case_references",
    metadata,
    held("case_id", "id", String(), ForeignKey("cases.id"), key=True),
    held("position", "number", Integer(), key=True),
    held("value", "id", String()),
    held("issuer", "word", String()),
    Index("ix_case_references_value", "value"),
)

case_person_keys = Table(
    "case_person_keys",
    metadata,
    held("case_id", "id", String(), ForeignKey("cases.id"), key=True),
    held("key_hash", "hash", String(), key=True),
    Index("ix_case_person_keys_key_hash", "key_hash"),
)

case_events = Table(
    "case_events",
    metadata,
    held("id", "id", String(), key=True),
    held("case_id", "id", String(), ForeignKey("cases.id")),
    held("version", "number", Integer()),
    *_status(),
    held("occurred_at", "time", UtcTime()),
    held("occurred_precision", "word", String()),
    held("received_at", "time", UtcTime()),
    held("moved_back", "word", Boolean()),
    UniqueConstraint("case_id", "version"),
)

pushes = Table(
    "pushes",
    metadata,
    held("case_id", "id", String(), ForeignKey("cases.id"), key=True),
    held("desired_version", "number", Integer()),
    held("applied_version", "number", Integer(), nullable=True),
    held("state", "word", String()),
    held("due_at", "time", UtcTime()),
    held("attempts", "number", Integer()),
    held("unanswered", "number", Integer()),
    held("lease_until", "time", UtcTime(), nullable=True),
    held("fence", "number", Integer()),
    held("cause_code", "word", String(), nullable=True),
    held("cause_text", "text", String(), nullable=True),
    held("salesforce_id", "id", String(), nullable=True),
    held("org_version", "number", Integer(), nullable=True),
    held("parked_at", "time", UtcTime(), nullable=True),
)
_only_where("ix_pushes_due", "state = 'due'", pushes.c.due_at)
_only_where("ix_pushes_parked", "state = 'parked'", pushes.c.parked_at)

identity_links = Table(
    "identity_links",
    metadata,
    held("id", "id", String(), key=True),
    held("subject_hash", "hash", String()),
    held("pivot_hash", "hash", String()),
    held("contact_id", "id", String()),
    held("method", "word", String()),
    held("author", "id", String()),
    held("acr", "word", String()),
    held("linked_at", "time", UtcTime()),
    held("last_seen_at", "time", UtcTime()),
    held("undone_at", "time", UtcTime(), nullable=True),
)
_only_where("uq_identity_links_contact", "undone_at IS NULL", identity_links.c.contact_id, unique=True)
_only_where("uq_identity_links_subject", "undone_at IS NULL", identity_links.c.subject_hash, unique=True)

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
    held("subject_hash", "hash", String()),
    held("pivot_hash", "hash", String()),
    held("candidate_ids", "id", JSON()),
    held("reasons", "word", JSON()),
    held("created_at", "time", UtcTime()),
    held("sealed_identity", "sealed", String(), nullable=True),
    held("decided_at", "time", UtcTime(), nullable=True),
)
_only_where("uq_link_reviews_subject", "decided_at IS NULL", link_reviews.c.subject_hash, unique=True)

sign_ins = Table(
    "sign_ins",
    metadata,
    held("state_hash", "hash", String(), key=True),
    held("browser_hash", "hash", String()),
    held("nonce", "id", String()),
    held("next_path", "text", String()),
    held("started_at", "time", UtcTime()),
    held("used_at", "time", UtcTime(), nullable=True),
    Index("ix_sign_ins_started_at", "started_at"),
)

sessions = Table(
    "sessions",
    metadata,
    held("token_hash", "hash", String(), key=True),
    held("id", "id", String()),
    held("link_id", "id", String(), ForeignKey("identity_links.id"), nullable=True),
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
    Index("ix_audit_entries_subject_at", "subject", "at"),
)
