"""What the org says of its Cases: how far it was followed, what agents changed, whether both sides agree."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.requests import pushes
from bridge.adapters.store.tables.schema_metadata import metadata

case_feeds = Table(
    "case_feeds",
    metadata,
    held("feed", "word", String(), key=True),
    held("covered_until", "time", UtcTime()),
    held("after_id", "id", String()),
    held("due_at", "time", UtcTime()),
    held("failing_since", "time", UtcTime(), nullable=True),
)

case_notices = Table(
    "case_notices",
    metadata,
    held("salesforce_id", "id", String(), key=True),
    held("noticed_at", "time", UtcTime()),
)

org_notifications = Table(
    "org_notifications",
    metadata,
    held("id", "id", String(), key=True),
    held("received_at", "time", UtcTime()),
    Index("ix_org_notifications_received_at", "received_at"),
)

parked_notifications = Table(
    "parked_notifications",
    metadata,
    held("id", "id", String(), key=True),
    held("cause_code", "word", String()),
    held("kind", "word", String()),
    held("seen", "number", Integer()),
    held("parked_at", "time", UtcTime()),
)

case_conflicts = Table(
    "case_conflicts",
    metadata,
    held("id", "id", String(), key=True),
    held("case_id", "id", String(), ForeignKey("cases.id")),
    held("changed_at", "time", UtcTime()),
    held("changed_by", "id", String()),
    held("fields", "word", JSON()),
    held("outcome", "word", String()),
    held("seen_at", "time", UtcTime()),
    UniqueConstraint("case_id", "changed_at"),
)

reconciliations = Table(
    "reconciliations",
    metadata,
    held("id", "id", String(), key=True),
    held("started_at", "time", UtcTime()),
    held("ended_at", "time", UtcTime(), nullable=True),
    held("job_id", "id", String(), nullable=True),
    held("agrees", "word", Boolean(), nullable=True),
    held("error_code", "word", String(), nullable=True),
    held("report", "text", String(), nullable=True),
    Index("ix_reconciliations_started_at", "started_at"),
)

Index("ix_pushes_salesforce_id", pushes.c.salesforce_id)
