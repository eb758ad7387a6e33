"""What is asked all day is found by an index, however large the town."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from bridge.adapters.store.store import SqlStore
from bridge.domain.case import CaseKey
from bridge.domain.inbox import NewDelivery
from bridge.usecases.ports import AuditFilter, CaseFilter, SignInStart, Transaction
from tests.adapters.store.samples import LEASE, SOURCE, link
from tests.fakes.clock import START

pytestmark = pytest.mark.own_database

PUSHED = NewDelivery(SOURCE, "d-1", "hash", "{}", frozenset({"PC-1"}))
QUESTIONS: dict[str, Callable[[Transaction], object]] = {
    "claim": lambda tx: tx.pushes.claim(200, LEASE, START),
    "inbox": lambda tx: (tx.inbox.add(PUSHED, START), tx.inbox.claim(50, LEASE, START)),
    "inbox due": lambda tx: tx.inbox.due_count(START),
    "inbox key": lambda tx: tx.inbox.known(SOURCE, "d-1"),
    "inbox quota": lambda tx: tx.inbox.received_since(SOURCE, START),
    "inbox parked": lambda tx: tx.inbox.parked(),
    "inbox bodies": lambda tx: tx.inbox.forget_bodies(START),
    "due": lambda tx: tx.pushes.due_count(START),
    "parked": lambda tx: tx.pushes.parked(),
    "list": lambda tx: tx.cases.of_citizen("l_1", CaseFilter(after=(START, "c_1"))),
    "one": lambda tx: tx.cases.one_of_citizen("l_1", "c_1"),
    "timeline": lambda tx: tx.cases.events("c_1"),
    "reference": lambda tx: tx.cases.by_reference("A:1"),
    "attach": lambda tx: tx.cases.attach_by_person_keys(link(), ["k1", "k2"], START),
    "reported": lambda tx: tx.cases.reported_count(SOURCE),
    "unreported": lambda tx: tx.cases.mark_unreported(SOURCE, (), START),
    "existing": lambda tx: tx.cases.existing([CaseKey(SOURCE, "1"), CaseKey(SOURCE, "2")]),
    "session": lambda tx: tx.sign_ins.session("token", START),
    "start": lambda tx: tx.sign_ins.start(
        "state", "browser", SignInStart("franceconnect", "nonce", "/", origin_hash="one"), START
    ),
    "take": lambda tx: tx.sign_ins.take(
        "state", "browser", START + timedelta(minutes=1), doors=("franceconnect",)
    ),
    "subject": lambda tx: tx.links.by_subject(["s1", "s2"]),
    "contact": lambda tx: tx.links.by_contact(["003A"]),
    "unlinked": lambda tx: tx.link_history.unlinked_from(["s1", "s2"]),
    "ruled out": lambda tx: tx.reviews.ruled_out(["s1", "s2"]),
    "history": lambda tx: (tx.link_history.of_contact("003A"), tx.link_history.of_subject("s1")),
    "to release": lambda tx: tx.link_history.to_release(20),
    "doubts of a link": lambda tx: tx.reviews.about_link("l_1"),
    "people read": lambda tx: tx.audit.people_read("a_1", START),
    "journal": lambda tx: tx.audit.page(AuditFilter(actor="a_1", before=9)),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("store_engine", ["sqlite"], indirect=True)
def test_no_table_is_read_from_end_to_end(store: SqlStore, store_engine: Engine, question: str) -> None:
    """A statement that scans a table would be slower with every year of requests."""
    steps = _steps(store, store_engine, QUESTIONS[question])

    assert steps
    assert [step for step in steps if step.startswith("SCAN") and "INDEX" not in step] == []


@pytest.mark.parametrize("question", ["reported", "unreported"])
@pytest.mark.parametrize("store_engine", ["sqlite"], indirect=True)
def test_a_full_picture_is_compared_in_the_index_alone(
    store: SqlStore, store_engine: Engine, question: str
) -> None:
    """A million cases are not fetched one by one to learn which are still reported."""
    steps = _steps(store, store_engine, QUESTIONS[question])

    assert steps[0].startswith("SEARCH cases USING COVERING INDEX ix_cases_reported")


def _steps(store: SqlStore, store_engine: Engine, question: Callable[[Transaction], object]) -> list[str]:
    """Give the steps by which the database answers."""
    asked: list[tuple[str, Any]] = []

    def note(
        _connection: Connection, _cursor: object, statement: str, parameters: Any, *_rest: object
    ) -> None:
        asked.append((statement, parameters))

    event.listen(store_engine, "before_cursor_execute", note)
    with store.begin() as tx:
        question(tx)
    event.remove(store_engine, "before_cursor_execute", note)

    with store_engine.connect() as connection:
        return [
            str(row[3])
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
