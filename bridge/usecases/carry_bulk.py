"""Carries many changed cases in jobs the org works on by itself; each job is in the hands of one process."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.bulk import STUCK_AFTER, BulkJob, BulkKind, BulkRow
from bridge.domain.synchronisation import CallLane
from bridge.errors import BudgetError, PermanentError, TransientError
from bridge.usecases.follow_bulk import FollowBulk
from bridge.usecases.ports import Clock, Store
from bridge.usecases.send_bulk import HOLD, PUSH_LEASE, PieceDone, SendBulk
from bridge.usecases.settle_pushes import Failure, SettlePushes

LEAST_ROWS = 2_000
MOST_ROWS = 20_000
MOST_JOBS = 5
LANES = frozenset({CallLane.SCHEDULED, CallLane.BACKFILL})
"""What may wait for a job; a citizen and a webhook may not."""
_BITE = 2_000
_LATER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class BulkStep:
    """What one step did: whether there was anything to do, and what stopped it."""

    is_busy: bool = False
    error: Failure | None = None


@dataclass(frozen=True, slots=True)
class CarryBulk:
    """From `least` due rows on; `most` are one job."""

    store: Store
    clock: Clock
    settling: SettlePushes
    sending: SendBulk
    following: FollowBulk
    least: int = LEAST_ROWS
    most: int = MOST_ROWS

    def looks_at(self) -> datetime | None:
        """Give when a job is to be looked after next; None without a job."""
        with self.store.read() as tx:
            return tx.bulk.next_at()

    def has_many(self, lanes: Collection[CallLane]) -> bool:
        """Whether enough is due in the lanes that may wait; not while a job is stuck, for calls may go."""
        now = self.clock.now()
        with self.store.read() as tx:
            if any(job.age(now) > STUCK_AFTER for job in tx.bulk.unfinished()):
                return False
            return tx.pushes.are_due(self.least, LANES.intersection(lanes), now)

    def follow(self, done: PieceDone) -> BulkStep:
        """Look after the job that waits longest for it, if its time has come."""
        now = self.clock.now()
        with self.store.read() as tx:
            if not tx.bulk.is_due(now):
                return BulkStep()
        with self.store.begin() as tx:
            job = tx.bulk.take(HOLD, now)
        return self._tried(job, self.following, done) if job else BulkStep()

    def send(self, lanes: Collection[CallLane], done: PieceDone) -> BulkStep:
        """Claim what is due and give it to the org as one job, unless enough jobs are under way."""
        with self.store.read() as tx:
            if len(tx.bulk.unfinished()) >= MOST_JOBS:
                return BulkStep()
        job = self._claimed(LANES.intersection(lanes), done)
        return self._tried(job, self.sending, done) if job else BulkStep()

    def _tried(self, job: BulkJob, work: SendBulk | FollowBulk, done: PieceDone) -> BulkStep:
        """Work on a job; what fails leaves it as it is, for whoever looks after it later."""
        try:
            work(job, done)
        except (TransientError, BudgetError, PermanentError) as error:
            again = self.clock.now() + _LATER
            if isinstance(error, BudgetError):
                again = max(again, error.resume_at)
            with self.store.begin() as tx:
                tx.bulk.leave(job, again)
            return BulkStep(is_busy=True, error=self.settling.pause((), error))
        return BulkStep(is_busy=True)

    def _claimed(self, lanes: Collection[CallLane], done: PieceDone) -> BulkJob | None:
        """Claim in small bites, so that what is urgent gets its turn in between.

        Nothing is left to claim when each case that is due has its Contact in another batch.
        """
        now, taken, bite = self.clock.now(), 0, _BITE
        with self.store.begin() as tx:
            job = tx.bulk.start(BulkKind.CASES, HOLD, now)
        while taken < self.most and bite:
            with self.store.begin() as tx:
                wanted = min(_BITE, self.most - taken)
                pushes = tx.pushes.claim_for_job(job.id, wanted, PUSH_LEASE, now, lanes)
                tx.bulk.carry(job, [BulkRow(push) for push in pushes])
            bite = len(pushes)
            taken += bite
            done(())
        if taken:
            return job
        with self.store.begin() as tx:
            tx.bulk.end(job, now)
        return None
