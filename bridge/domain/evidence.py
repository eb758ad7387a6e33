"""The words of a comparison: fields, how alike they are, grades."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field: how alike, and the stable code of the reason (`given_names.shorter_list`)."""

    field: Field
    likeness: Likeness
    reason: str
