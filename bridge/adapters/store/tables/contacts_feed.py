"""How far the changes of the org's Contacts were followed, which are to be looked at, which were merged."""

from __future__ import annotations

from sqlalchemy import String, Table

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata

contact_feeds = Table(
    "contact_feeds",
    metadata,
    held("feed", "word", String(), key=True),
    held("covered_until", "time", UtcTime()),
    held("due_at", "time", UtcTime()),
    held("failing_since", "time", UtcTime(), nullable=True),
)

contact_notices = Table(
    "contact_notices",
    metadata,
    held("contact_id", "id", String(), key=True),
    held("noticed_at", "time", UtcTime()),
)

contact_merges = Table(
    "contact_merges",
    metadata,
    held("merged_id", "id", String(), key=True),
    held("surviving_id", "id", String()),
    held("seen_at", "time", UtcTime()),
)
