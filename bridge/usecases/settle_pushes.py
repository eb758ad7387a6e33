"""What an answer of the org means for a push, and what is kept of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bridge.domain.causes import CASE_RECREATED
from bridge.domain.synchronisation import CallLane, Push, PushResult, PushState
from bridge.errors import BudgetError, PermanentError, TransientError
from bridge.usecases.once_more import once_more
from bridge.usecases.ports import CallBudget, CaseAnswer, Clock, Store

RETRY_CLOCK = tuple(
    timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 3600)
)  # then parked: eight attempts are enough for one case
PAUSE_UNAVAILABLE = timedelta(seconds=60)
PAUSE_REFUSED = timedelta(minutes=15)
PAUSE_CROWDED = timedelta(seconds=10)
NARROW_FOR = timedelta(minutes=5)
SALESFORCE = "salesforce"
EXHAUSTED = "push.exhausted"
WORKERS_DIED = "push.workers_died"
CROWDED = "salesforce.concurrent_requests_limit_exceeded"
CONTACT_GONE = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"})
Failure = TransientError | BudgetError | PermanentError


@dataclass(frozen=True, slots=True)
class SettlePushes:
    """The end of every push, whichever way it went to the org."""

    store: Store
    clock: Clock
    jitter: Callable[[], float] = field(default=random.random)
    budget: CallBudget | None = None

    def result(self, push: Push, answer: CaseAnswer) -> PushResult:
        """Give how a push ends by the answer to its case."""
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

    def with_timeline(self, result: PushResult, answer: CaseAnswer | None) -> PushResult:
        """Give the end of a case the org took by the answer to its timeline; None where none is kept."""
        if answer is None:
            return result
        if answer.error_code is None:
            return replace(result, is_told=True)
        refused = self.result(result.push, answer)
        told = f"timeline: {refused.cause_text}"
        return replace(refused, salesforce_id=result.salesforce_id, cause_text=told)

    def keep(self, results: Sequence[PushResult]) -> None:
        """Write how pushes ended; the org answered, so its lane is well."""
        if not results:
            return
        once_more(lambda: self._kept(results, self.clock.now()))

    def _kept(self, results: Sequence[PushResult], now: datetime) -> None:
        with self.store.begin() as tx:
            tx.pushes.settle(results, now)
            tx.intake.source_answered(SALESFORCE, now, now)

    def look_for(self, answers: Iterable[tuple[str | None, CaseAnswer]]) -> None:
        """Have the Contacts looked at that the org says are gone; their cases are sent again then."""
        gone = {contact_id for contact_id, told in answers if contact_id and told.error_code in CONTACT_GONE}
        if gone:
            with self.store.begin() as tx:
                tx.contact_log.notice(gone, self.clock.now())

    def pause(self, pushes: Sequence[Push], error: Failure) -> Failure | None:
        """Give the cases back untouched, let nobody knock for a while, and give the error back.

        None when only the budget of these cases is spent: more urgent ones still go.
        """
        now = self.clock.now()
        if error.code == CROWDED:
            return self._make_room(pushes, error)
        match error:
            case BudgetError():
                until = error.resume_at
            case PermanentError():
                until = now + PAUSE_REFUSED
            case TransientError():
                until = now + max(PAUSE_UNAVAILABLE, timedelta(seconds=error.retry_after_s or 0))
        others = self._is_for_others(error)
        with self.store.begin() as tx:
            tx.pushes.postpone(pushes, until)
            if others:
                return None
            tx.intake.source_failed(SALESFORCE, error.code, now, until)
        return error

    def _is_for_others(self, error: Failure) -> bool:
        """Whether the budget stops these cases, and more urgent ones may still go."""
        if self.budget is None or not isinstance(error, BudgetError):
            return False
        return CallLane.WEBHOOK in self.budget.open_lanes()

    def _make_room(self, pushes: Sequence[Push], error: Failure) -> Failure:
        """Halve how many calls may be under way, and come back after a moment of our own."""
        now = self.clock.now()
        with self.store.begin() as tx:
            tx.calls.narrow(max(tx.pushes.under_way(now) // 2, 1), now + NARROW_FOR)
            tx.pushes.postpone(pushes, now + PAUSE_CROWDED * (0.5 + self.jitter()))
        return error

    def _retry_at(self, attempts: int) -> datetime:
        """Full jitter, so that rows locked together do not come back together."""
        return self.clock.now() + RETRY_CLOCK[attempts - 1] * (0.5 + self.jitter() / 2)


def _applied(push: Push, salesforce_id: str | None) -> PushResult:
    """Give the result of a case the org took; in another record than before, a person must look."""
    if not push.salesforce_id or salesforce_id in {None, push.salesforce_id}:
        return PushResult(push, PushState.APPLIED, salesforce_id=salesforce_id)
    both = f"{CASE_RECREATED} ({push.salesforce_id}, {salesforce_id})"
    return PushResult(push, PushState.PARKED, cause_code=CASE_RECREATED, cause_text=both)
