"""Compares mapping files with the product's vocabulary, and with the fields of the org."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from mappings.errors import MappingError, Problem
from mappings.loader import Location, load_salesforce_file, load_source, opened, packaged
from mappings.model import SourceMapping, Vocabulary
from mappings.procedure_sheets import ProcedureSheet, load_procedure
from mappings.salesforce.model import FieldRule, SalesforceMapping
from mappings.section import Report

_TEXT_TYPES = frozenset({"string", "textarea", "email", "phone", "url"})


def check_files(paths: Sequence[Location], vocabulary: Vocabulary) -> list[str]:
    """Give what is wrong in these files, in all the packaged ones with no path; nothing is contacted."""
    return [str(problem) for path in paths or _packaged_files() for problem in _checked(path, vocabulary)]


def reminders(
    sources: Iterable[SourceMapping], sheets: Mapping[str, ProcedureSheet], today: date
) -> list[str]:
    """Give what is no fault and should be looked at: reviews grown old, procedures nobody described."""
    stale = [sheet for sheet in sheets.values() if sheet.review_is_stale(today)]
    named = {code: source.file for source in sources for code in procedures_of(source)}
    return [
        *(
            f"{sheet.file}: reviewed_on: {sheet.reviewed_on} is more than {sheet.review_months} months ago; "
            "have the law read again"
            for sheet in stale
        ),
        *(
            f"{file}: record.procedure: {code!r} has no file in procedures/: nothing is told of it"
            for code, file in sorted(named.items())
            if code not in sheets
        ),
    ]


def is_procedure(path: Location) -> bool:
    """Whether a file describes a procedure. Raises: MappingError when it cannot be read."""
    return opened(path, Report(path.name)).has("code")


def procedures_of(source: SourceMapping) -> set[str]:
    """Give the codes of procedures a mapping itself writes."""
    rule = source.record.procedure
    written = [rule.constant, rule.if_empty, rule.otherwise, *(rule.table or {}).values()]
    return {code for code in written if code}


def against_describe(mapping: SalesforceMapping, describe: Mapping[str, Any]) -> list[str]:
    """Give what the org lacks for this mapping. `describe` is the answer of /sobjects/{object}/describe."""
    org = {field["name"]: field for field in describe.get("fields", ())}
    return [str(problem) for rule in mapping.fields for problem in _field_problems(mapping, rule, org)]


def _packaged_files() -> Iterator[Location]:
    for directory in ("municipal", "procedures", "salesforce"):
        found = (entry for entry in packaged(directory).iterdir() if entry.name.endswith(".yaml"))
        yield from sorted(found, key=lambda entry: entry.name)


def _checked(path: Location, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    try:
        top = opened(path, Report(path.name))
        if top.has("object"):
            return tuple(_vocabulary_problems(load_salesforce_file(path), vocabulary))
        if top.has("code"):
            load_procedure(path)
        else:
            load_source(path, vocabulary)
    except MappingError as error:
        return error.problems
    return ()


def _vocabulary_problems(mapping: SalesforceMapping, vocabulary: Vocabulary) -> Iterator[Problem]:
    words = {
        "status.phase": vocabulary.phases,
        "status.outcome": vocabulary.outcomes,
        "status.waiting_for": vocabulary.waiting_for,
    }
    for rule in mapping.fields:
        known = words.get(rule.source or "")
        written = frozenset(rule.table or rule.values)
        if known and written != known:
            wrong = ", ".join(sorted(written ^ known))
            yield Problem(
                mapping.file, rule.target, f"must list each word once; differs: {wrong}", _sorted(known)
            )


def _sorted(words: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(map(str, words)))


def _field_problems(
    mapping: SalesforceMapping, rule: FieldRule, org: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    field = org.get(rule.target)
    if field is None:
        yield Problem(mapping.file, rule.target, f"{mapping.object_name} has no such field")
        return
    found = (
        _not_writable(rule, field),
        _too_short(rule, field),
        _no_key(field) if rule.target == mapping.external_id else None,
        _values_missing(rule, field),
    )
    yield from (Problem(mapping.file, rule.target, text) for text in found if text)


def _not_writable(rule: FieldRule, field: Mapping[str, Any]) -> str | None:
    needed = ("createable", "updateable") if rule.owner == "source" else ("createable",)
    lacking = [name for name in needed if not field.get(name)]
    return f"this user cannot write it ({', '.join(lacking)} is false)" if lacking else None


def _too_short(rule: FieldRule, field: Mapping[str, Any]) -> str | None:
    holds = int(field.get("length") or 0)
    if field.get("type") not in _TEXT_TYPES or not holds or rule.value is not None:
        return None
    if rule.max_length is None:
        return f"needs max_length: the field holds {holds} characters"
    return f"holds {holds} characters, {rule.max_length} are needed" if holds < rule.max_length else None


def _no_key(field: Mapping[str, Any]) -> str | None:
    lacking = [name for name in ("externalId", "unique", "caseSensitive") if not field.get(name)]
    return (
        f"must be a unique, case-sensitive external id ({', '.join(lacking)} is false)" if lacking else None
    )


def _values_missing(rule: FieldRule, field: Mapping[str, Any]) -> str | None:
    if field.get("type") != "picklist" or not field.get("restrictedPicklist"):
        return None
    offered = {item["value"] for item in field.get("picklistValues", ()) if item.get("active", True)}
    sent = [rule.value] if rule.value else list((rule.table or {}).values()) or list(rule.values)
    missing = sorted({value for value in sent if value} - offered)
    return f"its picklist lacks: {', '.join(missing)}" if missing else None
