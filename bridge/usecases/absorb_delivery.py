"""Takes one delivery in: what changed becomes cases, events and pushes in one transaction."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from bridge.domain.case import Case, CaseKey
from bridge.domain.synchronisation import Delivery, ParkedRecord, SourceRecord
from bridge.usecases.ports import CaseChange, Clock, Pseudonyms, Store, Transaction
from bridge.usecases.translate_record import content, identity
from mappings.errors import RecordError, UnmappedStatusError
from mappings.model import MappedRecord, SourceMapping
from mappings.records import map_record, record_id


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What one delivery brought, in records; `ids` are the cases it named."""

    ids: frozenset[str]
    read: int
    changed: int
    parked: int


@dataclass(slots=True)
class _Sorted:
    """The records of a delivery under their ids, and those that cannot be told apart."""

    by_id: dict[str, SourceRecord] = field(default_factory=dict)
    nameless: list[tuple[SourceRecord, RecordError]] = field(default_factory=list)
    doubled: dict[str, SourceRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AbsorbDelivery:
    """Reads the deliveries of any source by its mapping."""

    store: Store
    pseudonyms: Pseudonyms
    clock: Clock

    def __call__(
        self, mapping: SourceMapping, delivery: Delivery, earlier: AbstractSet[str] = frozenset()
    ) -> Absorbed:
        """Absorb a delivery; an unchanged record costs no write.

        `earlier` holds the ids that former batches of the same full picture brought: two records
        under one number are parked, for neither can be believed.
        """
        found = _sort(mapping, delivery, earlier)
        prints = {i: fingerprint(mapping, r.values) for i, r in found.by_id.items() if i not in found.doubled}
        with self.store.begin() as tx:
            known = tx.cases.fingerprints(mapping.source, prints.keys())
            cursor = tx.intake.cursor(mapping.source)
        changed = {i: new for i, new in prints.items() if known.get(i) != new}
        parked = 0
        if changed or found.nameless or found.doubled or cursor != delivery.cursor:
            with self.store.begin() as tx:
                parked = self._write(tx, mapping, found, changed)
                tx.intake.record_delivery(mapping.source, delivery, len(changed), self.clock.now())
                tx.intake.advance(mapping.source, delivery.cursor)
        ids = frozenset(found.by_id)
        return Absorbed(ids, len(delivery.records), len(changed), parked)

    def replay(self, mapping: SourceMapping, parked: Sequence[ParkedRecord]) -> int:
        """Read parked records again, after a mapping was corrected; give how many are still parked."""
        records = {p.source_case_id: SourceRecord(p.position, p.body) for p in parked if p.source_case_id}
        prints = {i: fingerprint(mapping, record.values) for i, record in records.items()}
        with self.store.begin() as tx:
            return self._write(tx, mapping, _Sorted(by_id=records), prints)

    def _write(
        self, tx: Transaction, mapping: SourceMapping, found: _Sorted, changed: Mapping[str, bytes]
    ) -> int:
        now = self.clock.now()
        existing = tx.cases.existing([CaseKey(mapping.source, i) for i in changed])
        changes: list[CaseChange] = []
        parked = [_park(mapping, r, error, now) for r, error in found.nameless]
        parked += [_park(mapping, r, _duplicate(mapping, r, i), now) for i, r in found.doubled.items()]
        for source_case_id, new in changed.items():
            record = found.by_id[source_case_id]
            held = existing.get(CaseKey(mapping.source, source_case_id))
            try:
                mapped = map_record(mapping, record.values, record.position)
            except UnmappedStatusError as error:
                parked.append(_park(mapping, record, error, now))
                mapped = error.without_status
            except RecordError as error:
                parked.append(_park(mapping, record, error, now))
                continue
            changes.append(self._change(mapping, mapped, new, held))
        stopped = {p.source_case_id for p in parked}
        tx.intake.unpark(mapping.source, changed.keys() - stopped)
        tx.intake.park(parked)
        tx.cases.save(changes, existing, now)
        return len(parked)

    def _change(
        self, mapping: SourceMapping, mapped: MappedRecord, new: bytes, held: Case | None
    ) -> CaseChange:
        person = identity(mapped.person) if mapped.person else None
        keys = self.pseudonyms.case_keys(person) if person and person.says_anything else None
        said = content(mapping.source, mapped, mapping.mapping_version, held.content if held else None)
        return CaseChange(said, new, keys)


def fingerprint(mapping: SourceMapping, values: Mapping[str, object]) -> bytes:
    """Give 16 bytes that change with the record, or with the mapping that reads it."""
    text = f"{mapping.mapping_version}\x1e{values!r}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _sort(mapping: SourceMapping, delivery: Delivery, earlier: AbstractSet[str]) -> _Sorted:
    found = _Sorted()
    for record in delivery.records:
        try:
            source_case_id = record_id(mapping, record.values, record.position)
        except RecordError as error:
            found.nameless.append((record, error))
            continue
        seen = source_case_id in found.by_id or source_case_id in earlier
        if seen and delivery.picture is not None:
            found.doubled[source_case_id] = record
        found.by_id[source_case_id] = record
    return found


def _duplicate(mapping: SourceMapping, record: SourceRecord, source_case_id: str) -> RecordError:
    return RecordError(
        file=mapping.file,
        position=record.position,
        source_case_id=source_case_id,
        key="record.id",
        code="record.duplicate",
        problem="two records of this picture bear the same number",
    )


def _park(mapping: SourceMapping, record: SourceRecord, error: RecordError, now: datetime) -> ParkedRecord:
    return ParkedRecord(
        id=f"k_{secrets.token_hex(10)}",
        source=mapping.source,
        source_case_id=error.source_case_id,
        position=record.position,
        cause_code=error.code,
        mapping_key=error.key,
        explanation=str(error),
        parked_at=now,
        body=record.values,
    )
