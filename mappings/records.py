"""Turns one raw record into what the product understands, by the mapping of its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from mappings.errors import UnmappedStatusError
from mappings.model import MappedPerson, MappedRecord, MappedStatus, PersonRules, SourceMapping
from mappings.reading import SHOWN_LENGTH, RecordReader
from mappings.rules import Meaning

ID_LENGTH = 80
TITLE_LENGTH = 255
LEGACY_CODE_LENGTH = 80
LEGACY_LABEL_LENGTH = 255
NOTE_LENGTH = 4000

_UNKNOWN = Meaning(phase="unknown", outcome=None, waiting_for="unknown")


def record_id(mapping: SourceMapping, values: Mapping[str, object], position: str) -> str:
    """Give the id the source gives a record. Raises: RecordError when there is none, or too long a one."""
    return _identified(RecordReader(mapping, values, position, _today()))


def map_record(
    mapping: SourceMapping, values: Mapping[str, object], position: str, *, today: date | None = None
) -> MappedRecord:
    """Give the record in the product's words.

    Raises: RecordError when a rule cannot read it; UnmappedStatusError, which carries the rest, when only
    its status word is new.
    """
    anonymous = RecordReader(mapping, values, position, today or _today())
    reader = replace(anonymous, source_case_id=_identified(anonymous))
    code = reader.text(mapping.status.code) or ""
    meaning = _meaning(reader, code)
    record = _content(reader, code, meaning or _UNKNOWN)
    if meaning is None:
        raise UnmappedStatusError(
            file=mapping.file,
            position=position,
            key="status.words",
            problem=f"the status word {code[:SHOWN_LENGTH]!r} is not in the table",
            allowed=tuple(mapping.status.words),
            without_status=record,
        )
    return record


def _today() -> date:
    return datetime.now(UTC).date()


def _identified(reader: RecordReader) -> str:
    rule = reader.mapping.record.id
    found = reader.text(rule)
    if not found:
        raise reader.refusal(rule, "record.id_missing", "the record has no number")
    if len(found) > ID_LENGTH:
        raise reader.refusal(rule, "record.id_too_long", f"the number is longer than {ID_LENGTH} characters")
    return found


def _meaning(reader: RecordReader, code: str) -> Meaning | None:
    for meaning in reader.mapping.status.words.get(code, ()):
        if all(reader.holds(test) for test in meaning.tests):
            return meaning
    return None


def _content(reader: RecordReader, code: str, meaning: Meaning) -> MappedRecord:
    rules, following = reader.mapping.record, reader.mapping.next
    waits = meaning.action is not None
    due = following.due_codes is None or code in following.due_codes
    silence = reader.mapping.silence if meaning is not _UNKNOWN else None
    legal = silence is not None and (silence.codes is None or code in silence.codes)
    return MappedRecord(
        source_case_id=reader.source_case_id or "",
        procedure=reader.text(rules.procedure) or "",
        title=(reader.text(rules.title) or "")[:TITLE_LENGTH],
        references=_references(reader),
        received=reader.moment(rules.received),
        status=_status(reader, code, meaning),
        person=_person(reader, rules.person) if rules.person else None,
        public_note=(reader.text(rules.note) or "")[:NOTE_LENGTH] or None,
        next_action=meaning.action,
        next_items=reader.items(following.items) if waits else (),
        due_on=reader.day(following.due_on) if waits and due else None,
        silence_on=reader.day(silence.on) if silence and legal else None,
        receipt_secret=reader.text(rules.receipt_secret),
    )


def _references(reader: RecordReader) -> tuple[tuple[str, str], ...]:
    found = ((reader.text(rule.value), rule.issuer) for rule in reader.mapping.record.references)
    return tuple((value, issuer) for value, issuer in found if value)


def _status(reader: RecordReader, code: str, meaning: Meaning) -> MappedStatus:
    rules = reader.mapping.status
    return MappedStatus(
        phase=meaning.phase,
        outcome=meaning.outcome,
        waiting_for=meaning.waiting_for,
        tacit=meaning.tacit,
        since=reader.moment(meaning.since or rules.since),
        legacy_code=code[:LEGACY_CODE_LENGTH],
        legacy_label=(reader.text(rules.label) or code)[:LEGACY_LABEL_LENGTH],
        keep_final=meaning.keep_final,
        only_known=meaning.only_known,
    )


def _person(reader: RecordReader, rules: PersonRules) -> MappedPerson:
    born = reader.reading(rules.birth_date)
    if rules.birth_date and born and born.at.date() > reader.today:
        raise reader.refusal(rules.birth_date, "record.date", "the value is in the future")
    return MappedPerson(
        family_name=reader.text(rules.family_name),
        given_names=reader.items(rules.given_names),
        birth_date=born.at.date().isoformat() if born else None,
        birth_precision=(born.known if born.known != "minute" else "day") if born else None,
        gender=reader.text(rules.gender),
        birth_place=reader.text(rules.birth_place),
        birth_country=reader.text(rules.birth_country),
    )
