"""Applies a mapping to one raw record that was kept, and judges what that changes of its case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from bridge.domain.case import Case
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.ports import CaseChange, RawRecord
from bridge.usecases.record_print import under
from bridge.usecases.remap_report import RemapReport
from mappings.errors import RecordError
from mappings.model import MappedRecord, SourceMapping
from mappings.records import map_record


@dataclass(frozen=True, slots=True)
class Stored:
    """A case with the print of the record last read for it, and whether that record stopped."""

    case: Case
    fingerprint: bytes
    is_parked: bool


@dataclass(frozen=True)
class RemapRecord:
    """The print a case is left under is that of the next reading of the same record: it will write nothing.

    A record that is not the one its case came from is left out: nothing ever goes back to an older state.
    """

    mapping: SourceMapping
    absorb: AbsorbDelivery
    today: date
    report: RemapReport

    @cached_property
    def _secretless(self) -> SourceMapping:
        return replace(self.mapping, record=replace(self.mapping.record, receipt_secret=None))

    def __call__(self, raw: RawRecord, stored: Stored | None) -> CaseChange | None:
        """Give what is to be written of a case, None when nothing is; everything is counted."""
        if stored is None or stored.case.no_longer_reported_at:
            self.report.gone += 1
            return None
        edition = stored.case.content.status.mapping_version
        if not stored.is_parked and stored.fingerprint != under(raw.bare_print, edition):
            self.report.outdated += 1
            return None
        mapped = self._mapped(raw)
        if mapped is None:
            return None
        # While a newer record waits for a person, the case keeps the print that tells when it is mended.
        own = under(raw.bare_print, self.mapping.mapping_version)
        new = stored.fingerprint if stored.is_parked else own
        change = self.absorb.change(self.mapping, mapped, new, stored.case)
        return change if self.report.judge(change, stored.case, stored.fingerprint) else None

    def _mapped(self, raw: RawRecord) -> MappedRecord | None:
        """A secret that is not kept is not read again: the receipt made of it stays."""
        mapping = self._secretless if raw.hides_secret else self.mapping
        try:
            mapped = map_record(mapping, raw.values, raw.position, today=self.today)
        except RecordError as error:
            self.report.stopped(error)
            return None
        if mapped.source_case_id != raw.source_case_id:
            self.report.renumbered += 1
            return None
        return mapped
