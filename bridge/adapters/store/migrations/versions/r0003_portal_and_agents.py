"""The OpenID provider's clients, keys and grants; agents and their sessions; keys of our own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "service_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("sealed_private_keys", sa.String(), nullable=False),
        sa.Column("public_keys", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_keys")),
        sa.UniqueConstraint("purpose", "generation", name=op.f("uq_service_keys_purpose_generation")),
    )
    op.create_table(
        "agents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("login_hash", sa.String(), nullable=False),
        sa.Column("sealed_login", sa.String(), nullable=False),
        sa.Column("subject_hash", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("login_hash", name=op.f("uq_agents_login_hash")),
    )
    op.create_table(
        "agent_sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("sealed_display_name", sa.String(), nullable=False),
        sa.Column("sealed_id_token", sa.String(), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_agent_sessions_agent_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_agent_sessions")),
        sa.UniqueConstraint("id", name=op.f("uq_agent_sessions_id")),
    )
    op.create_index("ix_agent_sessions_last_seen_at", "agent_sessions", ["last_seen_at"], unique=False)
    op.create_table(
        "portal_clients",
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=True),
        sa.Column("previous_secret_hash", sa.String(), nullable=True),
        sa.Column("previous_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redirect_uris", sa.JSON(), nullable=False),
        sa.Column("post_logout_redirect_uris", sa.JSON(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("pkce_required", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_portal_clients")),
    )
    op.create_table(
        "portal_failures",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_failures")),
    )
    op.create_index("ix_portal_failures_client_id_at", "portal_failures", ["client_id", "at"], unique=False)
    op.create_table(
        "portal_keys",
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("sealed_private_key", sa.String(), nullable=False),
        sa.Column("public_key", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_portal_keys")),
    )
    op.create_table(
        "portal_requests",
        sa.Column("id_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("sealed_parameters", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("origin_hash", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["portal_clients.client_id"], name=op.f("fk_portal_requests_client_id")
        ),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_portal_requests")),
    )
    op.create_index("ix_portal_requests_started_at", "portal_requests", ["started_at"], unique=False)
    op.create_index(
        "ix_portal_requests_origin_hash", "portal_requests", ["origin_hash", "started_at"], unique=False
    )
    op.create_table(
        "portal_grants",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("acr", sa.String(), nullable=False),
        sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_profile", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["portal_clients.client_id"], name=op.f("fk_portal_grants_client_id")
        ),
        sa.ForeignKeyConstraint(["link_id"], ["identity_links.id"], name=op.f("fk_portal_grants_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_grants")),
    )
    op.create_index("ix_portal_grants_link_id", "portal_grants", ["link_id"], unique=False)
    op.create_index("ix_portal_grants_session_id", "portal_grants", ["session_id"], unique=False)
    op.create_table(
        "portal_codes",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=True),
        sa.Column("code_challenge", sa.String(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["grant_id"], ["portal_grants.id"], name=op.f("fk_portal_codes_grant_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_portal_codes")),
    )
    op.create_index("ix_portal_codes_issued_at", "portal_codes", ["issued_at"], unique=False)
    op.create_table(
        "portal_refresh_tokens",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["portal_grants.id"], name=op.f("fk_portal_refresh_tokens_grant_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_portal_refresh_tokens")),
    )
    op.create_index("ix_portal_refresh_tokens_grant_id", "portal_refresh_tokens", ["grant_id"], unique=False)
