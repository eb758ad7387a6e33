"""Turns what a mapping read into the domain's own values."""

from __future__ import annotations

from bridge.domain.case import CaseContent, CaseKey, Reference
from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision
from bridge.domain.status import (
    OUTCOMES_BY_PHASE,
    CaseStatus,
    DatePrecision,
    Moment,
    NextStep,
    Outcome,
    Phase,
    WaitingFor,
)
from mappings.model import MappedMoment, MappedPerson, MappedRecord, Vocabulary

VOCABULARY = Vocabulary(
    phases=frozenset(Phase),
    outcomes=frozenset(Outcome),
    waiting_for=frozenset(WaitingFor),
    outcomes_by_phase={phase: frozenset(outcomes) for phase, outcomes in OUTCOMES_BY_PHASE.items()},
)


def content(source: str, record: MappedRecord, mapping_version: str, held: CaseContent | None) -> CaseContent:
    """Give the case's content; `held` is its present one, part of which a record may leave as it is.

    Some words keep a final status, and a note of deletion no longer says when the request came in.
    """
    return CaseContent(
        key=CaseKey(source, record.source_case_id),
        procedure=record.procedure,
        title=record.title,
        status=_status(record, mapping_version, held.status if held else None),
        references=tuple(Reference(value, issuer) for value, issuer in record.references),
        received=_moment(record.received) or (held.received if held else None),
        public_note=record.public_note,
        next_step=_next_step(record),
        silence_on=record.silence_on,
    )


def identity(person: MappedPerson) -> PivotIdentity:
    """Give the identity a record states; unknown fields stay None."""
    born = person.birth_date
    return PivotIdentity(
        family_name=person.family_name,
        given_names=tuple(person.given_names),
        birth_date=BirthDate(born, Precision(person.birth_precision or "day")) if born else None,
        gender=Gender(person.gender) if person.gender else None,
        birth_place=person.birth_place,
        birth_country=person.birth_country,
    )


def _status(record: MappedRecord, mapping_version: str, held: CaseStatus | None) -> CaseStatus:
    said = record.status
    kept = held if held and said.keep_final and held.is_final else None
    return CaseStatus(
        phase=kept.phase if kept else Phase(said.phase),
        outcome=kept.outcome if kept else (Outcome(said.outcome) if said.outcome else None),
        waiting_for=kept.waiting_for if kept else WaitingFor(said.waiting_for),
        tacit=kept.tacit if kept else said.tacit,
        since=_moment(said.since),
        legacy_code=said.legacy_code,
        legacy_label=said.legacy_label,
        mapping_version=mapping_version,
    )


def _next_step(record: MappedRecord) -> NextStep | None:
    if record.next_action is None:
        return None
    return NextStep(record.next_action, tuple(record.next_items), record.due_on)


def _moment(mapped: MappedMoment | None) -> Moment | None:
    return Moment(mapped.at, DatePrecision(mapped.precision)) if mapped else None
