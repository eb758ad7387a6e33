"""Carries what changed to Salesforce: claim, send, settle each case on its own."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bridge.crash_points import crash_point
from bridge.domain.synchronisation import CallLane, Push, PushResult, PushState, SourceHealth
from bridge.errors import BudgetError, PermanentError, TransientError
from bridge.usecases.carry_bulk import LANES, BulkStep, CarryBulk
from bridge.usecases.ports import CallBudget, CaseDirectory, Clock, Store
from bridge.usecases.push_batch import Batch, by_parent, may_be_one_case, may_take_long
from bridge.usecases.send_bulk import PieceDone
from bridge.usecases.settle_pushes import SALESFORCE, WORKERS_DIED, Failure, SettlePushes
from bridge.usecases.tell_timelines import TellTimelines

BATCH = 200
LEASE = timedelta(seconds=120)
# Time to halve a batch of which each call runs into its timeout; taken only after such a failure.
LONG_LEASE = timedelta(minutes=20)
MOST_DEATHS = 3
# How long a worker stays with a job of the org, and so how long it may take to stop; the sweeper rings again.
PATIENCE_S = 50.0
_NAP_S = 1.0
_AT_ONCE = frozenset(CallLane) - LANES
_REGULAR = frozenset({CallLane.SCHEDULED})


@dataclass(frozen=True, slots=True)
class PushSummary:
    """What was sent, in cases. `error_code` tells why the lane paused, if it did."""

    applied: int = 0
    retried: int = 0
    parked: int = 0
    error_code: str | None = None


@dataclass(slots=True)
class _Round:
    """What one run of a worker goes by: the failure the lane comes from, whom to tell; and how it went."""

    seen: str | None
    progress: Callable[[int], None]
    counts: Counter[PushState] = field(default_factory=Counter)
    error: Failure | None = None

    @property
    def lease(self) -> timedelta:
        """Give how long this round holds what it claims."""
        return LONG_LEASE if may_take_long(self.seen) else LEASE

    def count(self, results: Sequence[PushResult]) -> None:
        """Count how pushes ended, and tell."""
        if results:
            self.counts.update(result.state for result in results)
            self.progress(len(results))

    def summary(self) -> PushSummary:
        """Give the counts, with why the lane paused."""
        return PushSummary(
            applied=self.counts[PushState.APPLIED],
            retried=self.counts[PushState.DUE],
            parked=self.counts[PushState.PARKED],
            error_code=self.error.code if self.error else None,
        )


@dataclass(frozen=True, slots=True)
class PushCases:
    """The lane to Salesforce; any number of workers may run it at once."""

    store: Store
    directory: CaseDirectory
    clock: Clock
    jitter: Callable[[], float] = field(default=random.random)
    tell: TellTimelines | None = None
    budget: CallBudget | None = None
    bulk: CarryBulk | None = None
    wait: Callable[[float], None] = field(default=time.sleep)

    def __call__(
        self, progress: Callable[[int], None] = lambda _sent: None, *, patience_s: float = PATIENCE_S
    ) -> PushSummary:
        """Send until nothing is due, and give the counts; a job of the org is waited for as long as said.

        A call that fails as a whole costs its cases nothing: the lane pauses, they stay due. One case that
        fails it while its neighbours are taken is parked.
        """
        lane = self._failing_lane()
        if lane and lane.next_due_at and lane.next_due_at > self.clock.now():
            return PushSummary(error_code=lane.error_code)
        work = _Round(lane.error_code if lane else None, progress)
        while work.error is None:
            if not self._step(work) and work.error is None:
                napped_s = self._nap(patience_s)
                if not napped_s:
                    break
                patience_s -= napped_s
        return work.summary()

    def _step(self, work: _Round) -> bool:
        """Do the next thing there is to do; tell whether there was any.

        What is urgent goes first; what may wait goes as a job of the org when it is much.
        """
        if self.bulk and self._with_jobs(self.bulk.follow, work):
            return True
        lanes = self._open_lanes()
        if self.bulk is None:
            return self._push(lanes, work)
        return self._push(self._at_once(self.bulk, lanes), work) or self._what_may_wait(
            self.bulk, lanes, work
        )

    def _what_may_wait(self, bulk: CarryBulk, lanes: Collection[CallLane], work: _Round) -> bool:
        if not bulk.has_many(lanes):
            return self._push(lanes, work)
        return self._with_jobs(lambda done: bulk.send(lanes, done), work)

    def _open_lanes(self) -> Collection[CallLane]:
        """Give the lanes whose budget is not spent."""
        return self.budget.open_lanes() if self.budget else frozenset(CallLane)

    @staticmethod
    def _at_once(bulk: CarryBulk, lanes: Collection[CallLane]) -> Collection[CallLane]:
        """Give the lanes that wait for no job: the regular changes too while they are few, flood or not."""
        few = frozenset() if bulk.has_many(_REGULAR) else _REGULAR
        return (_AT_ONCE | few).intersection(lanes)

    def _with_jobs(self, step: Callable[[PieceDone], BulkStep], work: _Round) -> bool:
        """Do something with the jobs of the org, letting pass what is urgent between two pieces."""

        def done(results: Sequence[PushResult]) -> None:
            work.count(results)
            self._let_pass(work)

        did = step(done)
        work.error = work.error or did.error
        return did.is_busy

    def _let_pass(self, work: _Round) -> None:
        """Carry a batch of what waits for no job; not all there is, for the job is held for a time only."""
        if work.error is None:
            self._push(_AT_ONCE.intersection(self._open_lanes()), work)

    def _push(self, lanes: Collection[CallLane], work: _Round) -> bool:
        """Claim a batch of these lanes and carry it; tell whether there was one."""
        claimed = self._claim(work.lease, lanes)
        if not claimed:
            return False
        crash_point("push.claimed")
        if claimed[0].unanswered > MOST_DEATHS:
            self._park_unanswered(claimed[0], work)
            return True
        with self.budget.on(min(push.lane for push in claimed)) if self.budget else nullcontext():
            work.error = self._carry(claimed, work)
        return True

    def _nap(self, patience_s: float) -> float:
        """Wait a moment for a job of the org; give how long, nothing when there is none to wait for."""
        looks_at = self.bulk.looks_at() if self.bulk and patience_s > 0 else None
        if looks_at is None:
            return 0.0
        before = self.clock.now()
        left_s = (looks_at - before).total_seconds()
        if left_s > patience_s:
            return 0.0
        nap_s = min(max(left_s, 0.05), _NAP_S)
        self.wait(nap_s)
        # A clock that stands still never comes to the moment waited for.
        return nap_s if self.clock.now() > before else 0.0

    def _failing_lane(self) -> SourceHealth | None:
        """Give how this lane fails, if it does, so that no worker knocks at a closed door."""
        with self.store.begin() as tx:
            lane = tx.intake.health().get(SALESFORCE)
        return lane if lane and lane.failing_since else None

    def _claim(self, lease: timedelta, lanes: Collection[CallLane]) -> tuple[Push, ...]:
        """Claim a batch, unless as many calls are under way as the org bears."""
        now = self.clock.now()
        with self.store.begin() as tx:
            at_once = tx.calls.at_once(now)
            if at_once is not None and tx.pushes.under_way(now) >= at_once:
                return ()
            return tx.pushes.claim(BATCH, lease, now, lanes)

    def _carry(self, claimed: Sequence[Push], work: _Round) -> Failure | None:
        """Send a batch, in parts if need be; give the error the lane paused for, if it did."""
        batch, half_time = Batch([claimed]), self.clock.now() + work.lease / 2
        error: Failure | None = None
        while batch.waiting:
            part = batch.waiting.pop()
            try:
                results = self._send(part)
            except (TransientError, BudgetError, PermanentError) as failure:
                error = failure
                batch.failed(part, error)
                spent = batch.patience < 0 or self.clock.now() > half_time
                if spent or not may_be_one_case(error, work.seen):
                    return self._settling.pause(batch.unsettled(), error)
            else:
                self._settle(results + batch.answered(), work)
        if error and not batch.is_answered:
            return self._settling.pause(batch.unsettled(), error)
        self._settle(batch.refused, work)
        return None

    def _send(self, claimed: Sequence[Push]) -> list[PushResult]:
        """Call outside any transaction; the whole desired state goes, so the newest one is read now."""
        with self.store.begin() as tx:
            cases = tx.cases.by_ids([push.case_id for push in claimed])
            here, moved = by_parent(claimed, cases)
            tx.pushes.postpone(moved, self.clock.now())
        if not here:
            return []
        first = {push.case_id for push in here if push.is_first}
        crash_point("push.before_call")
        answers = self.directory.upsert([cases[push.case_id] for push in here], first)
        crash_point("push.after_call")
        self._settling.look_for((push.parent_id, told) for push, told in zip(here, answers, strict=True))
        sent = [replace(push, version=cases[push.case_id].version) for push in here]
        return self._told(
            [self._settling.result(push, answer) for push, answer in zip(sent, answers, strict=True)]
        )

    def _told(self, results: list[PushResult]) -> list[PushResult]:
        """Send the timelines of the cases the org took; a case is applied once it has both."""
        answers = self.tell(results) if self.tell else {}
        return [self._settling.with_timeline(result, answers.get(result.push.case_id)) for result in results]

    @property
    def _settling(self) -> SettlePushes:
        return SettlePushes(self.store, self.clock, self.jitter, self.budget)

    def _settle(self, results: Sequence[PushResult], work: _Round) -> None:
        crash_point("push.before_result")
        self._settling.keep(results)
        crash_point("push.after_result")
        work.count(results)

    def _park_unanswered(self, push: Push, work: _Round) -> None:
        """Park, unsent, a case under which worker after worker died, the last one with it alone."""
        result = PushResult(push, PushState.PARKED, cause_code=WORKERS_DIED, cause_text=WORKERS_DIED)
        with self.store.begin() as tx:
            tx.pushes.settle([result], self.clock.now())
        work.count([result])
