"""The certified civil status FranceConnect gives, and how two of them are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

FRANCE = "99100"
_TRANSLITERATIONS = str.maketrans(
    {
        "Œ": "OE",
        "œ": "oe",
        "Æ": "AE",
        "æ": "ae",
        "ß": "ss",
        "ẞ": "SS",
        "Ø": "O",
        "ø": "o",
        "Đ": "D",
        "đ": "d",
        "Ł": "L",
        "ł": "l",
    }
)
_UNSEEN = frozenset({"Mn", "Mc", "Me", "Cf", "Cc", "Cs", "Co", "Cn"})
SHARED_FIRST_NAMES = frozenset(
    {
        *("MARIE", "MARIA", "JEAN", "ANNE", "ANA", "JOAO", "JOSE", "JUAN", "FATIMA", "FATMA"),
        *("MOHAMED", "MOHAMMED", "MOHAMAD", "MOHAMMAD", "MUHAMMED", "MUHAMMAD", "MOHAND"),
    }
)
"""Names that several children of one family bear first: alone they do not tell twins apart."""
_SEPARATORS = re.compile(r"[\s'’‘‛ʼ′`´\-‐‑–—−_]+")


class Gender(StrEnum):
    """The genders FranceConnect gives."""

    FEMALE = "female"
    MALE = "male"
    UNSPECIFIED = "unspecified"


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date as certified: `text` is YYYY-MM-DD, its unknown parts completed with 01."""

    text: str
    precision: Precision = Precision.DAY


def stated_date(text: str) -> BirthDate:
    """Give a date from a register that says nothing of its precision: a first of January is a year."""
    return BirthDate(text, Precision.YEAR if text.endswith("-01-01") else Precision.DAY)


@dataclass(frozen=True, slots=True)
class PivotIdentity:
    """The six certified fields, as given; `None` where a side does not know one.

    `birth_place` is an INSEE COG commune code, None when born abroad; `birth_country` a COG country
    code, 99100 for France. Source: FranceConnect, pivot identity.
    """

    family_name: str | None
    given_names: tuple[str, ...]
    birth_date: BirthDate | None
    gender: Gender | None
    birth_place: str | None
    birth_country: str | None

    @property
    def born_in_france(self) -> bool:
        """Whether the commune, not the country, tells the place of birth."""
        return self.birth_country == FRANCE

    @property
    def says_anything(self) -> bool:
        """Whether a name or a birth date is stated at all."""
        return bool(self.family_name or self.given_names or self.birth_date)

    @property
    def is_complete(self) -> bool:
        """Whether all six fields are known, the birth date to the day."""
        place = self.birth_place if self.born_in_france else self.birth_country
        dated = self.birth_date is not None and self.birth_date.precision is Precision.DAY
        # A dash typed into a required field is no name.
        named = comparison_key(self.family_name or "") and given_name_keys(self.given_names)
        return bool(named and dated and self.gender and place)


def comparison_key(text: str) -> str:
    """A name reduced to what two registers agree on: capitals, no diacritics, nothing unseen, one space.

    For comparing only, never for storing or showing. A letter of another alphabet stays what it is, however
    Latin it looks: what an eye confuses is not equal.
    """
    if text.isascii() and text.isprintable():
        letters = text  # most names of a register: nothing to take apart
    else:
        decomposed = unicodedata.normalize("NFKD", text)
        # Letters such as Ǽ come apart first: what is left of them has no decomposition.
        letters = "".join(c for c in decomposed if _is_seen(c)).translate(_TRANSLITERATIONS)
    return _SEPARATORS.sub(" ", letters.replace(".", " ")).strip().upper()


@lru_cache(maxsize=4_096)
def _is_seen(char: str) -> bool:
    """Whether the character is more than an accent, a mark of direction or a space without width."""
    return char.isspace() or unicodedata.category(char) not in _UNSEEN


def given_name_keys(names: Sequence[str]) -> tuple[str, ...]:
    """The comparison keys of a list of given names, order kept."""
    return tuple(key for key in map(comparison_key, names) if key)


def beginnings(keys: Sequence[str]) -> list[tuple[str, ...]]:
    """Every list that may stand for this one because it begins it, itself included.

    Twins are Marie Louise and Marie Thérèse, Mohamed Amine and Mohamed Yacine: such a first name alone
    stands for no longer list.
    """
    lists = [tuple(keys[:length]) for length in range(1, len(keys) + 1)]
    return lists[1:] if len(lists) > 1 and keys[0] in SHARED_FIRST_NAMES else lists
