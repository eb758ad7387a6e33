"""Readings that keep no writer waiting, and single rows that hold no lock between two statements."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from bridge.adapters.store.sign_ins import SEEN_EVERY
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import audit_entries
from bridge.usecases.ports import AuditEntry, Session
from tests.adapters.store.samples import add_link, link
from tests.fakes.clock import START

SESSION = Session("s_1", None, "subject-1", "franceconnect", "Élodie Lefèvre", "eidas1", START)
ENTRY = AuditEntry("citizen", "cases.listed", "l_1")


@pytest.fixture
def opened(store: SqlStore) -> SqlStore:
    """Give a store with one open session."""
    with store.begin() as tx:
        tx.sign_ins.open_session(SESSION, "token-1", "sealed-id-token", START)
    return store


def test_a_reading_waits_for_no_writer(store: SqlStore) -> None:
    """A citizen is answered while a delivery is being written, with what was true before it."""
    with store.begin() as writer:
        writer.links.add(link(1), "pivot", [])
        with store.read() as reader:
            assert reader.links.by_id("l_1") is None
    with store.read() as reader:
        assert reader.links.by_id("l_1") == link(1)


def test_a_writer_waits_for_no_reading(store: SqlStore) -> None:
    """A delivery is kept while a citizen's answer is still being put together."""
    with store.read() as reader:
        assert reader.links.by_id("l_1") is None
        assert add_link(store, link(1)).id == "l_1"
    with store.read() as reader:
        assert reader.links.by_id("l_1") == link(1)


def test_a_row_left_by_itself_is_kept_at_once(store: SqlStore, store_engine: Engine) -> None:
    """What was shown is in the audit even if the process ends with the answer."""
    store.note(ENTRY, START)
    with store_engine.connect() as connection:
        rows = connection.execute(select(audit_entries)).all()
    assert [tuple(row)[1:] for row in rows] == [(START, "citizen", "cases.listed", "l_1", "", None)]


def test_a_connection_is_given_back_as_it_was(store: SqlStore, store_engine: Engine) -> None:
    """After a reading and a single row, the next transaction is whole again: all of it, or nothing."""
    for _ in range(store_engine.pool.size() + 1):  # type: ignore[attr-defined]  # both pools have a size
        with store.read() as tx:
            tx.intake.health()
        store.note(ENTRY, START)
    with suppress(InterruptedError), store.begin() as tx:
        tx.links.add(link(1), "pivot", [])
        raise InterruptedError
    with store.read() as tx:
        assert tx.links.by_id("l_1") is None


def test_a_session_noted_just_now_is_known_without_a_write(opened: SqlStore) -> None:
    """Within a minute a session is only read; after it, its use has to be noted first."""
    with opened.read() as tx:
        assert tx.sign_ins.recent_session("token-1", START + SEEN_EVERY - timedelta(seconds=1)) == SESSION
        assert tx.sign_ins.recent_session("token-1", START + SEEN_EVERY) is None
        assert tx.sign_ins.recent_session("another", START) is None


def test_a_session_that_ended_is_not_known_by_reading_either(opened: SqlStore) -> None:
    """Signing out counts at once, also for an answer that writes nothing."""
    with opened.begin() as tx:
        tx.sign_ins.end_session("token-1", START)
    with opened.read() as tx:
        assert tx.sign_ins.recent_session("token-1", START) is None
