"""How far Contacts were followed, and which are to be looked at."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import contact_merges
from bridge.usecases.ports import NEVER, ContactMark
from tests.fakes.clock import START

LATER = START + timedelta(minutes=5)
LATEST = LATER + timedelta(minutes=5)


def test_a_failure_keeps_how_far_we_were(store: SqlStore) -> None:
    """Since when it fails is kept through several failures, and forgotten with the next success."""
    with store.begin() as tx:
        assert tx.contact_log.mark() is None
        tx.contact_log.covered(START, LATER)
        tx.contact_log.failed(LATER, LATEST)
        tx.contact_log.failed(LATEST, LATEST)
        assert tx.contact_log.mark() == ContactMark(START, LATEST, LATER)
        tx.contact_log.covered(LATER, LATEST)
        assert tx.contact_log.mark() == ContactMark(LATER, LATEST)


def test_a_first_look_that_fails_was_no_look(store: SqlStore) -> None:
    """The one that succeeds must still ask about everything."""
    with store.begin() as tx:
        tx.contact_log.failed(START, LATER)
        assert tx.contact_log.mark() == ContactMark(NEVER, LATER, START)


def test_a_notice_made_while_we_looked_stays(store: SqlStore) -> None:
    """The same Contact twice is one look, unless it was named again since the look began."""
    with store.begin() as tx:
        tx.contact_log.notice(["003B", "003A"], START)
        tx.contact_log.notice(["003A"], START)
        tx.contact_log.notice(["003B"], LATER)
        assert tx.contact_log.noticed(10) == ("003A", "003B")
        assert tx.contact_log.noticed(1) == ("003A",)
        tx.contact_log.looked_at(["003A", "003B"], START)
        assert tx.contact_log.noticed(10) == ("003B",)


def test_a_merge_is_noted_once(store: SqlStore, store_engine: Engine) -> None:
    """Where a Contact went first is what stays."""
    with store.begin() as tx:
        tx.contact_log.merged("003A", "003B", START)
        tx.contact_log.merged("003A", "003C", LATER)
    with store_engine.connect() as connection:
        assert connection.execute(select(contact_merges)).all() == [("003A", "003B", START)]


def test_a_contact_is_followed_through_any_number_of_merges(store: SqlStore) -> None:
    """Whoever holds an old id comes to the Contact that stands there now; a circle ends."""
    with store.begin() as tx:
        tx.contact_log.merged("003A", "003B", START)
        tx.contact_log.merged("003B", "003C", LATER)
        assert [tx.contact_log.surviving(each) for each in ("003A", "003B", "003C", "003D")] == [
            "003C",
            "003C",
            "003C",
            "003D",
        ]
        tx.contact_log.merged("003C", "003A", LATER)
        assert tx.contact_log.surviving("003A") == "003C"
