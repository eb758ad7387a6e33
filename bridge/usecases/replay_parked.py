"""Reads again what no rule could read, once a mapping or a record was mended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bridge.domain.case import CaseKey
from bridge.domain.synchronisation import ParkedRecord
from bridge.errors import TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.ports import Store
from mappings.model import SourceMapping


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many parked records were looked at, and how many are still parked."""

    looked_at: int = 0
    still_parked: int = 0


@dataclass(frozen=True, slots=True)
class ReplayParked:
    """Goes by pages, and never beside a run of the same source: an older record may not overtake a newer."""

    store: Store
    mappings: Mapping[str, SourceMapping]
    absorb: AbsorbDelivery

    def __call__(self, source: str, chosen: Collection[str] | None = None) -> Replayed:
        """Give the counts; with `chosen`, of the records under these ids alone.

        Raises: TransientError when the source is being read just now.
        """
        with self.store.sole(f"sync-{source}") as alone:
            if not alone:
                raise TransientError(f"the source {source} is being read", system=source, code="sync.busy")
            done, after = Replayed(), None
            while page := self._page(source, after):
                after = page[-1]
                wanted = tuple(record for record in page if chosen is None or record.id in chosen)
                live = self._of_live_cases(wanted)
                still = self.absorb.replay(self.mappings[source], live) + len(wanted) - len(live)
                done = Replayed(done.looked_at + len(wanted), done.still_parked + still)
            return done

    def _page(self, source: str, after: ParkedRecord | None) -> tuple[ParkedRecord, ...]:
        with self.store.read() as tx:
            return tx.intake.parked(source, after)

    def _of_live_cases(self, page: tuple[ParkedRecord, ...]) -> list[ParkedRecord]:
        """Leave out records whose case the source has since stopped naming: they are older than that news."""
        keys = {record.id: CaseKey(record.source, record.source_case_id or "") for record in page}
        with self.store.begin() as tx:
            held = tx.cases.existing(keys.values())
        return [
            record
            for record in page
            if not ((case := held.get(keys[record.id])) and case.no_longer_reported_at)
        ]
