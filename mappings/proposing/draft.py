"""Writes the draft of a mapping: what the sample shows is filled in, the rest is a marked gap."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date

from mappings.gaps import GAP
from mappings.proposing.roles import is_internal, roles
from mappings.proposing.sample_facts import ColumnFacts, SampleFacts

_HOLE = json.dumps(GAP)
_GENDERS = {"M": "male", "H": "male", "1": "male", "MR": "male", "MONSIEUR": "male"}
_GENDERS |= {"F": "female", "2": "female", "MME": "female", "MADAME": "female"}
_PERSON = "record.person."


def draft(source: str, sample: SampleFacts, transport: Mapping[str, object], today: date) -> str:
    """Give the YAML of a draft. It holds names of columns, words of vocabularies, and nobody's data."""
    found = roles(sample)
    read = [column for column in sample.columns if column in found.values()]
    lines = [
        f"# Brouillon d'après {sample.records} enregistrements. Remplissez chaque {GAP} avant tout.",
        f"# Draft from {sample.records} records. Fill in each {GAP}: nothing goes live before.",
        f"source: {source}",
        "version: 1",
        f"title: {{fr: {_HOLE}, en: {_HOLE}}}",
        f"service: {{fr: {_HOLE}, en: {_HOLE}}}  # après « Nouvelles du service » / who decides",
        f"sector: {_HOLE}",
        "timezone: Europe/Paris",
        f"every_minutes: {_HOLE}  # 1440 = une fois par jour / once a day",
        f"absence: {_HOLE}  # gone = un fichier complet / a full file; unchanged; unknown",
        "minimum_share: 0.8",
        *_transport(transport, read),
        *_internal(sample),
        *_unread(sample, read),
        "",
        "record:",
        *_record(found, today),
        "",
        *_status(found, today),
        *_next(found, today),
    ]
    return "\n".join(lines) + "\n"


def _transport(transport: Mapping[str, object], read: list[ColumnFacts]) -> Iterator[str]:
    yield "transport:"
    for name, value in transport.items():
        if name != "columns":
            yield f"  {name}: {_written(value)}"
    if "columns" in transport:
        yield "  # Seules ces colonnes sont lues / the only columns read"
        yield "  columns:"
        yield from (f"    - {_written(name)}" for name in dict.fromkeys(column.path[0] for column in read))


def _internal(sample: SampleFacts) -> Iterator[str]:
    names = [column.path[-1] for column in sample.columns if is_internal(column)]
    if names:
        yield f"internal: [{', '.join(map(_written, names))}]"


def _unread(sample: SampleFacts, read: list[ColumnFacts]) -> Iterator[str]:
    """Name the columns nobody reads, with how varied they are: one of them may be what is missing."""
    rest = [c for c in sample.columns if c not in read and not is_internal(c)]
    if rest:
        yield "# Non lues / not read (distinct values):"
        yield from (f"#   {' › '.join(c.path)} ({'list' if c.is_list else len(c.texts)})" for c in rest)


def _record(found: Mapping[str, ColumnFacts], today: date) -> Iterator[str]:
    number = _field(found.get("record.id"))
    yield f"  id: {{field: {number}, transform: collapse_spaces}}"
    yield "  references:"
    yield f"    - {{number: {{field: {number}, transform: collapse_spaces}}, issuer: {_HOLE}}}"
    yield from _title(found.get("record.title"))
    yield from _procedure(found.get("record.procedure"))
    yield from _dated("received", found.get("record.received"), today, "  ")
    for name in ("note", "receipt_secret"):
        if column := found.get(f"record.{name}"):
            yield f"  {name}: {_field(column)}"
    if any(role.startswith(_PERSON) for role in found):
        yield "  person:"
        yield from _person(found, today)


def _title(column: ColumnFacts | None) -> Iterator[str]:
    if column is None:
        yield f"  title: {{value: {_HOLE}}}"
    else:
        yield f"  title: {{field: {_field(column)}, transform: collapse_spaces, if_empty: {_HOLE}}}"


def _procedure(column: ColumnFacts | None) -> Iterator[str]:
    if column is None or not column.vocabulary:
        yield f"  procedure: {{value: {_HOLE}}}"
        return
    yield "  procedure:"
    yield f"    field: {_field(column)}"
    yield "    table:"
    yield from (f"      {_quoted(word)}: {_HOLE}  # {count} ×" for word, count in column.vocabulary.items())
    yield from _seen_once(column, "      ")


def _person(found: Mapping[str, ColumnFacts], today: date) -> Iterator[str]:
    for name in ("family_name", "birth_place", "birth_country"):
        if column := found.get(_PERSON + name):
            transform = "collapse_spaces" if name == "family_name" else "cog_code"
            yield f"    {name}: {{field: {_field(column)}, transform: {transform}}}"
    if column := found.get(f"{_PERSON}given_names"):
        yield f"    given_names: {{field: {_field(column)}, split: {_separator(column)}}}"
    yield from _dated("birth_date", found.get(f"{_PERSON}birth_date"), today, "    ", partial=True)
    if column := found.get(f"{_PERSON}gender"):
        yield f"    gender: {{field: {_field(column)}, table: {{{_gender_table(column)}}}, otherwise: null}}"


def _separator(column: ColumnFacts) -> str:
    """A comma where one is used; spaces alone cut composed names in two, so a person decides."""
    return "comma" if any("," in text for text in column.texts) else _HOLE


def _gender_table(column: ColumnFacts) -> str:
    known = [word for word in column.vocabulary if word.upper().rstrip(".") in _GENDERS]
    lines = [f"{_quoted(word)}: {_GENDERS[word.upper().rstrip('.')]}" for word in known]
    return ", ".join(lines) or f"{_HOLE}: {_HOLE}"


def _status(found: Mapping[str, ColumnFacts], today: date) -> Iterator[str]:
    code = found.get("status.code")
    yield "status:"
    yield f"  code: {_field(code)}"
    if label := found.get("status.label"):
        yield f"  label: {_field(label)}"
    yield from _dated("since", found.get("status.since"), today, "  ")
    yield "  words:"
    yield "    # Demandez au service ce que chaque mot veut dire pour l'usager ; ôtez ce que nul n'explique."
    yield "    # Ask the service what each word means for the citizen; leave out those nobody can explain."
    yield "    # decided et closed demandent aussi outcome / decided and closed want an outcome too."
    words = (code.vocabulary if code else {}) or {GAP: 0}
    yield from (
        f"    {_quoted(word)}: {{phase: {_HOLE}, waiting_for: {_HOLE}}}  # {count} ×"
        for word, count in words.items()
    )
    if code:
        yield from _seen_once(code, "    ")


def _seen_once(column: ColumnFacts, indent: str) -> Iterator[str]:
    """Words seen once are counted, not written: nobody knows yet that they are words."""
    if column.seen_once:
        count = column.seen_once
        yield f"{indent}# + {count} vu(s) une seule fois, non écrit(s) / seen once, not written"


def _next(found: Mapping[str, ColumnFacts], today: date) -> Iterator[str]:
    items, due = found.get("next.items"), found.get("next.due_on")
    if items or due:
        yield ""
        yield "next:"
    if items:
        yield f"  items: {{field: {_field(items)}, split: [semicolon, line]}}"
    if due:
        yield from _dated("due_on", due, today, "  ")
        yield f"  due_only_for: [{_HOLE}]  # où cette date est celle de l'usager / the citizen's date"


def _dated(
    name: str, column: ColumnFacts | None, today: date, indent: str, *, partial: bool = False
) -> Iterator[str]:
    if column is None:
        return
    form = column.date_format(today, partial=partial)
    empty = f", empty_if: [{', '.join(map(_quoted, column.no_dates))}]" if column.no_dates else ""
    near = "" if form else _nearest(column, today, partial=partial)
    yield f"{indent}{name}: {{field: {_field(column)}, date: {form or _HOLE}{empty}}}{near}"


def _nearest(column: ColumnFacts, today: date, *, partial: bool) -> str:
    """Say which format reads most of the dates: the others are for the service to correct."""
    name, read = max(column.formats(today, partial=partial).items(), key=lambda item: item[1])
    return f"  # {name}: {read} / {len(column.texts)}" if read else ""


def _field(column: ColumnFacts | None) -> str:
    if column is None:
        return _HOLE
    if len(column.path) == 1:
        return _written(column.path[0])
    return f"[{', '.join(map(_written, column.path))}]"


def _written(value: object) -> str:
    text = str(value)
    plain = (
        isinstance(value, str) and text.isascii() and text.replace("_", "").isalnum() and text[0].isalpha()
    )
    if plain or (isinstance(value, str) and text.startswith("env:")):
        return text
    return json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
