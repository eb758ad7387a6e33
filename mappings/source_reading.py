"""Reads a whole source file, section by section."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from mappings.model import (
    ABSENCES,
    GENDERS,
    TRANSPORTS,
    Absence,
    NextRules,
    PersonRules,
    RecordRules,
    ReferenceRule,
    SilenceRules,
    SourceMapping,
    Vocabulary,
)
from mappings.rule_reading import RuleReader
from mappings.section import Section, kind
from mappings.status_reading import StatusReader

LANGUAGES = ("fr", "en")
SOURCE_LENGTH = 32
ORG_NAME = "salesforce"
"""The org has a row of this name beside those of the sources."""
WEEK_MINUTES = 7 * 24 * 60


def read_source(top: Section, vocabulary: Vocabulary, file: str) -> SourceMapping:
    """Give the mapping; what is wrong goes to the section's report, which the caller settles."""
    transport, columns = _transport(top)
    rules = RuleReader(frozenset(top.texts("internal")), columns)
    status = StatusReader(rules, vocabulary).read(top.section("status"))
    codes = frozenset(status.words)
    every_minutes = int(top.number("every_minutes", 1, WEEK_MINUTES))
    mapping = SourceMapping(
        source=_name(top),
        version=int(top.number("version", 1, 1_000_000)),
        title=_wording(top, "title"),
        service=_wording(top, "service"),
        contact=_contact(top),
        sector=top.text("sector"),
        timezone=_timezone(top),
        every_minutes=every_minutes,
        poll_minutes=_poll_minutes(top, every_minutes),
        absence=_absence(top),
        minimum_share=top.number("minimum_share", 0, 1, whole=False) if top.has("minimum_share") else 0.0,
        transport=transport,
        record=_record(top.section("record"), rules),
        status=status,
        next=_next(top, rules, codes),
        silence=_silence(top, rules, codes),
        file=file,
    )
    if mapping.absence != "unchanged" and not mapping.minimum_share:
        problem = f"is missing: absence {mapping.absence!r} needs a number above 0 and up to 1"
        top.add("minimum_share", problem)
    if transport.get("picture") == "delta" and mapping.absence != "unchanged":
        top.add("absence", "must be unchanged: a delta says nothing of what it leaves out", ["unchanged"])
    top.close()
    return mapping


def _name(top: Section) -> str:
    name = top.text("source")
    plain = name.isascii() and name.replace("-", "").isalnum() and name == name.lower()
    if name and not (plain and len(name) <= SOURCE_LENGTH):
        top.add(
            "source", f"must be at most {SOURCE_LENGTH} lower-case letters, digits and -, not {kind(name)}"
        )
    if name == ORG_NAME:
        top.add("source", f"{name!r} is how the product names the org; give the source another name")
    return name


def _wording(top: Section, name: str) -> dict[str, str]:
    section = top.section(name)
    wording = {language: section.text(language) for language in LANGUAGES}
    section.close()
    return wording


def _contact(top: Section) -> dict[str, str]:
    if not top.has("contact"):
        return {}
    section = top.section("contact")
    written = {name: section.text_or(name) for name in ("phone", "email", "url")}
    if not (written["url"] or "https://").startswith("https://"):
        section.add("url", "must begin with https://")
    section.close()
    return {name: text for name, text in written.items() if text}


def _timezone(top: Section) -> str:
    name = top.text("timezone")
    try:
        ZoneInfo(name or "UTC")
    except (ValueError, OSError, KeyError):
        top.add("timezone", f"{name!r} is no time zone", ["Europe/Paris", "another name of the IANA list"])
    return name


def _absence(top: Section) -> Absence:
    written = top.text("absence", allowed=ABSENCES)
    return next((absence for absence in ABSENCES if absence == written), "unchanged")


def _poll_minutes(top: Section, every_minutes: int) -> int:
    return int(top.number("poll_minutes", 1, every_minutes)) if top.has("poll_minutes") else every_minutes


def _transport(top: Section) -> tuple[dict[str, object], tuple[str, ...]]:
    """Give the options as written, and the columns the source is limited to."""
    section = top.section("transport")
    section.text("kind", allowed=TRANSPORTS)
    columns = section.texts("columns")
    return {name: section.raw(name) for name in section.names()}, columns


def _record(section: Section, rules: RuleReader) -> RecordRules:
    record = RecordRules(
        id=replace(rules.needed(section, "id"), required=False),
        procedure=rules.needed(section, "procedure"),
        title=rules.needed(section, "title"),
        references=_references(section, rules),
        received=rules.moment(section, "received"),
        note=rules.text(section, "note"),
        receipt_secret=rules.text(section, "receipt_secret"),
        person=_person(section.section("person"), rules) if section.has("person") else None,
    )
    section.close()
    return record


def _references(section: Section, rules: RuleReader) -> tuple[ReferenceRule, ...]:
    if not section.has("references"):
        return ()
    items = section.raw("references")
    if not isinstance(items, list):
        section.add("references", f"must be a list, not {kind(items)}")
        return ()
    path = section.path("references")
    each = [Section(section.report, f"{path}[{number}]", item) for number, item in enumerate(items)]
    return tuple(_reference(item, rules) for item in each)


def _reference(section: Section, rules: RuleReader) -> ReferenceRule:
    if not section.has("number"):
        section.add("number", "is missing")
    value = rules.text(section, "number") or rules.needed(section, "number")
    reference = ReferenceRule(value, section.text("issuer"))
    section.close()
    return reference


def _person(section: Section, rules: RuleReader) -> PersonRules:
    person = PersonRules(
        family_name=rules.text(section, "family_name"),
        given_names=rules.items(section, "given_names"),
        birth_date=rules.birth(section, "birth_date"),
        gender=rules.word(section, "gender", GENDERS),
        birth_place=rules.text(section, "birth_place"),
        birth_country=rules.text(section, "birth_country"),
    )
    section.close()
    return person


def _next(top: Section, rules: RuleReader, codes: frozenset[str]) -> NextRules:
    if not top.has("next"):
        return NextRules()
    section = top.section("next")
    found = NextRules(
        items=rules.items(section, "items"),
        due_on=rules.moment(section, "due_on"),
        due_codes=_limited(section, "due_only_for", codes),
    )
    section.close()
    return found


def _silence(top: Section, rules: RuleReader, codes: frozenset[str]) -> SilenceRules | None:
    if not top.has("silence"):
        return None
    section = top.section("silence")
    on = rules.moment(section, "on")
    if on is None:
        section.add("on", "is missing")
    found = SilenceRules(on, _limited(section, "only_for", codes)) if on else None
    section.close()
    return found


def _limited(section: Section, name: str, codes: frozenset[str]) -> frozenset[str] | None:
    return frozenset(section.texts(name, allowed=codes)) if section.has(name) else None
