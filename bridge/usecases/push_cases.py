"""Carries what changed to Salesforce: claim, send, settle each case on its own."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bridge.domain.synchronisation import Push, PushResult, PushState
from bridge.errors import BudgetError, PermanentError, TransientError
from bridge.usecases.ports import CaseAnswer, CaseDirectory, Clock, Store

BATCH = 200
LEASE = timedelta(seconds=120)
RETRY_CLOCK = tuple(
    timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 3600)
)  # then parked: eight attempts are enough for one case
PAUSE_UNAVAILABLE = timedelta(seconds=60)
PAUSE_REFUSED = timedelta(minutes=15)
SALESFORCE = "salesforce"


@dataclass(frozen=True, slots=True)
class PushSummary:
    """What was sent, in cases. `error_code` tells why the lane paused, if it did."""

    applied: int = 0
    retried: int = 0
    parked: int = 0
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class PushCases:
    """The lane to Salesforce; any number of workers may run it at once."""

    store: Store
    directory: CaseDirectory
    clock: Clock
    jitter: Callable[[], float] = field(default=random.random)

    def __call__(self, progress: Callable[[int], None] = lambda _sent: None) -> PushSummary:
        """Send until nothing is due, and give the counts.

        A call that fails as a whole costs its cases nothing: the lane pauses, they stay due.
        """
        if pause := self._paused():
            return PushSummary(error_code=pause)
        applied = retried = parked = 0
        while claimed := self._claim():
            try:
                results = self._send(claimed)
            except (TransientError, BudgetError, PermanentError) as error:
                self._pause(claimed, error)
                return PushSummary(applied, retried, parked, error.code)
            with self.store.begin() as tx:
                tx.pushes.settle(results, self.clock.now())
                tx.intake.source_answered(SALESFORCE, self.clock.now(), self.clock.now())
            states = [result.state for result in results]
            applied += states.count(PushState.APPLIED)
            retried += states.count(PushState.DUE)
            parked += states.count(PushState.PARKED)
            progress(len(results))
        return PushSummary(applied, retried, parked)

    def _paused(self) -> str | None:
        """The code of the failure this lane waits out, so that no worker knocks at a closed door."""
        with self.store.begin() as tx:
            lane = tx.intake.health().get(SALESFORCE)
        waits = lane and lane.failing_since and lane.next_due_at and lane.next_due_at > self.clock.now()
        return lane.error_code if lane and waits else None

    def _claim(self) -> tuple[Push, ...]:
        with self.store.begin() as tx:
            return tx.pushes.claim(BATCH, LEASE, self.clock.now())

    def _send(self, claimed: Sequence[Push]) -> list[PushResult]:
        """Call outside any transaction; the whole desired state goes, so the newest one is read now."""
        with self.store.begin() as tx:
            cases = tx.cases.by_ids([push.case_id for push in claimed])
        answers = self.directory.upsert([cases[push.case_id] for push in claimed])
        sent = [replace(push, version=cases[push.case_id].version) for push in claimed]
        return [self._settled(push, answer) for push, answer in zip(sent, answers, strict=True)]

    def _settled(self, push: Push, answer: CaseAnswer) -> PushResult:
        if answer.error_code is None:
            return PushResult(push, PushState.APPLIED, salesforce_id=answer.salesforce_id)
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
        code = "push.exhausted" if answer.transient else answer.error_code
        return PushResult(push, PushState.PARKED, cause_code=code, cause_text=text)

    def _retry_at(self, attempts: int) -> datetime:
        """Full jitter, so that rows locked together do not come back together."""
        return self.clock.now() + RETRY_CLOCK[attempts - 1] * (0.5 + self.jitter() / 2)

    def _pause(self, claimed: Sequence[Push], error: TransientError | BudgetError | PermanentError) -> None:
        now = self.clock.now()
        match error:
            case BudgetError():
                until = error.resume_at
            case PermanentError():
                until = now + PAUSE_REFUSED
            case TransientError():
                until = now + max(PAUSE_UNAVAILABLE, timedelta(seconds=error.retry_after_s or 0))
        with self.store.begin() as tx:
            tx.pushes.postpone(claimed, until)
            tx.intake.source_failed(SALESFORCE, error.code, now, until)
