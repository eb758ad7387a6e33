"""The tables, in the order data travels: deliveries, requests, people, then who visits."""

from bridge.adapters.store.tables.agents import agent_sessions, agents
from bridge.adapters.store.tables.bulk import bulk_jobs, bulk_rows
from bridge.adapters.store.tables.calls import call_budget, call_counts
from bridge.adapters.store.tables.contacts_feed import contact_feeds, contact_merges, contact_notices
from bridge.adapters.store.tables.deliveries import deliveries, parked_records, runs, sources
from bridge.adapters.store.tables.inbox import case_orders, inbox, inbox_cases
from bridge.adapters.store.tables.keys import service_keys
from bridge.adapters.store.tables.org_changes import (
    case_conflicts,
    case_feeds,
    case_notices,
    org_notifications,
    parked_notifications,
    reconciliations,
)
from bridge.adapters.store.tables.people import (
    case_receipts,
    case_refusals,
    claim_attempts,
    identity_links,
    link_person_keys,
    link_reviews,
    proofs,
)
from bridge.adapters.store.tables.portal import (
    portal_clients,
    portal_codes,
    portal_failures,
    portal_grants,
    portal_keys,
    portal_refresh_tokens,
    portal_requests,
)
from bridge.adapters.store.tables.raw_records import raw_records
from bridge.adapters.store.tables.requests import (
    case_events,
    case_person_keys,
    case_references,
    cases,
    push_pace,
    pushes,
)
from bridge.adapters.store.tables.schema_metadata import metadata
from bridge.adapters.store.tables.visits import audit_entries, sessions, sign_ins

__all__ = [
    "agent_sessions",
    "agents",
    "audit_entries",
    "bulk_jobs",
    "bulk_rows",
    "call_budget",
    "call_counts",
    "case_conflicts",
    "case_events",
    "case_feeds",
    "case_notices",
    "case_orders",
    "case_person_keys",
    "case_receipts",
    "case_references",
    "case_refusals",
    "cases",
    "claim_attempts",
    "contact_feeds",
    "contact_merges",
    "contact_notices",
    "deliveries",
    "identity_links",
    "inbox",
    "inbox_cases",
    "link_person_keys",
    "link_reviews",
    "metadata",
    "org_notifications",
    "parked_notifications",
    "parked_records",
    "portal_clients",
    "portal_codes",
    "portal_failures",
    "portal_grants",
    "portal_keys",
    "portal_refresh_tokens",
    "portal_requests",
    "proofs",
    "push_pace",
    "pushes",
    "raw_records",
    "reconciliations",
    "runs",
    "service_keys",
    "sessions",
    "sign_ins",
    "sources",
]
