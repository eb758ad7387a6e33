"""Decides whether a certified identity and a Contact are the same person, and says why.

A wrong link is a data breach, a duplicate is a nuisance: one rule links by itself, some let the person
prove it, everything else waits for an agent. The rules are the table in `link_rules`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.birth_names import birth_name
from bridge.domain.births import birth_country, birth_date, birth_place, gender
from bridge.domain.communes import Communes, packaged
from bridge.domain.contact import Contact, Origin
from bridge.domain.evidence import Field, FieldComparison, Grade, Likeness
from bridge.domain.given_names import given_names
from bridge.domain.identity import PivotIdentity, comparison_key, given_name_keys
from bridge.domain.link_rules import NOT_BY_ITSELF, rule_for
from bridge.domain.reasons import found

__all__ = [
    "Comparison",
    "Decision",
    "Field",
    "FieldComparison",
    "Grade",
    "Likeness",
    "Verdict",
    "compare",
    "decide",
]

_SUREST = tuple(Grade)


class Verdict(StrEnum):
    """What to do with an identity nobody has linked yet."""

    LINK = "link"
    CREATE = "create"
    PROVE = "prove"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A grade with the row of the table that gave it and what each of the six fields says; no values."""

    contact: Contact
    grade: Grade
    fields: tuple[FieldComparison, ...]
    rule: str = ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of the fields that are not plainly equal."""
        return tuple(each.reason for each in self.fields if each.likeness is not Likeness.EQUAL)


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, the Contact to link or to prove when there is one, and the evidence, best first."""

    verdict: Verdict
    contact: Contact | None
    evidence: tuple[Comparison, ...]


def compare(
    certified: PivotIdentity,
    usage_name: str | None,
    contact: Contact,
    origin: Origin = Origin.FRENCH,
    communes: Communes | None = None,
) -> Comparison:
    """Grade one Contact against a certified identity."""
    fields = _fields(certified, usage_name, contact, communes or packaged())
    rule = rule_for(fields)
    if origin is not Origin.FRENCH and rule.grade in {Grade.CERTAIN, Grade.PROBABLE}:
        rule = NOT_BY_ITSELF
    return Comparison(contact, rule.grade, fields, rule.code)


def decide(
    certified: PivotIdentity,
    usage_name: str | None,
    contacts: Iterable[Contact],
    origin: Origin = Origin.FRENCH,
) -> Decision:
    """Link the one certain and free Contact, let the one probable be proven, create when nobody fits.

    Everything else is for an agent: two that fit, one that is taken, one alike with a field that differs.
    """
    compared = (compare(certified, usage_name, contact, origin) for contact in contacts)
    evidence = tuple(sorted((c for c in compared if c.grade is not Grade.OTHER_PERSON), key=_rank))
    if not evidence:
        return Decision(Verdict.CREATE, None, ())
    best, grades = evidence[0], [each.grade for each in evidence]
    if grades.count(best.grade) == 1 and best.contact.subject_hash is None:
        if best.grade is Grade.CERTAIN:
            return Decision(Verdict.LINK, best.contact, evidence)
        if best.grade is Grade.PROBABLE and Grade.CONFLICT not in grades:
            return Decision(Verdict.PROVE, best.contact, evidence)
    return Decision(Verdict.REVIEW, None, evidence)


def _rank(comparison: Comparison) -> tuple[int, int, int, int, str]:
    """The grade, then how many fields are equal, compatible, near; the id keeps equals in one order."""
    alike = [each.likeness for each in comparison.fields]
    return (
        _SUREST.index(comparison.grade),
        -alike.count(Likeness.EQUAL),
        -alike.count(Likeness.COMPATIBLE),
        -alike.count(Likeness.NEAR),
        comparison.contact.id,
    )


def _fields(
    certified: PivotIdentity, usage_name: str | None, contact: Contact, communes: Communes
) -> tuple[FieldComparison, ...]:
    known = contact.identity
    return (
        *_names(certified, usage_name, contact),
        birth_date(certified.birth_date, known.birth_date),
        gender(certified.gender, known.gender),
        birth_place(certified, known, communes),
        birth_country(certified, known),
    )


def _names(
    certified: PivotIdentity, usage_name: str | None, contact: Contact
) -> tuple[FieldComparison, FieldComparison]:
    known = contact.identity
    if _are_swapped(certified, known):
        return found("birth_name.swapped"), found("given_names.swapped")
    name = birth_name(certified.family_name, usage_name, known.family_name, contact.also_named)
    return name, given_names(certified.given_names, known.given_names)


def _are_swapped(certified: PivotIdentity, known: PivotIdentity) -> bool:
    """Whether the family name stands for the given names and the other way round."""
    name, given = comparison_key(certified.family_name or ""), given_name_keys(certified.given_names)
    other, others = comparison_key(known.family_name or ""), given_name_keys(known.given_names)
    return bool(given and name != other and other == given[0] and " ".join(others) == name)
