"""What stopped, records and pushes on one footing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import PushResult, PushState
from bridge.usecases.ports import StoppedCause
from tests.adapters.store.samples import SOURCE, change, claim, content, save
from tests.adapters.store.test_parked_records import record
from tests.fakes.clock import START

WORD = "record.status_unmapped"


@pytest.fixture
def full(store: SqlStore) -> SqlStore:
    """Give a store where two records and one push stopped."""
    (case,) = save(store, change(content("PC-9")))
    (push,) = claim(store)
    refused = PushResult(push, PushState.PARKED, cause_code="STRING_TOO_LONG", cause_text="Case: Subject")
    with store.begin() as tx:
        tx.pushes.settle([refused], START)
        tx.intake.park([record(1), record(2, None, position="row 7")])
    assert case.id == push.case_id
    return store


def test_causes_are_counted_with_their_oldest(full: SqlStore) -> None:
    """The most frequent first."""
    with full.begin() as tx:
        assert tx.stopped.causes() == (
            StoppedCause("record", SOURCE, WORD, 2, START + timedelta(minutes=1)),
            StoppedCause("push", SOURCE, "STRING_TOO_LONG", 1, START),
        )


def test_items_name_a_case_or_a_place(full: SqlStore) -> None:
    """By pages, oldest first, with what was said of each."""
    with full.begin() as tx:
        first, second = tx.stopped.items("record", SOURCE, WORD, skip=0, limit=10)
        assert tx.stopped.items("record", SOURCE, WORD, skip=1, limit=10) == (second,)
        (push,) = tx.stopped.items("push", SOURCE, "STRING_TOO_LONG", skip=0, limit=10)
        assert tx.stopped.ids("record", SOURCE, WORD, 1) == (first.id,)
        assert tx.stopped.item("record", second.id) == second
        assert tx.stopped.item("push", second.id) is None
    assert (first.label, second.label) == ("PC-1", "row 7")
    assert (push.label, push.explanation) == ("PC-9", "Case: Subject")


def test_another_source_has_its_own(full: SqlStore) -> None:
    """A cause is one source's."""
    with full.begin() as tx:
        assert tx.stopped.items("record", "voirie", WORD, skip=0, limit=10) == ()
