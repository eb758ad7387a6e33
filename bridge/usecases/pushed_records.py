"""Tells the news of a pushed delivery from what is older than what we know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.domain.case import CaseKey
from bridge.domain.inbox import PushedDelivery
from bridge.domain.synchronisation import SourceRecord
from bridge.usecases.ports import Transaction
from mappings.errors import RecordError
from mappings.model import SourceMapping
from mappings.order import record_order
from mappings.records import record_id


@dataclass(slots=True)
class Pushed:
    """The records of a delivery: news in waves that name each case once, and what is past.

    `newest` says how far each case is told after it.
    """

    waves: list[tuple[SourceRecord, ...]] = field(default_factory=list)
    past: list[SourceRecord] = field(default_factory=list)
    newest: dict[str, int] = field(default_factory=dict)


def sort_pushed(
    tx: Transaction,
    mapping: SourceMapping,
    delivery: PushedDelivery,
    records: Sequence[Mapping[str, object]],
) -> Pushed:
    """Give the records sorted. Raises: RecordError when one does not say where it stands."""
    pushed = Pushed(newest=tx.inbox.newest(mapping.source, delivery.cases))
    overtaken = _overtaken(tx, delivery)
    by_case: defaultdict[str, list[tuple[int | None, SourceRecord]]] = defaultdict(list)
    for number, values in enumerate(records):
        record = SourceRecord(f"{delivery.id} records[{number}]", values)
        case = _case_of(mapping, record)
        # A nameless record stops at the place it stands at, whatever its order.
        order = record_order(mapping, values, record.position) if case else None
        by_case[case or f" {record.position}"].append((order, record))
    for case, entries in by_case.items():
        # A stable sort: what is of one moment stays as it came.
        entries.sort(key=lambda entry: entry[0] or 0)
        _place(pushed, case, entries, is_overtaken=case in overtaken)
    return pushed


def _place(
    pushed: Pushed, case: str, entries: list[tuple[int | None, SourceRecord]], *, is_overtaken: bool
) -> None:
    wave = 0
    for order, record in entries:
        held = pushed.newest.get(case)
        if is_overtaken or (order is not None and held is not None and order < held):
            pushed.past.append(record)
            continue
        if order is not None:
            pushed.newest[case] = order
        if wave == len(pushed.waves):
            pushed.waves.append(())
        pushed.waves[wave] = (*pushed.waves[wave], record)
        wave += 1


def _overtaken(tx: Transaction, delivery: PushedDelivery) -> set[str]:
    """Give the cases told of anew while the delivery was parked; by hand it comes too late for them."""
    if delivery.parked_at is None:
        return set()
    held = tx.cases.existing([CaseKey(delivery.source, case) for case in delivery.cases])
    return {key.source_case_id for key, case in held.items() if case.observed_at > delivery.parked_at}


def _case_of(mapping: SourceMapping, record: SourceRecord) -> str | None:
    try:
        return record_id(mapping, record.values, record.position)
    except RecordError:
        return None
