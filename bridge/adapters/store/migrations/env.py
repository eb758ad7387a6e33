"""Runs migrations inside the transaction `schema.migrate` opened; Alembic executes this file."""

from __future__ import annotations

from alembic import context

from bridge.adapters.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
