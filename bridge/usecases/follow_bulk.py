"""Sees a job of the org to its end, from whichever process, however far another one brought it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import structlog

from bridge.domain.bulk import STUCK_AFTER, BulkJob, BulkKind, BulkProgress, BulkRow, BulkState, next_look
from bridge.domain.synchronisation import PushResult, PushState
from bridge.errors import GoneError, PermanentError
from bridge.usecases.ports import BulkLoader, CaseAnswer, Clock, Store
from bridge.usecases.send_bulk import (
    HOLD,
    PUSH_LEASE,
    SLICE,
    PieceDone,
    SendBulk,
    applied,
    entries_of,
    slices,
)
from bridge.usecases.settle_pushes import SALESFORCE, SettlePushes
from bridge.usecases.tell_timelines import TellTimelines, worse

log = structlog.get_logger("bridge.bulk")

_MOST_BEGINNINGS = 3
_UNPROCESSED = CaseAnswer(None, "UNPROCESSED", transient=True)


@dataclass(frozen=True, slots=True)
class FollowBulk:
    """The job is never sent again while the org may still carry it out; only what it left is."""

    store: Store
    loader: BulkLoader
    clock: Clock
    settling: SettlePushes
    sending: SendBulk
    tell: TellTimelines | None = None
    least: int = 2_000

    def __call__(self, job: BulkJob, done: PieceDone) -> None:
        """Go on with a job. Raises: TransientError, BudgetError, PermanentError."""
        if job.job_id is None:
            self._begin(job, done)
            return
        try:
            progress = self.loader.look(job.job_id)
        except GoneError:
            log.warning("bulk job gone", job=job.job_id)
            self._end(job)
            return
        if progress.is_open:
            # Perhaps without all its rows: an upload broke off, or the process died over it.
            self.loader.abort(job.job_id)
            self._end(job)
        elif progress.is_over:
            self._settle(job, progress, done)
        else:
            self._look_again(job, progress)

    def _begin(self, job: BulkJob, done: PieceDone) -> None:
        """Send a job the org knows nothing of: it is new, or whoever claimed its rows did not come to it."""
        if job.looks >= _MOST_BEGINNINGS:
            self._end(job)
            return
        with self.store.begin() as tx:
            now = self.clock.now()
            tx.bulk.look_again(job, now + HOLD, now + PUSH_LEASE)
        self.sending(job, done)

    def _look_again(self, job: BulkJob, progress: BulkProgress) -> None:
        now = self.clock.now()
        if job.age(now) > STUCK_AFTER:
            age_s = int(job.age(now).total_seconds())
            log.warning("bulk job slow", job=job.job_id, age_s=age_s, rows=job.rows)
        with self.store.begin() as tx:
            if job.state is BulkState.OPEN:
                tx.bulk.sent(job, now, now)
            wait = next_look(job, now, tx.bulk.seconds_per_row(job.kind), progress)
            tx.bulk.look_again(job, now + wait, now + PUSH_LEASE)

    def _settle(self, job: BulkJob, progress: BulkProgress, done: PieceDone) -> None:
        """Settle each row by its own answer, whatever became of the job; the rest goes once more."""
        with self.store.read() as tx:
            rows = {row.push.key.external_id: row for row in tx.bulk.rows(job)}
        assert job.job_id is not None
        answers = self.loader.answers(job.kind, job.job_id, progress)
        try:
            if job.kind is BulkKind.CASES:
                self._settle_cases(job, rows, answers, done)
            else:
                self._settle_timelines(job, list(rows.values()), dict(answers), done)
        except PermanentError:
            self._end(job)
            raise
        self._end(job, took_s=progress.took_s)
        if progress.refusal and not progress.processed:
            code = f"salesforce.bulk.{progress.refusal.lower()}"
            told = f"The org could not carry out a job: {progress.refusal}"
            raise PermanentError(told, system=SALESFORCE, code=code)

    def _settle_cases(
        self,
        job: BulkJob,
        rows: dict[str, BulkRow],
        answers: Iterable[tuple[str, CaseAnswer]],
        done: PieceDone,
    ) -> None:
        news: list[BulkRow] = []
        for some in _pieces(answers):
            known = [(rows[key].push, answer) for key, answer in some if key in rows]
            self.settling.look_for((push.parent_id, answer) for push, answer in known)
            results = [self.settling.result(push, answer) for push, answer in known]
            took = [result for result in results if result.state is PushState.APPLIED]
            made = [BulkRow(result.push, result.salesforce_id) for result in took]
            entries = dict(entries_of(self.store, made)) if self.tell else {}
            later = {row.push.case_id for row in made if entries.get(row.push.case_id)}
            news += [row for row in made if row.push.case_id in later]
            self._keep(job, [result for result in results if result.push.case_id not in later], done)
        if news:
            self._tell(job, news, done)

    def _tell(self, job: BulkJob, rows: Sequence[BulkRow], done: PieceDone) -> None:
        """Send the news of the timelines: as a job of their own when they are many."""
        assert self.tell is not None
        if len(rows) >= self.least and self.tell.timeline.is_kept():
            with self.store.begin() as tx:
                following = tx.bulk.start(BulkKind.TIMELINES, timedelta(), self.clock.now())
                tx.bulk.carry(following, rows)
            return
        for some in slices(rows):
            results = [applied(row) for row in some]
            told = self.tell(results)
            ended = [self.settling.with_timeline(one, told.get(one.push.case_id)) for one in results]
            self._keep(job, ended, done)

    def _settle_timelines(
        self,
        job: BulkJob,
        rows: Sequence[BulkRow],
        answers: dict[str, CaseAnswer],
        done: PieceDone,
    ) -> None:
        for some in slices(rows):
            entries = dict(entries_of(self.store, some))
            ended = []
            for row in some:
                told = CaseAnswer(None)
                for entry in entries[row.push.case_id]:
                    told = worse(told, answers.get(entry.key, _UNPROCESSED))
                ended.append(self.settling.with_timeline(applied(row), told))
            self._keep(job, ended, done)

    def _keep(self, job: BulkJob, results: Sequence[PushResult], done: PieceDone) -> None:
        """Write how pushes ended and take them off the job; a crash in between settles them once more."""
        self.settling.keep(results)
        with self.store.begin() as tx:
            tx.bulk.settled(job, [result.push.case_id for result in results])
        done(results)

    def _end(self, job: BulkJob, took_s: float | None = None) -> None:
        """Close a job; what it still carries the org did not process, and is claimed anew."""
        now = self.clock.now()
        with self.store.begin() as tx:
            tx.pushes.unprocessed([row.push for row in tx.bulk.rows(job)], now)
            tx.bulk.end(job, now, took_s=took_s)


def _pieces(answers: Iterable[tuple[str, CaseAnswer]]) -> Iterator[list[tuple[str, CaseAnswer]]]:
    """Give answers in pieces that one transaction settles, as they arrive."""
    arriving = iter(answers)
    while piece := list(islice(arriving, SLICE)):
        yield piece
