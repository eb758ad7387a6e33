"""Pushes leased, settled, retried, parked; never two workers on one case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import pushes
from bridge.domain.status import Phase
from bridge.domain.synchronisation import ParkedPush, Push, PushResult, PushState
from tests.adapters.store.samples import LEASE, SOURCE, change, claim, content, save, status
from tests.fakes.clock import START

AFTER_LEASE = START + LEASE


def settle(store: SqlStore, *results: PushResult, now: datetime = START) -> int:
    """Record results in a transaction of their own."""
    with store.begin() as tx:
        return tx.pushes.settle(results, now)


def applied(push: Push) -> PushResult:
    """Give the result of a push the org took."""
    return PushResult(push, PushState.APPLIED, salesforce_id="500A")


def parked(push: Push) -> PushResult:
    """Give the result of a push the org refused for good."""
    return PushResult(
        push, PushState.PARKED, cause_code="STRING_TOO_LONG", cause_text="STRING_TOO_LONG (Subject)"
    )


def counts(store: SqlStore, now: datetime = START) -> tuple[int, int]:
    """Give how many are due now, and how many are open."""
    with store.begin() as tx:
        return tx.pushes.due_count(now), tx.pushes.open_count()


def test_a_claim_leases_the_case_to_one_worker(store: SqlStore) -> None:
    """A claimed push is nobody else's until its lease ends, and the attempt counts at once."""
    (case,) = save(store, change())

    assert claim(store) == (
        Push(case.id, case.content.key, version=1, attempts=1, fence=1, unanswered=1, is_first=True),
    )
    assert claim(store) == ()
    assert claim(store, AFTER_LEASE - timedelta(seconds=1)) == ()
    assert counts(store) == (0, 1)


def test_a_lease_that_ended_is_claimed_again_with_two_attempts(store: SqlStore) -> None:
    """A worker that died costs a delay and an attempt, never the push."""
    save(store, change())
    claim(store)

    (again,) = claim(store, AFTER_LEASE)

    assert (again.attempts, again.fence) == (2, 2)


def test_the_longest_due_goes_first(store: SqlStore) -> None:
    """A limit leaves the youngest for the next claim."""
    for n in (2, 1, 3):
        save(store, change(content(f"PC-{n}")), now=START + timedelta(minutes=n))

    claimed = claim(store, START + timedelta(hours=1), limit=2)

    assert [push.key.source_case_id for push in claimed] == ["PC-1", "PC-2"]


def test_an_applied_push_is_over(store: SqlStore, store_engine: Engine) -> None:
    """What Salesforce has is not sent again, and its id is kept."""
    save(store, change())

    assert settle(store, *map(applied, claim(store))) == 1

    assert counts(store, AFTER_LEASE) == (0, 0)
    with store_engine.connect() as connection:
        row = connection.execute(select(pushes)).mappings().one()
    assert (row["state"], row["applied_version"], row["salesforce_id"]) == ("applied", 1, "500A")
    assert row["lease_until"] is None


def test_a_zombie_result_counts_for_nothing(store: SqlStore) -> None:
    """A worker that comes back after its lease was given on cannot settle the push."""
    save(store, change())
    (old,) = claim(store)
    (new,) = claim(store, AFTER_LEASE)

    assert settle(store, parked(old)) == 0
    assert settle(store, applied(new)) == 1
    assert settle(store, parked(old), applied(replace(new, case_id="c_none"))) == 0
    assert counts(store, AFTER_LEASE) == (0, 0)


def test_a_change_during_the_call_stays_due(store: SqlStore, store_engine: Engine) -> None:
    """The answer settles the version that was sent; the newer one waits for the lease, then goes."""
    save(store, change())
    (push,) = claim(store)
    save(store, change(content(said=status(Phase.IN_PROGRESS))), now=START + timedelta(seconds=1))

    assert claim(store, START + timedelta(seconds=2)) == ()
    assert settle(store, applied(push)) == 1

    with store_engine.connect() as connection:
        assert connection.execute(select(pushes.c.applied_version)).scalar_one() == 1
    (newer,) = claim(store, START + timedelta(seconds=2))
    assert (newer.version, newer.attempts, newer.fence) == (2, 1, 2)


def test_a_refusal_of_a_replaced_version_does_not_park_the_new_one(store: SqlStore) -> None:
    """The newer version deserves its own try, at once."""
    save(store, change())
    (push,) = claim(store)
    save(store, change(content(title="court")), now=START + timedelta(seconds=1))

    assert settle(store, parked(push)) == 1

    with store.begin() as tx:
        assert tx.pushes.parked() == ()
    assert [p.version for p in claim(store, START + timedelta(seconds=1))] == [2]


def test_a_failure_comes_back_when_told(store: SqlStore) -> None:
    """A push to try again is due at its own time and remembers its attempts."""
    save(store, change())
    (push,) = claim(store)
    retry_at = START + timedelta(seconds=30)
    result = PushResult(
        push, PushState.DUE, retry_at=retry_at, cause_code="UNABLE_TO_LOCK_ROW", cause_text="locked"
    )

    assert settle(store, result) == 1

    assert claim(store, retry_at - timedelta(seconds=1)) == ()
    assert counts(store) == (0, 1)
    assert [again.attempts for again in claim(store, retry_at)] == [2]


def test_a_parked_push_is_listed_with_its_cause_and_replayed(store: SqlStore) -> None:
    """An agent sees what stopped and why, and sends it again afresh."""
    first, second = save(store, change(), change(content("PC-2")))
    claimed = {push.case_id: push for push in claim(store)}
    settle(store, parked(claimed[second.id]), now=START + timedelta(seconds=1))
    settle(store, parked(claimed[first.id]), now=START + timedelta(seconds=2))

    with store.begin() as tx:
        listed = tx.pushes.parked()
        assert [p.case_id for p in listed] == [second.id, first.id]
        assert listed[1] == ParkedPush(
            first.id,
            f"{SOURCE}:PC-1",
            "STRING_TOO_LONG",
            "STRING_TOO_LONG (Subject)",
            START + timedelta(seconds=2),
        )
        assert tx.pushes.open_count() == 0
        assert tx.pushes.replay([first.id, "c_none"], AFTER_LEASE) == 1
        assert tx.pushes.replay(None, AFTER_LEASE) == 1
        assert tx.pushes.parked() == ()
    assert [push.attempts for push in claim(store, AFTER_LEASE)] == [1, 1]


def test_a_newer_version_unparks(store: SqlStore) -> None:
    """A case corrected at its source needs nobody to press replay."""
    save(store, change())
    settle(store, *map(parked, claim(store)))
    save(store, change(content(title="court")), now=AFTER_LEASE)

    with store.begin() as tx:
        assert tx.pushes.parked() == ()
    assert [(p.version, p.attempts) for p in claim(store, AFTER_LEASE)] == [(2, 1)]


def test_a_postponed_push_was_not_tried(store: SqlStore) -> None:
    """When the org's budget is spent the cases wait, and none comes nearer to being parked."""
    save(store, change())
    claimed = claim(store)
    until = START + timedelta(minutes=1)
    with store.begin() as tx:
        tx.pushes.postpone(claimed, until)

    assert claim(store, until - timedelta(seconds=1)) == ()
    assert [(p.attempts, p.fence) for p in claim(store, until)] == [(1, 2)]
    with store.begin() as tx:
        tx.pushes.postpone(claimed, START)
    assert claim(store, until) == ()
