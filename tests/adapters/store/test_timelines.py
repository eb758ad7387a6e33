"""Which entries the org was not told of, on both databases."""

from __future__ import annotations

from dataclasses import replace

from bridge.adapters.store.store import SqlStore
from bridge.domain.status import Phase
from bridge.domain.synchronisation import PushResult, PushState
from tests.adapters.store.samples import change, claim, content, save, status
from tests.fakes.clock import START


def untold(store: SqlStore, case_id: str) -> list[int]:
    """Give the versions of the entries not told."""
    with store.read() as tx:
        return [event.version for event in tx.cases.untold([case_id]).get(case_id, ())]


def waiting(store: SqlStore) -> int:
    """Give how many cases the org has without their whole timeline."""
    with store.read() as tx:
        return tx.pushes.untold_count()


def test_entries_are_untold_until_an_answer_says_so(store: SqlStore) -> None:
    """Only an answer for that very push moves the mark, and it stays where it is on a refusal."""
    (case,) = save(store, change())
    (push,) = claim(store)
    assert (untold(store, case.id), waiting(store)) == ([1], 0)
    taken = PushResult(push, PushState.APPLIED, salesforce_id="500A")
    with store.begin() as tx:
        tx.pushes.settle([taken], START)
    assert (untold(store, case.id), waiting(store)) == ([1], 1)

    save(store, change(content(said=status(Phase.ACTION_REQUIRED))))
    (push,) = claim(store)
    with store.begin() as tx:
        tx.pushes.settle([replace(taken, push=push, is_told=True)], START)
    assert (untold(store, case.id), waiting(store)) == ([], 0)


def test_a_case_that_was_taken_is_no_first_one_any_more(store: SqlStore) -> None:
    """Parked for its timeline alone, a case keeps its record and what agents wrote in it."""
    save(store, change())
    (push,) = claim(store)
    parked = PushResult(push, PushState.PARKED, salesforce_id="500A", cause_code="STRING_TOO_LONG")
    with store.begin() as tx:
        tx.pushes.settle([parked], START)
        tx.pushes.replay(None, START)
    (again,) = claim(store)
    assert (again.is_first, again.salesforce_id) == (False, "500A")


def test_what_the_org_lacks_can_be_sent_again(store: SqlStore) -> None:
    """Cases taken without their timeline become due again; one that is told does not."""
    save(store, change())
    (push,) = claim(store)
    with store.begin() as tx:
        tx.pushes.settle([PushResult(push, PushState.APPLIED, salesforce_id="500A")], START)
        assert tx.pushes.reopen_untold(START) == 1
    (push,) = claim(store)
    with store.begin() as tx:
        told = PushResult(push, PushState.APPLIED, salesforce_id="500A", is_told=True)
        tx.pushes.settle([told], START)
        assert tx.pushes.reopen_untold(START) == 0
