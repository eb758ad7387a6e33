"""Takes one delivery in: what changed becomes cases, events and pushes in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime

from bridge.domain.case import Case, CaseKey
from bridge.domain.receipt import secret_letters
from bridge.domain.synchronisation import Delivery, ParkedRecord, SourceRecord
from bridge.usecases.check_receipt import RECEIPT_PURPOSE
from bridge.usecases.ports import CaseChange, Clock, Pseudonyms, Store, Transaction
from bridge.usecases.record_print import RecordPrints
from bridge.usecases.translate_record import content, identity
from mappings.errors import RecordError, UnmappedStatusError
from mappings.model import MappedRecord, SourceMapping
from mappings.records import map_record, record_id

_DUPLICATE = "record.duplicate"
_UNREAD = b""
"""The print of no record, so that the next one is read whatever it says."""


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What one delivery brought, in records; `ids` are the cases it named.

    `nameless` are the places of the records without an id. A record whose status word is new counts twice:
    its case changed, and it is parked.
    """

    ids: frozenset[str]
    nameless: frozenset[str]
    read: int
    changed: int
    unchanged: int
    parked: int


@dataclass(slots=True)
class _Sorted:
    """The records of a delivery under their ids, and those that cannot be told apart."""

    by_id: dict[str, SourceRecord] = field(default_factory=dict)
    nameless: list[tuple[SourceRecord, RecordError]] = field(default_factory=list)
    doubled: dict[str, list[SourceRecord]] = field(default_factory=dict)

    @property
    def unusable(self) -> int:
        """How many records stop before any rule reads them."""
        return len(self.nameless) + sum(map(len, self.doubled.values()))


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
        print_of = self.prints(mapping).of
        prints = {i: print_of(r.values) for i, r in found.by_id.items() if i not in found.doubled}
        with self.store.read() as tx:
            known = tx.cases.fingerprints(mapping.source, prints.keys())
            cursor = tx.intake.cursor(mapping.source)
        changed = {i: new for i, new in prints.items() if known.get(i) != new}
        saved = stopped = 0
        if changed or found.unusable or cursor != delivery.cursor:
            with self.store.begin() as tx:
                saved, stopped = self._write(tx, mapping, found, changed)
                tx.intake.record_delivery(mapping.source, delivery, saved, self.clock.now())
                tx.intake.advance(mapping.source, delivery.cursor)
        read = len(delivery.records)
        return Absorbed(
            ids=frozenset(found.by_id),
            nameless=frozenset(record.position for record, _error in found.nameless),
            read=read,
            changed=saved,
            unchanged=read - len(changed) - found.unusable,
            parked=stopped + found.unusable,
        )

    def replay(self, mapping: SourceMapping, parked: Sequence[ParkedRecord]) -> int:
        """Read parked records again, after a mapping was corrected; give how many are still parked.

        Two records under one number wait for the source to correct them: no mapping can.
        """
        own = [p for p in parked if p.cause_code != _DUPLICATE]
        records = tuple(SourceRecord(p.position, p.body) for p in own)
        found = _sort(mapping, Delivery("replay", records, None), frozenset())
        print_of = self.prints(mapping).of
        prints = {i: print_of(record.values) for i, record in found.by_id.items()}
        named = {record.position for record in found.by_id.values()}
        with self.store.begin() as tx:
            tx.intake.forget_parked([p.id for p in own if not p.source_case_id and p.position in named])
            _saved, stopped = self._write(tx, mapping, found, prints)
        return stopped + found.unusable + len(parked) - len(own)

    def prints(self, mapping: SourceMapping) -> RecordPrints:
        """Give what tells a record of this mapping from a changed one."""
        return RecordPrints(mapping, self.pseudonyms)

    def _write(
        self, tx: Transaction, mapping: SourceMapping, found: _Sorted, changed: Mapping[str, bytes]
    ) -> tuple[int, int]:
        """Save what can be read, park the rest; give how many cases changed and how many records stopped."""
        now = self.clock.now()
        keys = {i: CaseKey(mapping.source, i) for i in changed.keys() | found.doubled.keys()}
        existing = tx.cases.existing(keys.values())
        changes: list[CaseChange] = []
        # A record that stops keeps the case as it was, under a print that tells when it is mended.
        kept = [_kept(existing[keys[i]], _UNREAD) for i in found.doubled if keys[i] in existing]
        parked: list[ParkedRecord] = []
        for source_case_id, new in changed.items():
            record, held = found.by_id[source_case_id], existing.get(keys[source_case_id])
            mapped, error = _mapped(mapping, record, now.date())
            if error:
                parked.append(_park(mapping, record, error, now))
            if mapped and mapped.status.only_known and not held:
                continue
            if mapped:
                changes.append(self._change(mapping, mapped, new, held))
            elif held:
                kept.append(_kept(held, new))
        tx.intake.unpark(mapping.source, changed.keys() - {p.source_case_id for p in parked})
        tx.intake.park([*parked, *_unusable(mapping, found, now)])
        tx.cases.save([*changes, *kept], existing, now)
        return len(changes), len(parked)

    def _change(
        self, mapping: SourceMapping, mapped: MappedRecord, new: bytes, held: Case | None
    ) -> CaseChange:
        person = identity(mapped.person) if mapped.person else None
        keys = self.pseudonyms.case_keys(person) if person and person.says_anything else None
        said = content(mapping.source, mapped, mapping.mapping_version, held.content if held else None)
        secret = secret_letters(mapped.receipt_secret or "")
        receipt = self.pseudonyms.secret(RECEIPT_PURPOSE, said.key.external_id, secret) if secret else None
        return CaseChange(said, new, keys, receipt)


def _mapped(
    mapping: SourceMapping, record: SourceRecord, today: date
) -> tuple[MappedRecord | None, RecordError | None]:
    """Give what can be read of a record, and what stops it; both when only its status word is new."""
    try:
        return map_record(mapping, record.values, record.position, today=today), None
    except UnmappedStatusError as error:
        return error.without_status, error
    except RecordError as error:
        return None, error


def _kept(held: Case, new: bytes) -> CaseChange:
    return CaseChange(held.content, new, person_keys=None)


def _sort(mapping: SourceMapping, delivery: Delivery, earlier: AbstractSet[str]) -> _Sorted:
    found = _Sorted()
    for record in delivery.records:
        try:
            source_case_id = record_id(mapping, record.values, record.position)
        except RecordError as error:
            found.nameless.append((record, error))
            continue
        first = found.by_id.get(source_case_id)
        if delivery.picture is not None and (first or source_case_id in earlier):
            known = found.doubled.setdefault(source_case_id, [first] if first else [])
            known.append(record)
        found.by_id[source_case_id] = record
    return found


def _unusable(mapping: SourceMapping, found: _Sorted, now: datetime) -> list[ParkedRecord]:
    """Park what has no number, and once what shares one, under every place it stands at."""
    parked = [_park(mapping, record, error, now) for record, error in found.nameless]
    for source_case_id, records in found.doubled.items():
        places = SourceRecord(", ".join(record.position for record in records), records[-1].values)
        parked.append(_park(mapping, places, _duplicate(mapping, places, source_case_id), now))
    return parked


def _duplicate(mapping: SourceMapping, record: SourceRecord, source_case_id: str) -> RecordError:
    return RecordError(
        file=mapping.file,
        position=record.position,
        source_case_id=source_case_id,
        key="record.id",
        code=_DUPLICATE,
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
