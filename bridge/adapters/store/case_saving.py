"""Saves a delivery's cases in a handful of bulk statements, however many cases it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, update

from bridge.adapters.store.audit import note_owners
from bridge.adapters.store.case_changes import report
from bridge.adapters.store.case_rows import event_row_of, row_of
from bridge.adapters.store.person_keys import Owner, keys_of_cases, owners_by_key, refusals_of, sole_owner
from bridge.adapters.store.pushes import open_pushes
from bridge.adapters.store.receipts import keep_receipts, renumber_receipts
from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import case_events, case_person_keys, case_references, cases
from bridge.domain.case import Case, CaseContent, CaseEvent, CaseKey
from bridge.domain.contact import AttachMethod
from bridge.domain.receipt import number_letters
from bridge.domain.synchronisation import CallLane
from bridge.usecases.ports import CaseChange


@dataclass(slots=True, eq=False)
class _Draft:
    """A case between what was stored and what will be."""

    before: Case | None
    after: Case
    fingerprint: bytes
    person_keys: frozenset[str] | None
    receipt: str | None = None
    events: list[CaseEvent] = field(default_factory=list)

    @property
    def moved(self) -> bool:
        """Whether Salesforce has something to learn."""
        return self.before is None or self.after.version > self.before.version

    def names_someone_new(self, stored: Mapping[str, set[str]]) -> bool:
        """Whether the record states a person, and not the one it stated before."""
        return self.person_keys is not None and self.person_keys != stored.get(self.after.id, set())

    def keeps_its_citizen(self, stored: Mapping[str, set[str]]) -> bool:
        """Whether a receipt or an agent gave the case, and the record still names the same person, or nobody.

        What a person proved or decided outlives new keys of the same name, and a record that says less.
        """
        by_hand = self.after.attached_how in {AttachMethod.RECEIPT, AttachMethod.AGENT}
        said = self.person_keys or frozenset()
        return by_hand and (not said or bool(said & stored.get(self.after.id, set())))

    def belongs_to(self, owner: Owner | None, now: datetime) -> bool:
        """Attach the case to its citizen, or take it off when the person it names now is not known.

        Give whether it changed hands.
        """
        if self.after.link_id == (owner.link_id if owner else None):
            return False
        self.after = replace(
            self.after,
            link_id=owner.link_id if owner else None,
            contact_id=owner.contact_id if owner else None,
            contact_withdrawn=owner is None,
            attached_at=now if owner else None,
            attached_how=AttachMethod.PERSON_KEYS if owner else None,
            version=self.after.version if self.moved else self.after.version + 1,
        )
        return True

    def receipt_row(self, secret_hash: str) -> dict[str, Any]:
        """Give the row of the receipt; its number is the first one on the citizen's letter."""
        number = _letter_number(self.after.content)
        return {"case_id": self.after.id, "number": number, "secret_hash": secret_hash}

    @property
    def new_number(self) -> str | None:
        """The number on the letter, when it is not what it was and no secret came with it."""
        if self.before is None or self.receipt:
            return None
        number = _letter_number(self.after.content)
        return number if number != _letter_number(self.before.content) else None


def save_cases(
    connection: Connection,
    changes: Sequence[CaseChange],
    existing: Mapping[CaseKey, Case],
    now: datetime,
    lane: CallLane,
) -> None:
    """Write cases with their references, keys, events and open pushes."""
    drafts = _drafts(changes, existing, now)
    stored = keys_of_cases(connection, [draft.after.id for draft in drafts if draft.before is not None])
    named = [draft for draft in drafts if draft.names_someone_new(stored)]
    free = [draft for draft in named if not draft.keeps_its_citizen(stored)]
    note_owners(connection, _find_citizens(connection, free, now), now)
    _write_cases(connection, drafts)
    _write_references(connection, drafts)
    _write_person_keys(connection, named, stored)
    keep_receipts(connection, [draft.receipt_row(draft.receipt) for draft in drafts if draft.receipt])
    renumber_receipts(connection, {d.after.id: number for d in drafts if (number := d.new_number)})
    _insert(connection, case_events, [event_row_of(event) for draft in drafts for event in draft.events])
    open_pushes(connection, {draft.after.id for draft in drafts if draft.moved}, now, lane)


def _letter_number(content: CaseContent) -> str:
    first = content.references[0].value if content.references else content.key.source_case_id
    return number_letters(first)


def _drafts(changes: Sequence[CaseChange], existing: Mapping[CaseKey, Case], now: datetime) -> list[_Draft]:
    """Give one draft a case; several reports of one case follow each other."""
    drafts: dict[CaseKey, _Draft] = {}
    for change in changes:
        key = change.content.key
        known = drafts.get(key)
        before = known.before if known else existing.get(key)
        reported = report(known.after if known else before, change.content, now)
        events = known.events if known else []
        if reported.event is not None:
            events.append(reported.event)
        receipt = change.receipt or (known.receipt if known else None)
        drafts[key] = _Draft(before, reported.case, change.fingerprint, change.person_keys, receipt, events)
    return sorted(drafts.values(), key=lambda draft: draft.after.id)


def _find_citizens(
    connection: Connection, drafts: Sequence[_Draft], now: datetime
) -> dict[str, Owner | None]:
    """Attach each case to the one active link its keys lead to; with none or several it is nobody's.

    Nor is one that this citizen gave back. Give the cases that changed hands.
    """
    owners = owners_by_key(connection, set().union(*(draft.person_keys or () for draft in drafts)))
    found = {draft: sole_owner(draft.person_keys or (), owners) for draft in drafts}
    known = [draft.after.id for draft, owner in found.items() if owner and draft.before is not None]
    refused = refusals_of(connection, known)
    for draft, owner in found.items():
        if owner and (draft.after.id, owner.link_id) in refused:
            found[draft] = None
    return {draft.after.id: owner for draft, owner in found.items() if draft.belongs_to(owner, now)}


def _write_cases(connection: Connection, drafts: Sequence[_Draft]) -> None:
    new = [draft for draft in drafts if draft.before is None]
    known = [draft for draft in drafts if draft.before is not None]
    _insert(connection, cases, [row_of(draft.after, draft.fingerprint) for draft in new])
    if known:
        rows = [{"_id": draft.after.id, **row_of(draft.after, draft.fingerprint)} for draft in known]
        connection.execute(update(cases).where(cases.c.id == bindparam("_id")), rows)


def _write_references(connection: Connection, drafts: Sequence[_Draft]) -> None:
    new = [d for d in drafts if d.before is None or d.before.content.references != d.after.content.references]
    _delete_of(connection, case_references, [draft.after.id for draft in new if draft.before is not None])
    rows = [
        {
            "case_id": draft.after.id,
            "position": position,
            "value": reference.value,
            "issuer": reference.issuer,
        }
        for draft in new
        for position, reference in enumerate(draft.after.content.references)
    ]
    _insert(connection, case_references, rows)


def _write_person_keys(
    connection: Connection, drafts: Sequence[_Draft], stored: Mapping[str, set[str]]
) -> None:
    _delete_of(connection, case_person_keys, [draft.after.id for draft in drafts if draft.after.id in stored])
    rows = [
        {"case_id": draft.after.id, "key_hash": key} for draft in drafts for key in draft.person_keys or ()
    ]
    _insert(connection, case_person_keys, rows)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _delete_of(connection: Connection, table: Table, case_ids: Collection[str]) -> None:
    for piece in in_pieces(case_ids):
        connection.execute(delete(table).where(table.c.case_id.in_(piece)))
