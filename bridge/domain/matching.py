"""Decides whether a certified identity and a Contact are the same person, and says why.

A wrong link is a data breach, a duplicate is a nuisance: one rule links by itself, one lets the person
prove it, everything else waits for an agent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.contact import Contact, Origin
from bridge.domain.identity import Gender, PivotIdentity, comparison_key, given_name_keys


class Grade(StrEnum):
    """How well a Contact fits, the surest first."""

    CERTAIN = "certain"
    """Six known and equal fields: links by itself."""
    PROBABLE = "probable"
    """Nothing known differs and enough is known: links when the person proves possession."""
    POSSIBLE = "possible"
    """Might be: an agent decides."""
    CONFLICT = "conflict"
    """Alike, and a certified field differs: an agent decides, and no proof of possession can."""
    OTHER_PERSON = "other_person"


class Field(StrEnum):
    """The six certified fields."""

    BIRTH_NAME = "birth_name"
    GIVEN_NAMES = "given_names"
    BIRTH_DATE = "birth_date"
    GENDER = "gender"
    BIRTH_PLACE = "birth_place"
    BIRTH_COUNTRY = "birth_country"


class Likeness(StrEnum):
    """How one field compares."""

    EQUAL = "equal"
    COMPATIBLE = "compatible"
    """Not the same text, and no contradiction: a shorter list of given names, a presumed day."""
    UNKNOWN = "unknown"
    NEAR = "near"
    """A slip could explain it: one letter, day and month swapped."""
    DIFFERENT = "different"


class Verdict(StrEnum):
    """What to do with an identity nobody has linked yet."""

    LINK = "link"
    CREATE = "create"
    PROVE = "prove"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field: how alike, and the stable code of the reason (`given_names.shorter_list`)."""

    field: Field
    likeness: Likeness
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A grade with what each of the six fields says; values never appear."""

    contact: Contact
    grade: Grade
    fields: tuple[FieldComparison, ...]

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
    certified: PivotIdentity, usage_name: str | None, contact: Contact, origin: Origin = Origin.FRENCH
) -> Comparison:
    """Grade one Contact against a certified identity."""
    fields = tuple(_fields(certified, contact.identity))
    differs = any(each.likeness is Likeness.DIFFERENT for each in fields)
    complete = certified.is_complete and contact.identity.is_complete
    if not differs and complete and origin is Origin.FRENCH:
        return Comparison(contact, Grade.CERTAIN, fields)
    if _is_someone_else(certified, usage_name, contact.identity):
        return Comparison(contact, Grade.OTHER_PERSON, fields)
    return Comparison(contact, Grade.POSSIBLE, fields)


def decide(
    certified: PivotIdentity,
    usage_name: str | None,
    contacts: Iterable[Contact],
    origin: Origin = Origin.FRENCH,
) -> Decision:
    """Link the one certain and free Contact, create when nobody fits, else leave it to an agent."""
    comparisons = tuple(compare(certified, usage_name, contact, origin) for contact in contacts)
    evidence = tuple(c for c in comparisons if c.grade is not Grade.OTHER_PERSON)
    certain = [c.contact for c in evidence if c.grade is Grade.CERTAIN]
    if len(certain) == 1 and certain[0].subject_hash is None:
        return Decision(Verdict.LINK, certain[0], evidence)
    if not evidence:
        return Decision(Verdict.CREATE, None, ())
    return Decision(Verdict.REVIEW, None, evidence)


def _fields(one: PivotIdentity, other: PivotIdentity) -> Iterable[FieldComparison]:
    names = bool(one.given_names and other.given_names) and not _one_list_begins_the_other(one, other)
    genders = {one.gender, other.gender} == {Gender.FEMALE, Gender.MALE}
    differs = {
        Field.BIRTH_NAME: _unlike(one.family_name, other.family_name),
        Field.GIVEN_NAMES: names,
        Field.BIRTH_DATE: bool(one.birth_date and other.birth_date) and one.birth_date != other.birth_date,
        Field.GENDER: genders,
        Field.BIRTH_PLACE: _both(one.birth_place, other.birth_place) and one.birth_place != other.birth_place,
        Field.BIRTH_COUNTRY: _both(one.birth_country, other.birth_country)
        and one.birth_country != other.birth_country,
    }
    missing = set(_missing(other))
    for field, different in differs.items():
        if different:
            yield FieldComparison(field, Likeness.DIFFERENT, f"{field}.different")
        elif field in missing:
            yield FieldComparison(field, Likeness.UNKNOWN, f"{field}.unknown")
        else:
            yield FieldComparison(field, Likeness.EQUAL, f"{field}.equal")


def _missing(identity: PivotIdentity) -> Iterable[Field]:
    known = {
        Field.BIRTH_NAME: comparison_key(identity.family_name or ""),
        Field.GIVEN_NAMES: given_name_keys(identity.given_names),
        Field.BIRTH_DATE: identity.birth_date,
        Field.GENDER: identity.gender,
        Field.BIRTH_COUNTRY: identity.birth_country,
        Field.BIRTH_PLACE: identity.birth_place or not identity.born_in_france,
    }
    return (field for field, value in known.items() if not value)


def _is_someone_else(certified: PivotIdentity, usage_name: str | None, other: PivotIdentity) -> bool:
    """Whether a plain contradiction makes a review pointless: other date, no given name or no name shared."""
    dates = certified.birth_date and other.birth_date and certified.birth_date.text != other.birth_date.text
    names = {comparison_key(n) for n in (certified.family_name, usage_name) if n}
    surname = bool(other.family_name) and comparison_key(other.family_name or "") not in names
    given = set(given_name_keys(certified.given_names)), set(given_name_keys(other.given_names))
    return bool(dates) or surname or (all(given) and not given[0] & given[1])


def _both(one: str | None, other: str | None) -> bool:
    return bool(one and other)


def _unlike(one: str | None, other: str | None) -> bool:
    return bool(one and other) and comparison_key(one or "") != comparison_key(other or "")


def _one_list_begins_the_other(one: PivotIdentity, other: PivotIdentity) -> bool:
    pairs = zip(given_name_keys(one.given_names), given_name_keys(other.given_names), strict=False)
    return all(left == right for left, right in pairs)
