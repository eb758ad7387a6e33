"""Lays a raw record beside what its mapping makes of it, rule by rule, for a person to compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from zoneinfo import ZoneInfo

from mappings.errors import RecordError, UnmappedStatusError
from mappings.masking import masked
from mappings.model import MappedMoment, MappedRecord, SourceMapping
from mappings.records import map_record
from mappings.rules import Rule

_FREE_TEXTS = ("record.title", "record.note", "next.items")
"""Where somebody writes sentences, which may name anybody."""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: what it gave, None for nothing, beside the columns it read.

    An `is_private` one may name a person.
    """

    key: str
    mapped: str | None
    raw: tuple[tuple[str, str], ...]
    is_private: bool

    def hidden(self) -> Line:
        """Give the line with the shape alone of what may name a person."""
        if not self.is_private:
            return self
        raw = tuple((column, masked(text)) for column, text in self.raw)
        return Line(self.key, None if self.mapped is None else masked(self.mapped), raw, is_private=True)


@dataclass(frozen=True, slots=True)
class Trial:
    """One record tried. `error` says where it stops; `unread` names the columns no rule reads."""

    position: str
    source_case_id: str | None
    lines: tuple[Line, ...]
    unread: tuple[str, ...]
    error: RecordError | None


def try_record(mapping: SourceMapping, values: Mapping[str, object], position: str, today: date) -> Trial:
    """Give what the mapping makes of a record; a record it cannot read is a result too."""
    record, error = _read(mapping, values, position, today)
    rules = dict(_rules(mapping, record))
    shown = (
        rules if record else {key: rule for key, rule in rules.items() if error and _is_at(key, error.key)}
    )
    zone = ZoneInfo(mapping.timezone)
    lines = tuple(_line(key, rule, _given(key, record, zone), values) for key, rule in shown.items())
    columns = {rule.path[0] for found in (*rules.values(), _of_words(mapping)) for rule in found if rule.path}
    unread = tuple(sorted(name for name in values if name not in columns))
    case_id = record.source_case_id if record else error.source_case_id if error else None
    return Trial(position, case_id, lines, unread, error)


def _read(
    mapping: SourceMapping, values: Mapping[str, object], position: str, today: date
) -> tuple[MappedRecord | None, RecordError | None]:
    try:
        return map_record(mapping, values, position, today=today), None
    except UnmappedStatusError as error:
        return error.without_status, error
    except RecordError as error:
        return None, error


def _rules(mapping: SourceMapping, record: MappedRecord | None) -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """Give each key of the file that reads something, with its rules."""
    read, status, following = mapping.record, mapping.status, mapping.next
    yield "record.id", (read.id,)
    yield "record.references", tuple(reference.value for reference in read.references)
    named = {"procedure": read.procedure, "title": read.title, "received": read.received, "note": read.note}
    yield from ((f"record.{name}", (rule,)) for name, rule in named.items() if rule)
    meanings = status.words.get(record.status.legacy_code, ()) if record else ()
    yield "status", (status.code, *(test.value for meaning in meanings for test in meaning.tests))
    yield "status.waiting_for", ()
    since = tuple(meaning.since for meaning in meanings if meaning.since)
    yield "status.since", since or ((status.since,) if status.since else ())
    named = {"status.label": status.label, "next.items": following.items, "next.due_on": following.due_on}
    named["silence.on"] = mapping.silence.on if mapping.silence else None
    named["record.receipt_secret"] = read.receipt_secret
    yield from ((name, (rule,)) for name, rule in named.items() if rule)
    for part in fields(read.person) if read.person else ():
        rule: Rule | None = getattr(read.person, part.name)
        if rule:
            yield f"record.person.{part.name}", (rule,)


def _of_words(mapping: SourceMapping) -> tuple[Rule, ...]:
    """Give what other status words than the record's would have read."""
    meanings = [meaning for found in mapping.status.words.values() for meaning in found]
    tests = (test.value for meaning in meanings for test in meaning.tests)
    return (*tests, *(m.since for m in meanings if m.since), *filter(None, [mapping.status.since]))


def _line(key: str, rules: tuple[Rule, ...], mapped: str | None, values: Mapping[str, object]) -> Line:
    raw = tuple((" › ".join(rule.path), _raw(values, rule)) for rule in rules if rule.path)
    free = key in _FREE_TEXTS and any(rule.path and rule.table is None for rule in rules)
    return Line(key, mapped, raw, is_private=free or any(rule.is_personal for rule in rules))


def _raw(values: Mapping[str, object], rule: Rule) -> str:
    found: object = values
    for step in rule.path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return "" if found is None else str(found)


def _is_at(key: str, fault: str) -> bool:
    """Whether this is the rule a record stops at, or what tells the record."""
    if key == "status":
        return fault.startswith(("status.code", "status.words"))
    return key in {"record.id", fault} or fault.startswith(f"{key}[")


def _given(key: str, record: MappedRecord | None, zone: ZoneInfo) -> str | None:
    if record is None:
        return None
    status, person = record.status, record.person
    said = (status.phase, status.outcome, "tacit" if status.tacit else None, record.next_action)
    if key.startswith("record.person.") and person:
        name = key.rpartition(".")[2]
        given = getattr(person, name)
        return " · ".join(given) if isinstance(given, tuple) else given
    told = {
        "record.id": record.source_case_id,
        "record.references": " · ".join(f"{number} ({issuer})" for number, issuer in record.references),
        "record.procedure": record.procedure,
        "record.title": record.title,
        "record.received": _moment(record.received, zone),
        "record.note": record.public_note,
        "record.receipt_secret": record.receipt_secret,
        "status": " · ".join(filter(None, said)),
        "status.waiting_for": status.waiting_for,
        "status.since": _moment(status.since, zone),
        "status.label": status.legacy_label,
        "next.items": " · ".join(record.next_items),
        "next.due_on": record.due_on and record.due_on.isoformat(),
        "silence.on": record.silence_on and record.silence_on.isoformat(),
    }
    return told[key] or None


def _moment(moment: MappedMoment | None, zone: ZoneInfo) -> str | None:
    """A day as such, an instant in the source's own time."""
    if moment is None:
        return None
    local = moment.at.astimezone(zone)
    return f"{local:%Y-%m-%d}" if moment.precision == "day" else f"{local:%Y-%m-%d %H:%M %z}"
