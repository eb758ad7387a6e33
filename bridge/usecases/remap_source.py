"""Applies a corrected mapping to the raw records that were kept, and writes only what it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bridge.domain.case import CaseKey
from bridge.domain.synchronisation import CallLane
from bridge.errors import ConfigurationError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.ports import Bell, Clock, RawRecord, Store, Transaction
from bridge.usecases.remap_record import RemapRecord, Stored
from bridge.usecases.remap_report import RemapReport
from bridge.usecases.replay_parked import ReplayParked
from mappings.model import SourceMapping

PAGE = 1_000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RemapSource:
    """Each page is a transaction, and what was written once is found unchanged: a stopped run goes on."""

    store: Store
    mappings: Mapping[str, SourceMapping]
    absorb: AbsorbDelivery
    replay_parked: ReplayParked
    clock: Clock
    bell: Bell

    def look(self, source: str, progress: Progress = lambda _done: None) -> RemapReport:
        """Give what a remap would change, and write nothing. Raises: ConfigurationError."""
        return self._walk(self._mapping(source), progress, write=False)

    def __call__(self, source: str, progress: Progress = lambda _done: None) -> RemapReport:
        """Read the parked records again, then apply the mapping to the kept ones; give what changed.

        Raises: ConfigurationError for an unknown source; TransientError when it is being read just now.
        """
        mapping = self._mapping(source)
        replayed = self.replay_parked(source)
        with self.store.sole(f"sync-{source}") as alone:
            if not alone:
                raise TransientError(f"the source {source} is being read", system=source, code="sync.busy")
            report = self._walk(mapping, progress, write=True)
        report.replayed = replayed.looked_at - replayed.still_parked
        if report.changed or report.replayed:
            self.bell.ring("push")
        return report

    def count(self, source: str) -> int:
        """Give how many raw records of the source are kept."""
        with self.store.read() as tx:
            return tx.raw_records.count(source)

    def _mapping(self, source: str) -> SourceMapping:
        if source not in self.mappings:
            raise ConfigurationError(f"unknown source {source!r}; known: {', '.join(sorted(self.mappings))}")
        return self.mappings[source]

    def _walk(self, mapping: SourceMapping, progress: Progress, *, write: bool) -> RemapReport:
        remap = RemapRecord(mapping, self.absorb, self.clock.now().date(), RemapReport())
        after = ""
        while True:
            with self.store.begin() as tx:
                page = tx.raw_records.page(mapping.source, after, PAGE)
                self._page(tx, remap, page, write=write)
                if not page:
                    remap.report.reported = tx.cases.reported_count(mapping.source)
                    return remap.report
            after = page[-1].source_case_id
            progress(len(page))

    def _page(self, tx: Transaction, remap: RemapRecord, page: tuple[RawRecord, ...], *, write: bool) -> None:
        keys = {raw.source_case_id: CaseKey(remap.mapping.source, raw.source_case_id) for raw in page}
        existing = tx.cases.existing(keys.values())
        prints = tx.cases.fingerprints(remap.mapping.source, keys)
        parked = tx.intake.parked_among(keys.values())
        stored = {
            case_id: Stored(case, prints[case_id], is_parked=key in parked)
            for case_id, key in keys.items()
            if (case := existing.get(key))
        }
        changes = [change for raw in page if (change := remap(raw, stored.get(raw.source_case_id)))]
        if write and changes:
            tx.cases.save(changes, existing, self.clock.now(), CallLane.BACKFILL)
