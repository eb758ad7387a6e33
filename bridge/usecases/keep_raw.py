"""Keeps the raw record behind each case for some days, without the secret of its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.synchronisation import SourceRecord
from bridge.usecases.ports import CaseChange, Clock, RawRecord, Store, Transaction
from bridge.usecases.record_print import under
from mappings.model import SourceMapping

DROPPED_AT_ONCE = 5_000
"""Records of one source a sweep drops at most, so that it never holds the database up."""


@dataclass(frozen=True, slots=True)
class KeepRaw:
    """`days` holds for every source; its own `raw_days` may only lower it, and 0 keeps nothing."""

    days: int

    def __call__(
        self,
        tx: Transaction,
        mapping: SourceMapping,
        written: Sequence[tuple[SourceRecord, CaseChange]],
        now: datetime,
    ) -> None:
        """Keep the record behind each change, in the transaction that writes the change."""
        if self.days_of(mapping) and written:
            kept = [_raw(mapping, record, change) for record, change in written]
            tx.raw_records.keep(mapping.source, kept, now)

    def days_of(self, mapping: SourceMapping | None) -> int:
        """Give for how many days the records of a source are kept; those of no mapping are not."""
        if mapping is None:
            return 0
        return self.days if mapping.raw_days is None else min(self.days, mapping.raw_days)


def _raw(mapping: SourceMapping, record: SourceRecord, change: CaseChange) -> RawRecord:
    rule = mapping.record.receipt_secret
    path = rule.path if rule else ()
    values = {name: value for name, value in record.values.items() if name not in mapping.internal}
    return RawRecord(
        change.content.key.source_case_id,
        record.position,
        _without(values, path) if path else values,
        under(change.fingerprint, mapping.mapping_version),
        hides_secret=bool(path),
    )


def _without(values: Mapping[str, object], path: Sequence[str]) -> Mapping[str, object]:
    """Give a record without one value; nested steps are followed."""
    step, rest = path[0], path[1:]
    inner = values.get(step)
    if rest and isinstance(inner, Mapping):
        return {**values, step: _without(inner, rest)}
    return {name: value for name, value in values.items() if name != step}


@dataclass(frozen=True, slots=True)
class DropRaw:
    """Drops what was kept long enough."""

    store: Store
    mappings: Mapping[str, SourceMapping]
    keep: KeepRaw
    clock: Clock

    def __call__(self) -> int:
        """Give how many records were dropped; what is left waits for the next sweep."""
        with self.store.read() as tx:
            kept = tx.raw_records.sources()
        return sum(self._drop(source) for source in sorted(kept))

    def _drop(self, source: str) -> int:
        days = self.keep.days_of(self.mappings.get(source))
        before = self.clock.now() - timedelta(days=days)
        with self.store.begin() as tx:
            return tx.raw_records.drop(source, before, DROPPED_AT_ONCE)
