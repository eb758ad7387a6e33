"""Gives the org a job: its rows rendered, its id kept before any row goes up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bridge.domain.bulk import BulkJob, BulkKind, BulkRow, next_look
from bridge.domain.synchronisation import Push, PushResult, PushState
from bridge.usecases.ports import BulkLoader, BulkSheet, Clock, Store, TimelineEntry
from bridge.usecases.push_batch import by_parent
from bridge.usecases.settle_pushes import SettlePushes
from bridge.usecases.tell_timelines import up_to

HOLD = timedelta(minutes=10)
"""A job in the hands of a process that died is taken up by another after this long."""
# The pushes stay with their job until it is settled; whoever takes the job up gives them back or goes on.
PUSH_LEASE = timedelta(hours=24)
SLICE = 1_000
PieceDone = Callable[[Sequence[PushResult]], None]
"""Told after each piece of a job how its pushes ended. A job of 20,000 rows takes a process half a minute:
whatever cannot wait that long goes meanwhile."""


@dataclass(frozen=True, slots=True)
class SendBulk:
    """A job claimed before; what the mapping refuses is settled on the way, what does not fit goes back."""

    store: Store
    loader: BulkLoader
    clock: Clock
    settling: SettlePushes

    def __call__(self, job: BulkJob, done: PieceDone) -> None:
        """Send a job. Raises: TransientError, BudgetError, PermanentError."""
        with self.store.read() as tx:
            rows = tx.bulk.rows(job)
        creating = any(row.push.is_first for row in rows)
        with self.loader.sheet(job.kind, creating=creating) as sheet:
            for some in slices(rows):
                self._add(job, sheet, some, done)
            if not sheet.rows:
                with self.store.begin() as tx:
                    tx.bulk.end(job, self.clock.now())
                return
            job_id = self.loader.open(job.kind)
            with self.store.begin() as tx:
                job = tx.bulk.opened(job, job_id, sheet.rows, HOLD, self.clock.now())
            self.loader.upload(job_id, sheet)
        now = self.clock.now()
        with self.store.begin() as tx:
            wait = next_look(job, now, tx.bulk.seconds_per_row(job.kind))
            tx.bulk.sent(job, now + wait, now)

    def _add(self, job: BulkJob, sheet: BulkSheet, rows: Sequence[BulkRow], done: PieceDone) -> None:
        add = self._add_entries if job.kind is BulkKind.TIMELINES else self._add_cases
        ended, back = add(sheet, rows)
        self.settling.keep(ended)
        with self.store.begin() as tx:
            tx.pushes.unprocessed(back, self.clock.now())
            tx.bulk.settled(job, [push.case_id for push in (*back, *(result.push for result in ended))])
        done(ended)

    def _add_cases(self, sheet: BulkSheet, rows: Sequence[BulkRow]) -> tuple[list[PushResult], list[Push]]:
        """Give those the mapping refuses, and those to claim anew: moved to another parent, or too many."""
        with self.store.read() as tx:
            cases = tx.cases.by_ids([row.push.case_id for row in rows])
        here, back = by_parent([row.push for row in rows], cases)
        first = {push.case_id for push in here if push.is_first}
        left = sheet.add_cases([cases[push.case_id] for push in here], first)
        ended = [self.settling.result(push, answer) for push in here if (answer := left.get(push.case_id))]
        return ended, back + [push for push in here if left.get(push.case_id, ...) is None]

    def _add_entries(self, sheet: BulkSheet, rows: Sequence[BulkRow]) -> tuple[list[PushResult], list[Push]]:
        """Give the cases of entries the mapping refuses; the org has the case itself."""
        entries = dict(entries_of(self.store, rows))
        ended = []
        for row in rows:
            refused = sheet.add_entries(entries[row.push.case_id])
            if refused:
                ended.append(self.settling.with_timeline(applied(row), next(iter(refused.values()))))
        return ended, []


def entries_of(store: Store, rows: Sequence[BulkRow]) -> Iterator[tuple[str, list[TimelineEntry]]]:
    """Give what is to tell of each case, by its id; what is younger than what was sent waits for its push."""
    with store.read() as tx:
        untold = tx.cases.untold([row.push.case_id for row in rows])
    for row in rows:
        events = up_to(row.push.version, untold.get(row.push.case_id, ()))
        made = row.salesforce_id or ""
        yield row.push.case_id, [TimelineEntry(event, row.push.key, made) for event in events]


def applied(row: BulkRow) -> PushResult:
    """Give the end of a push whose case the org took."""
    return PushResult(row.push, PushState.APPLIED, salesforce_id=row.salesforce_id)


def slices(rows: Sequence[BulkRow]) -> Iterator[Sequence[BulkRow]]:
    """Give rows in pieces that one transaction reads."""
    return (rows[start : start + SLICE] for start in range(0, len(rows), SLICE))
