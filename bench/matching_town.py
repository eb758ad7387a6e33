"""A town: its Contacts, who signs in, and which Contacts could be meant, without a query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from bench.crm_records import Clerk, Record
from bench.name_frequencies import Frequencies, read_frequencies
from bench.people import Person, Town
from bridge.domain.births import days_near
from bridge.domain.contact import Contact
from bridge.domain.identity import PivotIdentity, Precision, comparison_key

_KNOWN_SHARE, _TWICE_SHARE = 0.85, 0.04
_KIN_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Case:
    """One sign-in: who, and their own records, often one, sometimes none or two."""

    person: Person
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class CrmTown:
    """Everything a measurement needs, made from a seed."""

    records: list[Record]
    cases: list[Case]
    people: dict[int, Person]


def crm_town(
    records: int, sign_ins: int, *, seed: int = 1905, frequencies: Frequencies | None = None
) -> CrmTown:
    """Give a town of that many Contacts and sign-ins; relatives and homonyms sign in more than others."""
    chance = Random(seed)
    share = _KNOWN_SHARE * (1 + _TWICE_SHARE)
    people = Town(frequencies or read_frequencies(), seed).people(int(records / share) + 1)
    clerk = Clerk(seed + 1)
    written: list[Record] = []
    for person in people:
        for _ in range((chance.random() < _KNOWN_SHARE) * (1 + (chance.random() < _TWICE_SHARE))):
            written.append(clerk.record(person, len(written) + 1))
    own: dict[int, list[Record]] = defaultdict(list)
    for record in written:
        own[record.person].append(record)
    kin = [person for person in people if person.kin]
    chosen = chance.sample(kin, min(len(kin), int(sign_ins * _KIN_SHARE)))
    others = [person for person in people if not person.kin]
    chosen += chance.sample(others, min(len(others), sign_ins - len(chosen)))
    cases = [Case(person, tuple(own[person.number])) for person in chosen]
    chance.shuffle(cases)
    return CrmTown(written, cases, {person.number: person for person in people})


class Block:
    """The Contacts a rule could say anything about: same or near date, or a word of the name without one."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._by_day: dict[str, list[Contact]] = defaultdict(list)
        self._by_word: dict[str, list[Contact]] = defaultdict(list)
        for record in records:
            contact = record.contact()
            born = contact.identity.birth_date
            self._by_day[born.text if born else ""].append(contact)
            for word in _words(contact.identity.family_name, *contact.also_named):
                self._by_word[word].append(contact)

    def around(self, identity: PivotIdentity, usage_name: str | None) -> Iterator[Contact]:
        """Give them, each once."""
        born = identity.birth_date
        seen: set[str] = set()
        near = set(map(str, days_near(date.fromisoformat(born.text)))) if born else set()
        partial = born is not None and born.precision is not Precision.DAY
        alike = (c for word in _words(identity.family_name, usage_name) for c in self._by_word[word])
        for contact in self._by_day[born.text] if born else ():
            seen.add(contact.id)
            yield contact
        for contact in alike:
            other = contact.identity.birth_date
            known = other is None or born is None or other.text in near
            same_year = partial and other is not None and born is not None and other.text[:4] == born.text[:4]
            if contact.id not in seen and (known or same_year):
                seen.add(contact.id)
                yield contact


def _words(*names: str | None) -> set[str]:
    return {word for name in names for word in comparison_key(name or "").split()}
