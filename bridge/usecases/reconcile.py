"""Proves that the org has every request of ours, as we hold it; heals what differs when asked to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from bridge.domain.reconciliation import Finding, Found, Tally
from bridge.errors import RemoteError, TransientError
from bridge.usecases.compare_sides import CompareSides, Progress, settled
from bridge.usecases.heal_cases import HealCases
from bridge.usecases.ports import Bell, CaseCensus, Clock, ReportSeal, Store
from bridge.usecases.reconciliation_report import Account, report_of
from mappings.model import SourceMapping

log = structlog.get_logger("bridge.reconcile")

LISTED = 1_000
"""As many differences of a kind are named; all of them are counted."""
RECHECKED = 3_000
"""As many differences are looked at a second time; a difference of everything needs no second look."""
_BATCH = 300
_LOOKED_AT_TWICE = frozenset({Finding.MISSING, Finding.DIFFERENT, Finding.AHEAD, Finding.WAITING})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to compare and what to do: one source or all; heal; sources read anew after a restore."""

    source: str | None = None
    heal: bool = False
    reread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a comparison found, and its signed report."""

    tally: Tally
    listed: Mapping[Finding, tuple[Found, ...]]
    report: str


@dataclass(frozen=True, slots=True)
class Reconcile:
    """One comparison at a time in the whole installation.

    Memory does not grow with the number of cases. Nothing is ever deleted, in the org or here.
    `calls` tells how many API calls this process has sent.
    """

    store: Store
    census: CaseCensus
    seal: ReportSeal
    mappings: Mapping[str, SourceMapping]
    clock: Clock
    bell: Bell
    calls: Callable[[], int]

    def __call__(
        self, wanted: Wanted | None = None, progress: Progress = lambda _side, _rows: None
    ) -> Reconciled:
        """Compare, and give what was found.

        Raises: TransientError (`reconcile.busy` while another one runs), BudgetError, PermanentError.
        """
        with self.store.sole("reconcile") as alone:
            if not alone:
                raise TransientError("a comparison is under way", system="store", code="reconcile.busy")
            return self._run(wanted or Wanted(), progress)

    def _run(self, wanted: Wanted, progress: Progress) -> Reconciled:
        started_at, calls = self.clock.now(), self.calls()
        with self.store.begin() as tx:
            run_id = tx.reconciliations.start(started_at)
        try:
            self._close_left_jobs()
            tally, listed = self._compared(run_id, wanted, progress)
        except RemoteError as error:
            with self.store.begin() as tx:
                tx.reconciliations.fail(run_id, self.clock.now(), error.code)
            raise
        ended_at = self.clock.now()
        account = Account(run_id, started_at, ended_at, wanted.source, self.calls() - calls)
        report = self.seal.sign(report_of(account, tally, listed, self.mappings))
        self._end(run_id, ended_at, tally, report)
        return Reconciled(tally, listed, report)

    def _end(self, run_id: str, ended_at: datetime, tally: Tally, report: str) -> None:
        with self.store.begin() as tx:
            tx.reconciliations.end(run_id, ended_at, agrees=tally.agrees, report=report)
        found = {finding.value: count for finding, count in tally.counts.items() if count}
        log.info("store and org compared", agrees=tally.agrees, healed=tally.healed, **found)
        if tally.healed:
            self.bell.ring("push")

    def _compared(
        self, run_id: str, wanted: Wanted, progress: Progress
    ) -> tuple[Tally, dict[Finding, tuple[Found, ...]]]:
        job_id = self.census.open(wanted.source)
        with self.store.begin() as tx:
            tx.reconciliations.job(run_id, job_id)
        listed: dict[Finding, tuple[Found, ...]] = {}
        with TemporaryDirectory(prefix="reconcile-") as folder:
            compare = CompareSides(self.store, self.census, Path(folder), progress)
            heal = HealCases(self.store, self.clock, heal=wanted.heal, reread=wanted.reread)
            for batch in self._sure(compare(job_id, wanted.source)):
                compare.tally.note(batch)
                done = heal(batch)
                compare.tally.healed += done.healed
                compare.tally.parked += done.parked
                _list(listed, batch)
        self._close(run_id, job_id)
        return compare.tally, listed

    def _sure(self, found: Iterator[Found]) -> Iterator[tuple[Found, ...]]:
        """Give the differences in batches, the first ones only if a second look finds them too."""
        looked_at = 0
        while batch := tuple(islice(found, _BATCH)):
            again = [each for each in batch if each.finding in _LOOKED_AT_TWICE]
            looked_at += len(again)
            if not again or looked_at > RECHECKED:
                yield batch
                continue
            kept = [each for each in batch if each.finding not in _LOOKED_AT_TWICE]
            yield (*kept, *self._seen_again(again))

    def _seen_again(self, doubtful: Collection[Found]) -> Iterator[Found]:
        """Read both sides of these once more: a push may have arrived between the two readings."""
        with self.store.read() as tx:
            rows = tx.in_org.rows({each.case_id for each in doubtful if each.case_id})
        theirs = self.census.some({row.external_id for row in rows.values()})
        for each in doubtful:
            row = rows[each.case_id or ""]
            now = settled(row, theirs.get(row.external_id, ()), self.census.told(row))
            if now is not None:
                yield now

    def _close_left_jobs(self) -> None:
        with self.store.read() as tx:
            left = tx.reconciliations.left_jobs()
        for run_id, job_id in left.items():
            self._close(run_id, job_id)

    def _close(self, run_id: str, job_id: str) -> None:
        """Have the org forget the job; where it will not, the next comparison asks again."""
        try:
            self.census.close(job_id)
        except RemoteError as error:
            log.warning("query job not closed", code=error.code)
            return
        with self.store.begin() as tx:
            tx.reconciliations.job(run_id, None)


def _list(listed: dict[Finding, tuple[Found, ...]], batch: Iterable[Found]) -> None:
    """Keep the first of each kind by name."""
    for each in batch:
        known = listed.get(each.finding, ())
        if len(known) < LISTED and each.finding is not Finding.WAITING:
            listed[each.finding] = (*known, each)
