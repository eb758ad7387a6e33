"""The residents: drawn by lot, plus three test citizens and the people one could mistake for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from unicodedata import normalize

from sandbox.town.names import COUNTRIES, FRANCE, communes, family_names, given_names

NEARBY = ("75", "92")


@dataclass(frozen=True, slots=True)
class Person:
    """A civil status as the person's birth certificate has it; `key` only for people the tests know."""

    family_name: str
    given_names: tuple[str, ...]
    gender: str
    birth_date: date | None
    birthplace: str | None
    birth_country: str | None = FRANCE
    key: str = ""
    mistaken_for: str = ""

    @property
    def email(self) -> str:
        """An address that can reach nobody; never shared with the citizen one is mistaken for."""
        local = self.key if self.mistaken_for else f"{self.given_names[0]}.{self.family_name}"
        bare = normalize("NFD", local).encode("ascii", "ignore").decode()
        return f"{bare.lower().replace(' ', '-')}@example.org"


# Civil status of public FranceConnect test identities.
DUBOIS = Person("DUBOIS", ("Angela", "Claire", "Louise"), "female", date(1962, 8, 24), "75107", key="dubois")
MERCIER = Person("MERCIER", ("Pierre",), "male", date(1969, 3, 17), "95277", key="mercier")
MARTIN = Person("MARTIN", ("Vincent", "Guillaume"), "male", date(1963, 12, 5), None, "99352", key="martin")
CITIZENS = (DUBOIS, MERCIER, MARTIN)


def _near(citizen: Person, why: str, **changes: object) -> Person:
    key = f"{citizen.key}-{why}"
    return replace(citizen, key=key, mistaken_for=citizen.key, **changes)  # type: ignore[arg-type] # fields of Person


NEAR_MISSES = (
    _near(DUBOIS, "homonym", birth_date=date(1971, 3, 2)),
    _near(DUBOIS, "twin", given_names=("Isabelle", "Marie")),
    _near(DUBOIS, "without-birthplace", birthplace=None),
    _near(MERCIER, "twin", given_names=("Paul",)),
    _near(MERCIER, "father", birth_date=date(1941, 6, 30)),
    _near(MERCIER, "son", birth_date=date(1996, 6, 2)),
    _near(MARTIN, "homonym", birth_date=date(1936, 12, 5)),
    _near(MARTIN, "born-elsewhere", birth_country="99350"),
)


@cache
def population(size: int = 900, seed: int = 1789) -> tuple[Person, ...]:
    """The residents, adults in 2015; one person may have requests in several systems."""
    chance = Random(seed)  # noqa: S311 - a reproducible lot, not a secret
    return tuple(_resident(chance) for _ in range(size))


def _resident(chance: Random) -> Person:
    gender = chance.choice(("female", "male"))
    birth_date = date(1930, 1, 1) + timedelta(days=chance.randrange(66 * 365))
    names = given_names(gender, birth_date.year // 10 * 10)
    drawn = [names.one(chance) for _ in range(chance.choices((1, 2, 3), (2, 3, 3))[0])]
    foreign = chance.random() < 0.12
    return Person(
        family_name=family_names().one(chance),
        given_names=tuple(dict.fromkeys(drawn)),
        gender=gender,
        birth_date=birth_date,
        birthplace=None if foreign else chance.choice(_birthplaces()),
        birth_country=chance.choice([code for code in COUNTRIES if code != FRANCE]) if foreign else FRANCE,
    )


@cache
def _birthplaces() -> tuple[str, ...]:
    return tuple(code for code in communes() for _ in range(4 if code.startswith(NEARBY) else 1))
