"""Takes out of the provider's tables what is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, or_, select

from bridge.adapters.store.tables import (
    portal_codes,
    portal_failures,
    portal_grants,
    portal_keys,
    portal_refresh_tokens,
    portal_requests,
)
from bridge.domain.portal import KEY_AFTERLIFE, REQUEST_LIFE

# While these rows are there a second use of a code or token is recognised as one.
REUSE_SEEN_FOR = timedelta(hours=1)
USED_TOKENS_KEPT = timedelta(days=7)
FAILURES_KEPT = timedelta(hours=1)


def delete_grants(connection: Connection, which: ColumnElement[bool]) -> int:
    """Delete grants with their codes and refresh tokens; give how many."""
    chosen = select(portal_grants.c.id).where(which)
    for table in (portal_codes, portal_refresh_tokens):
        connection.execute(delete(table).where(table.c.grant_id.in_(chosen)))
    return connection.execute(delete(portal_grants).where(which)).rowcount


def delete_what_is_over(connection: Connection, now: datetime) -> int:
    """Delete requests, grants, used tokens, failures and keys that serve no more; give how many."""
    grants, tokens, requests = portal_grants.c, portal_refresh_tokens.c, portal_requests.c
    dead = or_(grants.expires_at <= now - REUSE_SEEN_FOR, grants.revoked_at <= now - REUSE_SEEN_FOR)
    over = (
        (portal_refresh_tokens, tokens.used_at <= now - USED_TOKENS_KEPT),
        (portal_requests, or_(requests.started_at <= now - REQUEST_LIFE, requests.used_at.is_not(None))),
        (portal_failures, portal_failures.c.at <= now - FAILURES_KEPT),
        (portal_keys, portal_keys.c.retired_at <= now - KEY_AFTERLIFE),
    )
    counts = [connection.execute(delete(table).where(which)).rowcount for table, which in over]
    return sum(counts) + delete_grants(connection, dead)
