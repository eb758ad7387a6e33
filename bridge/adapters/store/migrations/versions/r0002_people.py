"""People: the portal's provider, agents, proofs, the life of a link."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring links, reviews and sessions to their new shape, and add the tables beside them."""
    op.add_column("identity_links", sa.Column("person_id", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE identity_links SET person_id = 'p' || substr(id, 2)")
    op.add_column("identity_links", sa.Column("reasons", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("identity_links", sa.Column("undone_by", sa.String(), nullable=True))
    op.add_column("identity_links", sa.Column("undone_because", sa.String(), nullable=True))
    op.add_column("identity_links", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    to_release = _where("undone_at IS NOT NULL AND released_at IS NULL")
    op.create_index("ix_identity_links_to_release", "identity_links", ["undone_at"], unique=False, **to_release)
    op.create_index(
        "ix_identity_links_undone",
        "identity_links",
        ["subject_hash"],
        unique=False,
        **_where("undone_at IS NOT NULL"),
    )
    op.create_index("ix_identity_links_contact_id", "identity_links", ["contact_id"], unique=False)
    op.add_column("identity_links", sa.Column("contact_gone_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_identity_links_gone",
        "identity_links",
        ["contact_gone_at"],
        unique=False,
        **_where("contact_gone_at IS NOT NULL"),
    )
    op.create_index(
        "ix_identity_links_pivot",
        "identity_links",
        ["pivot_hash"],
        unique=False,
        **_where("undone_at IS NULL"),
    )
    op.add_column("cases", sa.Column("attached_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("attached_how", sa.String(), nullable=True))
    op.execute(
        "UPDATE cases SET attached_at = changed_at, attached_how = 'person_keys' WHERE link_id IS NOT NULL"
    )
    op.add_column("audit_entries", sa.Column("reason", sa.String(), nullable=True))
    op.create_index("ix_audit_entries_actor_at", "audit_entries", ["actor", "at"], unique=False)
    op.add_column("pushes", sa.Column("told_version", sa.Integer(), nullable=False, server_default="0"))
    # Whoever is signed in, or about to be, signs in once more.
    op.execute("DELETE FROM sign_ins")
    op.execute("DELETE FROM sessions")
    op.add_column("sign_ins", sa.Column("door", sa.String(), nullable=False, server_default=""))
    op.add_column("sign_ins", sa.Column("sealed_verifier", sa.String(), nullable=True))
    op.add_column("sign_ins", sa.Column("origin_hash", sa.String(), nullable=True))
    op.create_index("ix_sign_ins_origin_hash", "sign_ins", ["origin_hash", "started_at"], unique=False)
    op.add_column("sessions", sa.Column("subject_hash", sa.String(), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("door", sa.String(), nullable=False, server_default=""))
    # Nobody refers to a review, and the next sign-in of its person opens it anew.
    op.drop_table("link_reviews")
    op.create_table(
        "link_reviews",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("subject_hash", sa.String(), nullable=False),
        sa.Column("pivot_hash", sa.String(), nullable=False),
        sa.Column("candidate_ids", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=True),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_identity", sa.String(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_contact_id", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_because", sa.String(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_for", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_link_reviews_case_id")),
        sa.ForeignKeyConstraint(["link_id"], ["identity_links.id"], name=op.f("fk_link_reviews_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_reviews")),
    )
    op.create_index("ix_link_reviews_created_at", "link_reviews", ["created_at"], unique=False)
    op.create_index("ix_link_reviews_subject_hash", "link_reviews", ["subject_hash"], unique=False)
    op.create_index("ix_link_reviews_link_id", "link_reviews", ["link_id"], unique=False)
    op.create_index(
        "uq_link_reviews_subject",
        "link_reviews",
        ["subject_hash"],
        unique=True,
        **_where("decided_at IS NULL AND case_id IS NULL AND link_id IS NULL"),
    )
    op.create_table(
        "contact_feeds",
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("covered_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_contact_feeds")),
    )
    op.create_table(
        "contact_notices",
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_notices")),
    )
    op.create_table(
        "contact_merges",
        sa.Column("merged_id", sa.String(), nullable=False),
        sa.Column("surviving_id", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("merged_id", name=op.f("pk_contact_merges")),
    )
    op.create_table(
        "proofs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject_hash", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
    )
    op.create_index(
        "ix_proofs_subject_hash_created_at", "proofs", ["subject_hash", "created_at"], unique=False
    )
    op.create_index("ix_proofs_contact_id_sent_at", "proofs", ["contact_id", "sent_at"], unique=False)
    op.create_index(
        "ix_proofs_send_due", "proofs", ["send_due_at"], unique=False, **_where("send_due_at IS NOT NULL")
    )
    op.create_table(
        "case_receipts",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_receipts_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_receipts")),
    )
    op.create_index("ix_case_receipts_number", "case_receipts", ["number"], unique=False)
    op.create_table(
        "case_refusals",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_refusals_case_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_case_refusals")),
    )
    op.create_table(
        "claim_attempts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject_hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_attempts")),
    )
    op.create_index(
        "ix_claim_attempts_subject_hash_at", "claim_attempts", ["subject_hash", "at"], unique=False
    )



def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
