"""The jobs of the org as the store keeps them: one process at a time, each push with its fence."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import cases
from bridge.domain.bulk import BulkJob, BulkKind, BulkRow, BulkState
from bridge.domain.synchronisation import CallLane
from bridge.usecases.absorb_delivery import AbsorbDelivery
from tests.fakes.clock import FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, row

HOLD, DAY = timedelta(minutes=10), timedelta(hours=24)
LANES = frozenset({CallLane.SCHEDULED, CallLane.BACKFILL})
JOB_ID = "750000000000001AAA"


def claimed(store: SqlStore, clock: FakeClock, *numbers: int) -> BulkJob:
    """Give a job that carries these cases, each of the Contact of its number."""
    AbsorbDelivery(store, PSEUDONYMS, clock)(URBANISME, delivery(*map(row, numbers), key=str(numbers)))
    with store._engine.begin() as connection:
        for number in numbers:
            owned = update(cases).where(cases.c.source_case_id == f"DP {number}")
            connection.execute(owned.values(contact_id=f"003{number % 3}"))
    with store.begin() as tx:
        job = tx.bulk.start(BulkKind.CASES, HOLD, clock.now())
        pushes = tx.pushes.claim_for_job(job.id, 100, DAY, clock.now(), LANES)
        tx.bulk.carry(job, [BulkRow(push) for push in pushes])
    return job


def test_rows_of_one_parent_stand_together(store: SqlStore, clock: FakeClock) -> None:
    """So that the org's own batches do not lock each other out of a Contact."""
    job = claimed(store, clock, *range(9))
    with store.read() as tx:
        rows = tx.bulk.rows(job)
    parents = [carried.push.parent_id for carried in rows]
    assert parents == sorted(parents, key=str)
    assert len(parents) == 9


def test_a_job_is_in_one_pair_of_hands(store: SqlStore, clock: FakeClock) -> None:
    """Another process takes it up once the hold is over, with all that is known of it."""
    job = claimed(store, clock, 1)
    with store.begin() as tx:
        assert tx.bulk.take(HOLD, clock.now()) is None
        tx.bulk.opened(job, JOB_ID, 1, HOLD, clock.now())
    clock.move(HOLD)
    with store.begin() as tx:
        found = tx.bulk.take(HOLD, clock.now())
        assert tx.bulk.take(HOLD, clock.now()) is None
    assert found is not None
    assert (found.id, found.job_id, found.state, found.rows) == (job.id, JOB_ID, BulkState.OPEN, 1)


def test_looking_again_renews_the_leases_of_its_own_pushes(store: SqlStore, clock: FakeClock) -> None:
    """What another worker claimed since, under a newer fence, is none of the job's business."""
    job = claimed(store, clock, 1, 2)
    clock.move(DAY)
    with store.begin() as tx:
        (other,) = tx.pushes.claim(1, HOLD, clock.now())
        tx.bulk.look_again(job, clock.now() + HOLD, clock.now() + DAY)
    clock.move(HOLD)
    with store.begin() as tx:
        (again,) = tx.pushes.claim(10, HOLD, clock.now())
    assert again.case_id == other.case_id


def test_what_is_settled_is_off_the_job(store: SqlStore, clock: FakeClock) -> None:
    """The rest is still known, to whoever goes on."""
    job = claimed(store, clock, 1, 2, 3)
    with store.begin() as tx:
        first, *others = tx.bulk.rows(job)
        tx.bulk.settled(job, [first.push.case_id])
        assert list(tx.bulk.rows(job)) == others


def test_what_two_jobs_left_is_claimed_by_call_alone(store: SqlStore, clock: FakeClock) -> None:
    """No third job takes it, a call does, and then it is as good as new."""
    for _ in range(2):
        job = claimed(store, clock, 1)
        with store.begin() as tx:
            assert len(tx.bulk.rows(job)) == 1
            tx.pushes.unprocessed([carried.push for carried in tx.bulk.rows(job)], clock.now())
            tx.bulk.end(job, clock.now())
    with store.begin() as tx:
        assert not tx.pushes.are_due(1, LANES, clock.now())
        assert tx.pushes.claim_for_job("b_third", 10, DAY, clock.now(), LANES) == ()
        assert len(tx.pushes.claim(10, HOLD, clock.now())) == 1


def test_the_pace_of_the_last_job_is_known(store: SqlStore, clock: FakeClock) -> None:
    """By kind; one the org never knew leaves no trace."""
    job = claimed(store, clock, 1)
    with store.begin() as tx:
        job = tx.bulk.opened(job, JOB_ID, 100, HOLD, clock.now())
        tx.bulk.end(job, clock.now(), took_s=5.0)
        tx.bulk.end(tx.bulk.start(BulkKind.CASES, HOLD, clock.now()), clock.now())
        assert tx.bulk.seconds_per_row(BulkKind.CASES) == 0.05
        assert tx.bulk.seconds_per_row(BulkKind.TIMELINES) is None
        assert (tx.bulk.unfinished(), tx.bulk.next_at()) == ((), None)
