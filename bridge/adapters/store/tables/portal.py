"""The bridge as an OpenID provider: its clients, its keys, and what it granted whom."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, Table

from bridge.adapters.store.columns import UtcTime, held
from bridge.adapters.store.tables.schema_metadata import metadata

portal_clients = Table(
    "portal_clients",
    metadata,
    held("client_id", "id", String(), key=True),
    held("label", "word", String()),
    held("secret_hash", "hash", String(), nullable=True),
    held("previous_secret_hash", "hash", String(), nullable=True),
    held("previous_secret_until", "time", UtcTime(), nullable=True),
    held("redirect_uris", "text", JSON()),
    held("post_logout_redirect_uris", "text", JSON()),
    held("scopes", "word", JSON()),
    held("pkce_required", "word", Boolean()),
    held("created_at", "time", UtcTime()),
)

portal_failures = Table(
    "portal_failures",
    metadata,
    held("id", "id", String(), key=True),
    held("client_id", "id", String()),
    held("at", "time", UtcTime()),
    Index("ix_portal_failures_client_id_at", "client_id", "at"),
)

portal_keys = Table(
    "portal_keys",
    metadata,
    held("kid", "id", String(), key=True),
    held("sealed_private_key", "sealed", String()),
    held("public_key", "text", JSON()),
    held("created_at", "time", UtcTime()),
    held("retired_at", "time", UtcTime(), nullable=True),
)

portal_requests = Table(
    "portal_requests",
    metadata,
    held("id_hash", "hash", String(), key=True),
    held("browser_hash", "hash", String()),
    held("client_id", "id", String(), ForeignKey("portal_clients.client_id")),
    held("sealed_parameters", "sealed", String()),
    held("session_id", "id", String(), nullable=True),
    held("origin_hash", "hash", String(), nullable=True),
    held("started_at", "time", UtcTime()),
    held("used_at", "time", UtcTime(), nullable=True),
    Index("ix_portal_requests_started_at", "started_at"),
    Index("ix_portal_requests_origin_hash", "origin_hash", "started_at"),
)

portal_grants = Table(
    "portal_grants",
    metadata,
    held("id", "id", String(), key=True),
    held("client_id", "id", String(), ForeignKey("portal_clients.client_id")),
    held("link_id", "id", String(), ForeignKey("identity_links.id")),
    held("session_id", "id", String()),
    held("scopes", "word", JSON()),
    held("acr", "word", String()),
    held("authenticated_at", "time", UtcTime()),
    held("sealed_profile", "sealed", String()),
    held("created_at", "time", UtcTime()),
    held("expires_at", "time", UtcTime()),
    held("revoked_at", "time", UtcTime(), nullable=True),
    held("revoked_because", "word", String(), nullable=True),
    Index("ix_portal_grants_link_id", "link_id"),
    Index("ix_portal_grants_session_id", "session_id"),
)

portal_codes = Table(
    "portal_codes",
    metadata,
    held("code_hash", "hash", String(), key=True),
    held("grant_id", "id", String(), ForeignKey("portal_grants.id")),
    held("redirect_uri", "text", String()),
    held("nonce", "text", String(), nullable=True),
    held("code_challenge", "hash", String(), nullable=True),
    held("issued_at", "time", UtcTime()),
    held("used_at", "time", UtcTime(), nullable=True),
    Index("ix_portal_codes_issued_at", "issued_at"),
)

portal_refresh_tokens = Table(
    "portal_refresh_tokens",
    metadata,
    held("token_hash", "hash", String(), key=True),
    held("grant_id", "id", String(), ForeignKey("portal_grants.id")),
    held("issued_at", "time", UtcTime()),
    held("expires_at", "time", UtcTime()),
    held("used_at", "time", UtcTime(), nullable=True),
    Index("ix_portal_refresh_tokens_grant_id", "grant_id"),
)
