"""The audit is part of what it tells about."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Engine, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import audit_entries
from bridge.usecases.ports import AuditEntry
from tests.adapters.store.samples import add_link, link
from tests.fakes.clock import START


def test_entries_are_kept_in_order(store: SqlStore, store_engine: Engine) -> None:
    """Each access is one row, numbered as it happened."""
    with store.begin() as tx:
        tx.audit.add(AuditEntry("citizen", "case.read", "l_1", "c_1", None), START)
        tx.audit.add(AuditEntry("citizen", "case.read", "l_1"), START)

    with store_engine.connect() as connection:
        rows = connection.execute(select(audit_entries).order_by(audit_entries.c.id)).all()
    assert [tuple(row)[1:] for row in rows] == [
        (START, "citizen", "case.read", "l_1", "c_1", None),
        (START, "citizen", "case.read", "l_1", "", None),
    ]


def test_an_entry_falls_with_its_transaction(store: SqlStore, store_engine: Engine) -> None:
    """What was not done is not told, and nothing else of it is kept."""
    with suppress(InterruptedError), store.begin() as tx:
        tx.links.add(link(1), "pivot", [])
        tx.audit.add(AuditEntry("rule", "link.added", "l_1"), START)
        raise InterruptedError

    with store_engine.connect() as connection:
        assert connection.execute(select(audit_entries)).all() == []
    assert add_link(store, link(1)).id == "l_1"
