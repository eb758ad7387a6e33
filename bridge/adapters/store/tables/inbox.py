"""What sources pushed to us: committed before we answer, absorbed in order, remembered by key."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata, only_where

inbox = Table(
    "inbox",
    metadata,
    held("number", "number", Integer(), key=True),
    held("id", "id", String()),
    held("source", "id", String()),
    held("delivery_key", "id", String()),
    held("body_hash", "hash", String()),
    held("sealed_body", "sealed", String(), nullable=True),
    held("received_at", "time", UtcTime()),
    held("state", "word", String()),
    held("due_at", "time", UtcTime()),
    held("attempts", "number", Integer()),
    held("deaths", "number", Integer()),
    held("lease_until", "time", UtcTime(), nullable=True),
    held("fence", "number", Integer()),
    held("cause_code", "word", String(), nullable=True),
    held("parked_at", "time", UtcTime(), nullable=True),
    held("settled_at", "time", UtcTime(), nullable=True),
    UniqueConstraint("source", "delivery_key"),
    UniqueConstraint("id"),
    Index("ix_inbox_source_received_at", "source", "received_at"),
)
only_where("ix_inbox_waiting", "state = 'waiting'", inbox.c.source, inbox.c.number)
only_where("ix_inbox_parked", "state = 'parked'", inbox.c.parked_at)
only_where("ix_inbox_bodies", "sealed_body IS NOT NULL AND settled_at IS NOT NULL", inbox.c.settled_at)

inbox_cases = Table(
    "inbox_cases",
    metadata,
    held("number", "number", Integer(), ForeignKey("inbox.number"), key=True),
    held("source_case_id", "id", String(), key=True),
)

case_orders = Table(
    "case_orders",
    metadata,
    held("source", "id", String(), key=True),
    held("source_case_id", "id", String(), key=True),
    held("newest", "number", BigInteger()),
)
