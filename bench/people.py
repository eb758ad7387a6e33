"""Invented citizens as the State certifies them: families, twins, fathers and sons, homonyms of one day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from bench.name_frequencies import Frequencies
from bridge.domain.communes import Communes, packaged
from bridge.domain.identity import (
    FRANCE,
    SHARED_FIRST_NAMES,
    BirthDate,
    Gender,
    PivotIdentity,
    Precision,
)

COUNTRIES = ("99352", "99350", "99351", "99139", "99134", "99109", "99216", "99326", "99341", "99321")
_OLDEST, _YOUNGEST = 1930, 2006


@dataclass(frozen=True, slots=True)
class Person:
    """One citizen. `kin` says what makes them easy to take for somebody else."""

    number: int
    identity: PivotIdentity
    usage_name: str | None
    """The married name; FranceConnect gives it when `tells_usage_name`."""
    tells_usage_name: bool
    kin: str = ""

    @property
    def certified_usage_name(self) -> str | None:
        """What FranceConnect gives."""
        return self.usage_name if self.tells_usage_name else None


class Town:
    """Makes people, the same ones for the same seed."""

    def __init__(self, frequencies: Frequencies, seed: int) -> None:
        self._frequencies = frequencies
        self._chance = Random(seed)
        self._known = packaged()
        self._former = _former_codes(self._known)

    def people(self, number: int) -> list[Person]:
        """Give that many people, relatives and homonyms side by side."""
        made: list[Person] = []
        while len(made) < number:
            made.extend(self._family(len(made)))
        return made[:number]

    def _family(self, first: int) -> Iterator[Person]:
        person = self._person(first)
        yield person
        draw = self._chance.random()
        if draw < 0.017:
            yield self._twin(person, first + 1)
        elif draw < 0.027:
            yield self._child(person, first + 1)
        elif draw < 0.030:
            yield self._homonym(person, first + 1)
        elif draw < 0.040:
            yield self._sibling(person, first + 1)

    def _person(self, number: int) -> Person:
        chance, frequencies = self._chance, self._frequencies
        gender = chance.choice((Gender.FEMALE, Gender.MALE))
        year = chance.randint(_OLDEST, _YOUNGEST)
        day = date(year, 1, 1) + timedelta(chance.randrange(365))
        name = frequencies.family.draw(chance)
        if (year >= 2003 and chance.random() < 0.12) or chance.random() < 0.01:
            name = f"{name} {frequencies.family.draw(chance)}"
        abroad = chance.random() < 0.18
        place = None if abroad else self._place(day)
        identity = PivotIdentity(
            family_name=name,
            given_names=self._given(gender, year),
            birth_date=self._birth_date(day, abroad=abroad),
            gender=gender,
            birth_place=place,
            birth_country=chance.choice(COUNTRIES) if abroad else FRANCE,
        )
        married = gender is Gender.FEMALE and year < 1990 and chance.random() < 0.55
        usage = frequencies.family.draw(chance) if married else None
        return Person(number, identity, usage, chance.random() < 0.3)

    def _given(self, gender: Gender, year: int) -> tuple[str, ...]:
        count = self._chance.choices((1, 2, 3, 4), (15, 35, 42, 8))[0]
        drawn = (self._frequencies.given_name(self._chance, gender, year) for _ in range(count))
        return tuple(dict.fromkeys(drawn))

    def _birth_date(self, day: date, *, abroad: bool) -> BirthDate:
        """What we hold after the claims were read: a first of a period is believed with proof alone."""
        if abroad and self._chance.random() < 0.08:
            return BirthDate(f"{day.year}-01-01", Precision.YEAR)
        proven = not abroad and self._chance.random() < 0.8
        if day.day != 1 or proven:
            return BirthDate(day.isoformat())
        return BirthDate(day.isoformat(), Precision.YEAR if day.month == 1 else Precision.MONTH)

    def _place(self, day: date) -> str:
        """The code of the day of birth, not today's."""
        code = self._frequencies.commune(self._chance)
        parts = [part for since, part in self._former[code] if day < since]
        return self._chance.choice([code, *parts[-3:]]) if parts else code

    def _twin(self, one: Person, number: int) -> Person:
        chance, born = self._chance, one.identity
        gender = (
            one.identity.gender if chance.random() < 0.65 else chance.choice((Gender.FEMALE, Gender.MALE))
        )
        year = int(born.birth_date.text[:4]) if born.birth_date else _OLDEST
        own = self._given(gender or Gender.MALE, year)
        while own[0] == born.given_names[0] and own[0] not in SHARED_FIRST_NAMES:
            own = self._given(gender or Gender.MALE, year)
        draw = chance.random()
        if draw < 0.30 and born.given_names[0] in SHARED_FIRST_NAMES:  # Marie Louise and Marie Thérèse
            own = tuple(dict.fromkeys((born.given_names[0], *own)))
        elif draw < 0.10:  # each bears the other's first name further on
            own = tuple(dict.fromkeys((*own[:1], born.given_names[0], *own[1:])))
        elif draw < 0.30:  # a grandfather's name for both
            own = tuple(dict.fromkeys((*own[:1], *born.given_names[1:2], *own[1:])))
        return replace(one, number=number, identity=replace(born, given_names=own, gender=gender), kin="twin")

    def _child(self, one: Person, number: int) -> Person:
        """A child named like the parent, first names and all or but the first."""
        born = one.identity
        year = int(born.birth_date.text[:4]) + self._chance.randint(20, 38) if born.birth_date else _YOUNGEST
        day = date(year, 1, 1) + timedelta(self._chance.randrange(365))
        if self._chance.random() < 0.05 and born.birth_date and not born.birth_date.text.endswith("02-29"):
            day = date.fromisoformat(f"{year}{born.birth_date.text[4:]}")
        given = born.given_names if self._chance.random() < 0.5 else born.given_names[:1]
        child = replace(born, given_names=given, birth_date=BirthDate(day.isoformat()))
        return replace(one, number=number, identity=child, kin="father and son", usage_name=None)

    def _homonym(self, one: Person, number: int) -> Person:
        """Somebody else of that name, born the same day elsewhere."""
        other = replace(
            one.identity, birth_place=self._frequencies.commune(self._chance), birth_country=FRANCE
        )
        if self._chance.random() < 0.6:
            year = int(other.birth_date.text[:4]) if other.birth_date else _OLDEST
            more = self._given(other.gender or Gender.MALE, year)
            other = replace(other, given_names=tuple(dict.fromkeys((other.given_names[0], *more))))
        return replace(one, number=number, identity=other, kin="homonym", usage_name=None)

    def _sibling(self, one: Person, number: int) -> Person:
        gender = self._chance.choice((Gender.FEMALE, Gender.MALE))
        year = min(2006, int(one.identity.birth_date.text[:4]) + 2) if one.identity.birth_date else _OLDEST
        day = date(year, 1, 1) + timedelta(self._chance.randrange(365))
        sibling = replace(
            one.identity,
            given_names=self._given(gender, year),
            gender=gender,
            birth_date=BirthDate(day.isoformat()),
        )
        return replace(one, number=number, identity=sibling, kin="sibling", usage_name=None)


def _former_codes(communes: Communes) -> dict[str, list[tuple[date, str]]]:
    """For each code, those a birth certificate of an earlier day bears, with the day they ended."""
    found: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for former, code in communes.renumbered.items():
        found[code].append((_RENUMBERED.get(former[:2], date(1968, 1, 1)), former))
    for part, joined in communes.joined.items():
        for day, into in joined:
            found[into].append((day, part))
    return found


_RENUMBERED = {"20": date(1976, 1, 1)}
