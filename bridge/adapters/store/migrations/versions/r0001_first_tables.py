"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_subject_at", "audit_entries", ["subject", "at"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("delivery_key", sa.String(), nullable=False),
        sa.Column("picture", sa.String(), nullable=True),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "delivery_key", name=op.f("pk_deliveries")),
    )
    op.create_table(
        "identity_links",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject_hash", sa.String(), nullable=False),
        sa.Column("pivot_hash", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("acr", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_links")),
    )
    op.create_index(
        "uq_identity_links_contact",
        "identity_links",
        ["contact_id"],
        unique=True,
        **_where("undone_at IS NULL"),
    )
    op.create_index(
        "uq_identity_links_subject",
        "identity_links",
        ["subject_hash"],
        unique=True,
        **_where("undone_at IS NULL"),
    )
    op.create_table(
        "link_reviews",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject_hash", sa.String(), nullable=False),
        sa.Column("pivot_hash", sa.String(), nullable=False),
        sa.Column("candidate_ids", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_identity", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_reviews")),
    )
    op.create_index(
        "uq_link_reviews_subject",
        "link_reviews",
        ["subject_hash"],
        unique=True,
        **_where("decided_at IS NULL"),
    )
    op.create_table(
        "parked_records",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_case_id", sa.String(), nullable=True),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("cause_code", sa.String(), nullable=False),
        sa.Column("mapping_key", sa.String(), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked_records")),
    )
    op.create_index(
        "uq_parked_records_case",
        "parked_records",
        ["source", "source_case_id"],
        unique=True,
        **_where("source_case_id IS NOT NULL"),
    )
    op.create_index(
        "uq_parked_records_position",
        "parked_records",
        ["source", "position"],
        unique=True,
        **_where("source_case_id IS NULL"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read", sa.Integer(), nullable=True),
        sa.Column("changed", sa.Integer(), nullable=True),
        sa.Column("unchanged", sa.Integer(), nullable=True),
        sa.Column("parked", sa.Integer(), nullable=True),
        sa.Column("no_longer_reported", sa.Integer(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index("ix_runs_source_started_at", "runs", ["source", "started_at"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("next_path", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_sign_ins")),
    )
    op.create_index("ix_sign_ins_started_at", "sign_ins", ["started_at"], unique=False)
    op.create_table(
        "sources",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("cursor", sa.String(), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_sources")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_case_id", sa.String(), nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("waiting_for", sa.String(), nullable=False),
        sa.Column("tacit", sa.Boolean(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since_precision", sa.String(), nullable=True),
        sa.Column("legacy_code", sa.String(), nullable=False),
        sa.Column("legacy_label", sa.String(), nullable=False),
        sa.Column("mapping_version", sa.String(), nullable=False),
        sa.Column("public_note", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_precision", sa.String(), nullable=True),
        sa.Column("next_action", sa.String(), nullable=True),
        sa.Column("next_items", sa.JSON(), nullable=True),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("silence_on", sa.Date(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("no_longer_reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("link_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("contact_withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["identity_links.id"], name=op.f("fk_cases_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("source", "source_case_id", name=op.f("uq_cases_source_source_case_id")),
    )
    op.create_index("ix_cases_link_id_changed_at_id", "cases", ["link_id", "changed_at", "id"], unique=False)
    op.create_index(
        "ix_cases_reported",
        "cases",
        ["source", "source_case_id", "id", "no_longer_reported_at"],
        unique=False,
        **_where("no_longer_reported_at IS NULL"),
    )
    op.create_table(
        "link_person_keys",
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["identity_links.id"], name=op.f("fk_link_person_keys_link_id")),
        sa.PrimaryKeyConstraint("link_id", "key_hash", name=op.f("pk_link_person_keys")),
    )
    op.create_index("ix_link_person_keys_key_hash", "link_person_keys", ["key_hash"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=True),
        sa.Column("sealed_display_name", sa.String(), nullable=False),
        sa.Column("sealed_id_token", sa.String(), nullable=False),
        sa.Column("acr", sa.String(), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["identity_links.id"], name=op.f("fk_sessions_link_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
        sa.UniqueConstraint("id", name=op.f("uq_sessions_id")),
    )
    op.create_index("ix_sessions_last_seen_at", "sessions", ["last_seen_at"], unique=False)
    op.create_table(
        "case_events",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("waiting_for", sa.String(), nullable=False),
        sa.Column("tacit", sa.Boolean(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since_precision", sa.String(), nullable=True),
        sa.Column("legacy_code", sa.String(), nullable=False),
        sa.Column("legacy_label", sa.String(), nullable=False),
        sa.Column("mapping_version", sa.String(), nullable=False),
        sa.Column("public_note", sa.String(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_precision", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_case_events_case_id_version")),
    )
    op.create_table(
        "case_person_keys",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_person_keys_case_id")),
        sa.PrimaryKeyConstraint("case_id", "key_hash", name=op.f("pk_case_person_keys")),
    )
    op.create_index("ix_case_person_keys_key_hash", "case_person_keys", ["key_hash"], unique=False)
    op.create_table(
        "case_references",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_references_case_id")),
        sa.PrimaryKeyConstraint("case_id", "position", name=op.f("pk_case_references")),
    )
    op.create_index("ix_case_references_value", "case_references", ["value"], unique=False)
    op.create_table(
        "pushes",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("desired_version", sa.Integer(), nullable=False),
        sa.Column("applied_version", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("cause_code", sa.String(), nullable=True),
        sa.Column("cause_text", sa.String(), nullable=True),
        sa.Column("salesforce_id", sa.String(), nullable=True),
        sa.Column("org_version", sa.Integer(), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_pushes_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_pushes")),
    )
    op.create_index("ix_pushes_due", "pushes", ["due_at"], unique=False, **_where("state = 'due'"))
    op.create_index("ix_pushes_parked", "pushes", ["parked_at"], unique=False, **_where("state = 'parked'"))


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
