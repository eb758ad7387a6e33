"""Decides whether a certified identity and a Contact are the same person, and says why.

A wrong link is a data breach, a duplicate is a nuisance: one rule links by itself, everything else
waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.contact import Contact
from bridge.domain.identity import Gender, PivotIdentity, comparison_key, given_name_keys


class Grade(StrEnum):
    """How well a Contact fits."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    OTHER_PERSON = "other_person"


class Verdict(StrEnum):
    """What to do with an identity nobody has linked yet."""

    LINK = "link"
    CREATE = "create"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A grade with the fields that decided it, by name only."""

    contact: Contact
    grade: Grade
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, the Contact to link when there is one, and the evidence for an agent."""

    verdict: Verdict
    contact: Contact | None
    evidence: tuple[Comparison, ...]


def compare(certified: PivotIdentity, usage_name: str | None, contact: Contact) -> Comparison:
    """Grade one Contact against a certified identity."""
    differences = tuple(_differences(certified, contact.identity))
    if not differences and certified.is_complete and contact.identity.is_complete:
        return Comparison(contact, Grade.CERTAIN, ("all six fields are known and equal",))
    if _is_someone_else(certified, usage_name, contact.identity):
        return Comparison(contact, Grade.OTHER_PERSON, differences)
    missing = tuple(_missing(contact.identity))
    return Comparison(contact, Grade.POSSIBLE, differences + missing)


def decide(certified: PivotIdentity, usage_name: str | None, contacts: Iterable[Contact]) -> Decision:
    """Link the one certain and free Contact, create when nobody fits, else leave it to an agent."""
    comparisons = tuple(compare(certified, usage_name, contact) for contact in contacts)
    evidence = tuple(c for c in comparisons if c.grade is not Grade.OTHER_PERSON)
    certain = [c.contact for c in evidence if c.grade is Grade.CERTAIN]
    if len(certain) == 1 and certain[0].subject_hash is None:
        return Decision(Verdict.LINK, certain[0], evidence)
    if not evidence:
        return Decision(Verdict.CREATE, None, ())
    return Decision(Verdict.REVIEW, None, evidence)


def _differences(one: PivotIdentity, other: PivotIdentity) -> Iterable[str]:
    if _unlike(one.family_name, other.family_name):
        yield "birth name differs"
    if one.given_names and other.given_names and not _one_list_begins_the_other(one, other):
        yield "given names differ"
    if one.birth_date and other.birth_date and one.birth_date != other.birth_date:
        yield "birth date differs"
    if {one.gender, other.gender} == {Gender.FEMALE, Gender.MALE}:
        yield "gender differs"
    if one.birth_place and other.birth_place and one.birth_place != other.birth_place:
        yield "birthplace differs"
    if one.birth_country and other.birth_country and one.birth_country != other.birth_country:
        yield "birth country differs"


def _missing(identity: PivotIdentity) -> Iterable[str]:
    known = {
        "birth name": comparison_key(identity.family_name or ""),
        "given names": given_name_keys(identity.given_names),
        "birth date": identity.birth_date,
        "gender": identity.gender,
        "birth country": identity.birth_country,
        "birthplace": identity.birth_place or not identity.born_in_france,
    }
    return (f"{field} is not known" for field, value in known.items() if not value)


def _is_someone_else(certified: PivotIdentity, usage_name: str | None, other: PivotIdentity) -> bool:
    """Whether a plain contradiction makes a review pointless: other date, no given name or no name shared."""
    dates = certified.birth_date and other.birth_date and certified.birth_date.text != other.birth_date.text
    names = {comparison_key(n) for n in (certified.family_name, usage_name) if n}
    surname = bool(other.family_name) and comparison_key(other.family_name or "") not in names
    given = set(given_name_keys(certified.given_names)), set(given_name_keys(other.given_names))
    return bool(dates) or surname or (all(given) and not given[0] & given[1])


def _unlike(one: str | None, other: str | None) -> bool:
    return bool(one and other) and comparison_key(one or "") != comparison_key(other or "")


def _one_list_begins_the_other(one: PivotIdentity, other: PivotIdentity) -> bool:
    pairs = zip(given_name_keys(one.given_names), given_name_keys(other.given_names), strict=False)
    return all(left == right for left, right in pairs)
