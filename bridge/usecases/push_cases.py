"""Carries what changed to Salesforce: claim, send, settle each case on its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bridge.domain.case import Case
from bridge.domain.causes import CASE_RECREATED
from bridge.domain.synchronisation import Push, PushResult, PushState, SourceHealth
from bridge.errors import BudgetError, PermanentError, TransientError
from bridge.usecases.ports import CaseAnswer, CaseDirectory, Clock, Store
from bridge.usecases.push_batch import Batch, may_be_one_case, may_take_long
from bridge.usecases.tell_timelines import TellTimelines

BATCH = 200
LEASE = timedelta(seconds=120)
# Time to halve a batch of which each call runs into its timeout; taken only after such a failure.
LONG_LEASE = timedelta(minutes=20)
MOST_UNANSWERED = 8
RETRY_CLOCK = tuple(
    timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 3600)
)  # then parked: eight attempts are enough for one case
PAUSE_UNAVAILABLE = timedelta(seconds=60)
PAUSE_REFUSED = timedelta(minutes=15)
SALESFORCE = "salesforce"
EXHAUSTED = "push.exhausted"
CONTACT_GONE = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"})
_Failure = TransientError | BudgetError | PermanentError


@dataclass(frozen=True, slots=True)
class PushSummary:
    """What was sent, in cases. `error_code` tells why the lane paused, if it did."""

    applied: int = 0
    retried: int = 0
    parked: int = 0
    error_code: str | None = None


@dataclass(slots=True)
class _Round:
    """What one run of a worker goes by: the failure the lane comes from, its counts, whom to tell."""

    seen: str | None
    progress: Callable[[int], None]
    counts: Counter[PushState] = field(default_factory=Counter)

    @property
    def lease(self) -> timedelta:
        """Give how long this round holds what it claims."""
        return LONG_LEASE if may_take_long(self.seen) else LEASE

    def summary(self, error: _Failure | None) -> PushSummary:
        """Give the counts, with why the lane paused."""
        return PushSummary(
            applied=self.counts[PushState.APPLIED],
            retried=self.counts[PushState.DUE],
            parked=self.counts[PushState.PARKED],
            error_code=error.code if error else None,
        )


@dataclass(frozen=True, slots=True)
class PushCases:
    """The lane to Salesforce; any number of workers may run it at once."""

    store: Store
    directory: CaseDirectory
    clock: Clock
    jitter: Callable[[], float] = field(default=random.random)
    tell: TellTimelines | None = None

    def __call__(self, progress: Callable[[int], None] = lambda _sent: None) -> PushSummary:
        """Send until nothing is due, and give the counts.

        A call that fails as a whole costs its cases nothing: the lane pauses, they stay due. One case that
        fails it while its neighbours are taken is parked.
        """
        lane = self._failing_lane()
        if lane and lane.next_due_at and lane.next_due_at > self.clock.now():
            return PushSummary(error_code=lane.error_code)
        work = _Round(lane.error_code if lane else None, progress)
        error: _Failure | None = None
        while error is None and (claimed := self._claim(work.lease)):
            if claimed[0].unanswered > MOST_UNANSWERED:
                self._park_unanswered(claimed[0], work)
            else:
                error = self._carry(claimed, work)
        return work.summary(error)

    def _failing_lane(self) -> SourceHealth | None:
        """Give how this lane fails, if it does, so that no worker knocks at a closed door."""
        with self.store.begin() as tx:
            lane = tx.intake.health().get(SALESFORCE)
        return lane if lane and lane.failing_since else None

    def _claim(self, lease: timedelta) -> tuple[Push, ...]:
        with self.store.begin() as tx:
            return tx.pushes.claim(BATCH, lease, self.clock.now())

    def _carry(self, claimed: Sequence[Push], work: _Round) -> _Failure | None:
        """Send a batch, in parts if need be; give the error the lane paused for, if it did."""
        batch, half_time = Batch([claimed]), self.clock.now() + work.lease / 2
        error: _Failure | None = None
        while batch.waiting:
            part = batch.waiting.pop()
            try:
                results = self._send(part)
            except (TransientError, BudgetError, PermanentError) as failure:
                error = failure
                batch.failed(part, error)
                spent = batch.patience < 0 or self.clock.now() > half_time
                if spent or not may_be_one_case(error, work.seen):
                    return self._pause(batch.unsettled(), error)
            else:
                self._settle(results + batch.answered(), work)
                work.progress(len(results))
        if error and not batch.is_answered:
            return self._pause(batch.unsettled(), error)
        self._settle(batch.refused, work)
        return None

    def _send(self, claimed: Sequence[Push]) -> list[PushResult]:
        """Call outside any transaction; the whole desired state goes, so the newest one is read now."""
        with self.store.begin() as tx:
            cases = tx.cases.by_ids([push.case_id for push in claimed])
        first = {push.case_id for push in claimed if push.is_first}
        answers = self.directory.upsert([cases[push.case_id] for push in claimed], first)
        self._look_for([cases[push.case_id] for push in claimed], answers)
        sent = [replace(push, version=cases[push.case_id].version) for push in claimed]
        return self._told([self._settled(push, answer) for push, answer in zip(sent, answers, strict=True)])

    def _told(self, results: list[PushResult]) -> list[PushResult]:
        """Send the timelines of the cases the org took; a case is applied once it has both."""
        answers = self.tell(results) if self.tell else {}
        return [self._with_timeline(result, answers.get(result.push.case_id)) for result in results]

    def _with_timeline(self, result: PushResult, answer: CaseAnswer | None) -> PushResult:
        if answer is None:
            return result
        if answer.error_code is None:
            return replace(result, is_told=True)
        refused = self._settled(result.push, answer)
        told = f"timeline: {refused.cause_text}"
        return replace(refused, salesforce_id=result.salesforce_id, cause_text=told)

    def _look_for(self, cases: Sequence[Case], answers: Sequence[CaseAnswer]) -> None:
        """Have the Contacts looked at that the org says are gone; their cases are sent again then."""
        pairs = zip(cases, answers, strict=True)
        gone = {
            case.contact_id for case, answer in pairs if case.contact_id and answer.error_code in CONTACT_GONE
        }
        if gone:
            with self.store.begin() as tx:
                tx.contact_log.notice(gone, self.clock.now())

    def _settle(self, results: Sequence[PushResult], work: _Round) -> None:
        if not results:
            return
        with self.store.begin() as tx:
            tx.pushes.settle(results, self.clock.now())
            tx.intake.source_answered(SALESFORCE, self.clock.now(), self.clock.now())
        work.counts.update(result.state for result in results)

    def _park_unanswered(self, push: Push, work: _Round) -> None:
        """Park, unsent, a case under which worker after worker died, the last ones with it alone."""
        result = PushResult(push, PushState.PARKED, cause_code=EXHAUSTED, cause_text="push.unanswered")
        with self.store.begin() as tx:
            tx.pushes.settle([result], self.clock.now())
        work.counts[PushState.PARKED] += 1

    def _settled(self, push: Push, answer: CaseAnswer) -> PushResult:
        if answer.error_code is None:
            return _applied(push, answer.salesforce_id)
        fields = f" ({', '.join(answer.error_fields)})" if answer.error_fields else ""
        text = f"{answer.error_code}{fields}"
        if answer.transient and push.attempts <= len(RETRY_CLOCK):
            return PushResult(
                push,
                PushState.DUE,
                retry_at=self._retry_at(push.attempts),
                cause_code=answer.error_code,
                cause_text=text,
            )
        code = EXHAUSTED if answer.transient else answer.error_code
        parked = PushResult(push, PushState.PARKED, cause_code=code, cause_text=text)
        return replace(parked, org_version=answer.held_version)

    def _retry_at(self, attempts: int) -> datetime:
        """Full jitter, so that rows locked together do not come back together."""
        return self.clock.now() + RETRY_CLOCK[attempts - 1] * (0.5 + self.jitter() / 2)

    def _pause(self, pushes: Sequence[Push], error: _Failure) -> _Failure:
        """Give the cases back untouched, let nobody knock for a while, and give the error back."""
        now = self.clock.now()
        match error:
            case BudgetError():
                until = error.resume_at
            case PermanentError():
                until = now + PAUSE_REFUSED
            case TransientError():
                until = now + max(PAUSE_UNAVAILABLE, timedelta(seconds=error.retry_after_s or 0))
        with self.store.begin() as tx:
            tx.pushes.postpone(pushes, until)
            tx.intake.source_failed(SALESFORCE, error.code, now, until)
        return error


def _applied(push: Push, salesforce_id: str | None) -> PushResult:
    """Give the result of a case the org took; in another record than before, a person must look."""
    if not push.salesforce_id or salesforce_id in {None, push.salesforce_id}:
        return PushResult(push, PushState.APPLIED, salesforce_id=salesforce_id)
    both = f"{CASE_RECREATED} ({push.salesforce_id}, {salesforce_id})"
    return PushResult(push, PushState.PARKED, cause_code=CASE_RECREATED, cause_text=both)
