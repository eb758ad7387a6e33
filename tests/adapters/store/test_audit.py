"""The audit is part of what it tells about."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import Engine, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import audit_entries
from bridge.usecases.ports import AuditEntry, AuditFilter
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


def test_the_journal_is_read_by_pages_the_latest_first(store: SqlStore) -> None:
    """Narrowed by author, action or subject; a page goes on below the last line seen."""
    with store.begin() as tx:
        for number in range(4):
            tx.audit.add(AuditEntry(f"a_{number % 2}", "review.read", f"r_{number}", reason="why"), START)
    with store.begin() as tx:
        first = tx.audit.page(AuditFilter(limit=3))
        rest = tx.audit.page(AuditFilter(limit=3, before=first[-1].id))
        mine = tx.audit.page(AuditFilter(actor="a_1"))
        one = tx.audit.page(AuditFilter(subject="r_2", action="review.read"))
    assert [line.subject for line in (*first, *rest)] == ["r_3", "r_2", "r_1", "r_0"]
    assert [line.subject for line in mine] == ["r_3", "r_1"]
    assert [(line.subject, line.reason) for line in one] == [("r_2", "why")]


def test_people_an_agent_read_are_counted_since_they_said_why(store: SqlStore) -> None:
    """Each person once; other agents, other actions and earlier hours do not count."""
    later = START + timedelta(hours=1)
    seen = [("a_1", "review.read", "r_1")] * 2 + [
        ("a_1", "link.history", "l_1"),
        ("a_1", "review.decided", "r_2"),
        ("a_2", "review.read", "r_3"),
    ]
    with store.begin() as tx:
        tx.audit.add(AuditEntry("a_1", "review.read", "r_0"), START)
        for entry in seen:
            tx.audit.add(AuditEntry(*entry), later)
        assert tx.audit.people_read("a_1", START) == 2
        assert tx.audit.people_read("a_1", later) == 0
        tx.audit.add(AuditEntry("a_1", "agent.reading_explained", "a_1", reason="check"), later)
        assert tx.audit.people_read("a_1", START) == 0
        tx.audit.add(AuditEntry("a_1", "review.read", "r_9"), later)
        assert tx.audit.people_read("a_1", START) == 1
