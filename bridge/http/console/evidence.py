"""The evidence of a doubt as a table: one line a field, one column a Contact, each difference in a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bridge.domain.contact import CertifiedPerson
from bridge.domain.doubt_words import reason_words
from bridge.domain.identity import FRANCE, BirthDate, Gender, PivotIdentity, Precision, comparison_key
from bridge.domain.matching import Field, Likeness
from bridge.domain.review import Question, ReviewDecision
from bridge.domain.review_choices import CHOICES, needs_contact
from bridge.http.console.words import FIELDS, LIKENESS, decision_words
from bridge.http.dates_in_words import day_in_words
from bridge.usecases.read_review import Candidate, Evidence

_GENDERS = {Gender.FEMALE: "femme", Gender.MALE: "homme", Gender.UNSPECIFIED: "non précisé"}
_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a Contact says of one field, and how that compares; no word where nothing can be compared."""

    value: str
    sign: str = ""
    word: str = ""
    differs: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One field across the table."""

    label: str
    certified: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to decide; `value` is what the form sends."""

    value: str
    label: str
    consequence: str


def lines_of(evidence: Evidence) -> tuple[Line, ...]:
    """Give the six certified fields, the usual name, and the name the Contact is filed under."""
    person = evidence.person
    certified = values_of(person.identity) if person else dict.fromkeys(Field, _NOTHING)
    fields = (
        Line(
            label,
            certified[field],
            tuple(_cell(candidate, field, certified[field]) for candidate in evidence.candidates),
        )
        for field, label in FIELDS.items()
    )
    usual = (person.usage_name if person else None) or _NOTHING
    return (
        *fields,
        Line(
            "Nom d’usage", usual, tuple(_usual_name(candidate, person) for candidate in evidence.candidates)
        ),
        Line("Nom sur la fiche", _NOTHING, tuple(Cell(_filed(each)) for each in evidence.candidates)),
    )


def options_of(evidence: Evidence) -> tuple[Option, ...]:
    """Give every decision this doubt allows, one for each Contact or question where it names one."""
    return tuple(_options(evidence))


def values_of(identity: PivotIdentity) -> dict[Field, str]:
    """Give the six fields in words."""
    return {
        Field.BIRTH_NAME: identity.family_name or _NOTHING,
        Field.GIVEN_NAMES: ", ".join(identity.given_names) or _NOTHING,
        Field.BIRTH_DATE: _born(identity.birth_date),
        Field.GENDER: _GENDERS[identity.gender] if identity.gender else _NOTHING,
        Field.BIRTH_PLACE: f"commune {identity.birth_place}" if identity.birth_place else _NOTHING,
        Field.BIRTH_COUNTRY: _country(identity.birth_country),
    }


def _options(evidence: Evidence) -> Iterator[Option]:
    review = evidence.review
    for decision in CHOICES[review.kind]:
        if needs_contact(review.kind, decision):
            for candidate in evidence.candidates:
                if candidate.contact_id in review.candidate_ids and candidate.sheet:
                    yield _option(evidence, decision, contact=candidate.contact_id)
        elif decision is ReviewDecision.ASK:
            for question in Question:
                yield _option(evidence, decision, question=question)
        else:
            yield _option(evidence, decision)


def _option(
    evidence: Evidence,
    decision: ReviewDecision,
    *,
    contact: str | None = None,
    question: Question | None = None,
) -> Option:
    label, consequence = decision_words(evidence.review.kind, decision, contact=contact, question=question)
    return Option(f"{decision}:{contact or question or ''}", label, consequence)


def _cell(candidate: Candidate, field: Field, certified: str) -> Cell:
    if candidate.sheet is None:
        return Cell(_NOTHING)
    value = values_of(candidate.sheet.contact.identity)[field]
    if candidate.comparison is None:
        return Cell(value)
    found = next(each for each in candidate.comparison.fields if each.field is field)
    # The country may speak for the commune in a comparison; what stands here is the commune alone.
    missing = value == _NOTHING and certified != _NOTHING
    if missing and found.likeness in {Likeness.EQUAL, Likeness.COMPATIBLE}:
        return _compared(value, Likeness.UNKNOWN)
    explained = found.likeness not in {Likeness.EQUAL, Likeness.UNKNOWN}
    return _compared(value, found.likeness, reason_words(found.reason)["fr"] if explained else "")


def _usual_name(candidate: Candidate, person: CertifiedPerson | None) -> Cell:
    known = candidate.sheet.usage_name if candidate.sheet else None
    certified = person.usage_name if person else None
    if not known or not certified:
        return Cell(known or _NOTHING)
    same = comparison_key(known) == comparison_key(certified)
    return _compared(known, Likeness.EQUAL if same else Likeness.DIFFERENT)


def _compared(value: str, likeness: Likeness, why: str = "") -> Cell:
    sign, word = LIKENESS[likeness]
    return Cell(value, sign, word, differs=likeness in {Likeness.DIFFERENT, Likeness.NEAR}, why=why)


def _filed(candidate: Candidate) -> str:
    sheet = candidate.sheet
    return " ".join(filter(None, (sheet.first_name, sheet.last_name))) if sheet else "fiche introuvable"


def _born(born: BirthDate | None) -> str:
    if born is None:
        return _NOTHING
    if born.precision is Precision.YEAR:
        return f"{born.text[:4]} (jour et mois inconnus)"
    if born.precision is Precision.MONTH:
        return f"{born.text[5:7]}/{born.text[:4]} (jour inconnu)"
    return _day(born.text)


def _day(text: str) -> str:
    try:
        return day_in_words(date.fromisoformat(text), "fr")
    except ValueError:
        return text


def _country(code: str | None) -> str:
    if not code:
        return _NOTHING
    return "France" if code == FRANCE else f"pays {code}"
