"""Keeps the raw record behind each case for some days, without the secret of its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.synchronisation import SourceRecord
from bridge.usecases.absorb_delivery import PRINT_PURPOSE, without
from bridge.usecases.ports import Clock, Pseudonyms, RawRecord, Store, Transaction
from mappings.model import SourceMapping

DROPPED_AT_ONCE = 5_000
"""Records of one source a sweep drops at most, so that it never holds the database up."""


@dataclass(frozen=True, slots=True)
class KeepRaw:
    """`days` holds for every source; its own `raw_days` may only lower it, and 0 keeps nothing."""

    pseudonyms: Pseudonyms
    days: int

    def __call__(
        self, tx: Transaction, mapping: SourceMapping, records: Mapping[str, SourceRecord], now: datetime
    ) -> None:
        """Keep these records by case id, in the transaction that writes their cases."""
        if self.days_of(mapping) and records:
            kept = [self.raw(mapping, case_id, record) for case_id, record in records.items()]
            tx.raw_records.keep(mapping.source, kept, now)

    def days_of(self, mapping: SourceMapping | None) -> int:
        """Give for how many days the records of a source are kept; those of no mapping are not."""
        if mapping is None:
            return 0
        return self.days if mapping.raw_days is None else min(self.days, mapping.raw_days)

    def raw(self, mapping: SourceMapping, source_case_id: str, record: SourceRecord) -> RawRecord:
        """Give what is kept of a record: of the receipt's secret, the keyed hash alone."""
        rule = mapping.record.receipt_secret
        if rule is None or not rule.path:
            return RawRecord(source_case_id, record.position, record.values)
        bare, secret = without(record.values, rule.path)
        hidden = self.pseudonyms.secret(PRINT_PURPOSE, repr(secret))
        return RawRecord(source_case_id, record.position, bare, hidden)


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
