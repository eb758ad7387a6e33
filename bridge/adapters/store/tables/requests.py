"""The requests of citizens, their timelines, and what Salesforce still has to learn."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata, only_where


def status_columns() -> list[Column[object]]:
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
    *status_columns(),
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
    held("attached_at", "time", UtcTime(), nullable=True),
    held("attached_how", "word", String(), nullable=True),
    UniqueConstraint("source", "source_case_id"),
    Index("ix_cases_link_id_changed_at_id", "link_id", "changed_at", "id"),
)
# A full picture is compared in this index alone; its last column is always null there, for SQLite's sake.
only_where(
    "ix_cases_reported",
    "no_longer_reported_at IS NULL",
    cases.c.source,
    cases.c.source_case_id,
    cases.c.fingerprint,
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
    *status_columns(),
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
    held("source", "id", String()),
    held("lane", "number", Integer()),
    held("desired_version", "number", Integer()),
    held("applied_version", "number", Integer(), nullable=True),
    held("told_version", "number", Integer()),
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
    held("batch_id", "id", String(), nullable=True),
    held("parent_id", "id", String(), nullable=True),
    held("bulk_tries", "number", Integer()),
)
push_pace = Table(
    "push_pace",
    metadata,
    held("slot", "number", Integer(), key=True),
    held("minute", "time", UtcTime()),
    held("ended", "number", Integer()),
)
# In the order they are handed out; a claimed push stands behind, at the end of its lease.
only_where("ix_pushes_due", "state = 'due'", pushes.c.lane, pushes.c.source, pushes.c.due_at)
# The parents in calls under way: a claim passes their other cases over.
only_where("ix_pushes_parent_id", "parent_id IS NOT NULL", pushes.c.parent_id, pushes.c.lease_until)
only_where("ix_pushes_parked", "state = 'parked'", pushes.c.parked_at)
