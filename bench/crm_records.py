"""Contacts as a town's CRM holds them: fields missing, married names, slips, days nobody knew."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random

from bench.people import Person
from bridge.adapters.salesforce.contact_values import contact_of
from bridge.domain.births import days_near
from bridge.domain.communes import packaged
from bridge.domain.contact import Contact
from bridge.domain.identity import Precision
from mappings.loader import load_salesforce
from sandbox.salesforce.ids import make_id

NAMES = {rule.source: rule.target for rule in load_salesforce("contact").fields if rule.source}
_KEYS = "azertyuiopqsdfghjklmwxcvbn"
_ACCENTS = str.maketrans({"E": "É", "A": "Â", "I": "Î", "C": "Ç", "U": "Ü", "O": "Ô"})


@dataclass
class Record:
    """One Contact, whose it is, and what is wrong with it."""

    number: int
    person: int
    fields: dict[str, str | None]
    kinds: set[str] = field(default_factory=set)

    @property
    def allows(self) -> bool:
        """Whether it holds a first name, a name FranceConnect knows, and no date that is wrong altogether."""
        named = "usage name FranceConnect does not give" not in self.kinds or self.fields.get(
            "FC_Birth_Name__c"
        )
        return bool(named and self.fields["FirstName"]) and "date wrong altogether" not in self.kinds

    @property
    def id(self) -> str:
        """Its record id in the org."""
        return make_id("003", self.number)

    def contact(self) -> Contact:
        """Give it as the adapter reads it from the org."""
        return contact_of({"Id": self.id, **self.fields}, NAMES)


class Clerk:
    """Types people into the CRM."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)

    def record(self, person: Person, number: int) -> Record:
        """Give a new record of this person."""
        record = Record(number, person.number, {})
        self._names(person, record)
        self._dates(person, record)
        self._rest(person, record)
        if not record.kinds:
            record.kinds.add("nothing wrong")
        return record

    def _happens(self, share: float, record: Record, kind: str) -> bool:
        if self._chance.random() >= share:
            return False
        record.kinds.add(kind)
        return True

    def _names(self, person: Person, record: Record) -> None:
        identity = person.identity
        family, first = self._family(person, record), self._first(person, record)
        if self._happens(0.007, record, "names interchanged"):
            family, first = first or family, family
        record.fields |= {"LastName": family, "FirstName": first}
        if self._chance.random() < 0.25:
            record.fields["FC_Birth_Name__c"] = identity.family_name
        mistaken = record.kinds & {"usual given name", "slip in the given name", "names interchanged"}
        if first and not mistaken and self._chance.random() < 0.30:
            record.fields["FC_Given_Names__c"] = ", ".join(identity.given_names)

    def _family(self, person: Person, record: Record) -> str:
        name = person.identity.family_name or ""
        if person.usage_name and self._chance.random() < 0.55:
            told = person.certified_usage_name
            record.kinds.add("usage name" if told else "usage name FranceConnect does not give")
            name = person.usage_name
            if told and self._happens(0.12, record, "birth and usage names joined"):
                name = f"{person.identity.family_name} {person.usage_name}"
        if " " in name and "joined" not in " ".join(record.kinds) and name == person.identity.family_name:
            name = self._double(name, record)
        if self._happens(0.025, record, "slip in the name"):
            name = self._slip(name)
        if self._happens(0.15, record, "accents"):
            name = name.translate(_ACCENTS) if self._chance.random() < 0.3 else name.replace("E", "É", 1)
        return name if self._chance.random() < 0.5 else name.title()

    def _double(self, name: str, record: Record) -> str:
        words = name.split()
        record.kinds.add("double name written otherwise")
        ways = ("--".join(words), "-".join(words), words[0], words[-1], " ".join(reversed(words)), name)
        return self._chance.choices(ways, (20, 30, 12, 8, 5, 25))[0]

    def _first(self, person: Person, record: Record) -> str | None:
        given = person.identity.given_names
        if self._happens(0.01, record, "no given name"):
            return None
        name = given[0]
        if len(given) > 1 and self._happens(0.04, record, "usual given name"):
            name = self._chance.choice(given[1:])
        if "-" in name and self._chance.random() < 0.4:
            record.kinds.add("compound given name")
            name = self._chance.choice((name.replace("-", " "), name.replace("-", "")))
        if self._happens(0.015, record, "slip in the given name"):
            name = self._slip(name)
        if name != _plain(name) and self._chance.random() < 0.5:
            record.kinds.add("lost accents")
            name = _plain(name)
        return name if self._chance.random() < 0.3 else name.title()

    def _dates(self, person: Person, record: Record) -> None:
        born = person.identity.birth_date
        if born is None or self._happens(0.18, record, "no birth date"):
            return
        text = born.text
        if born.precision is Precision.YEAR:
            record.kinds.add("presumed date")
        elif self._happens(0.004, record, "date wrong altogether"):
            text = f"{int(text[:4]) - self._chance.randint(10, 30)}-{text[5:7]}-11"
        elif self._happens(0.015, record, "day nobody knew"):
            text = f"{text[:4]}-01-01"
        elif self._happens(0.010, record, "slip in the date"):
            text = self._chance.choice(days_near(date.fromisoformat(text))).isoformat()
        elif int(text[8:]) <= 12 and text[5:7] != text[8:] and self._happens(0.02, record, "day and month"):
            text = f"{text[:4]}-{text[8:]}-{text[5:7]}"
        record.fields["Birthdate"] = text
        if text == born.text and self._chance.random() < 0.25:
            record.fields |= {"FC_Birth_Date__c": text, "FC_Birth_Date_Precision__c": born.precision.value}

    def _rest(self, person: Person, record: Record) -> None:
        identity, fields = person.identity, record.fields
        if self._chance.random() < 0.75 and identity.gender:
            wrong = self._happens(0.004, record, "wrong gender")
            fields["FC_Gender__c"] = "unspecified" if wrong else identity.gender.value
            if wrong and self._chance.random() < 0.7:
                fields["FC_Gender__c"] = "male" if identity.gender.value == "female" else "female"
        if self._chance.random() < 0.55:
            fields["FC_Birth_Country__c"] = identity.birth_country
        if identity.birth_place and self._chance.random() < 0.50:
            fields["FC_Birth_Place__c"] = self._place(identity.birth_place, record)

    def _place(self, code: str, record: Record) -> str:
        """Today's code, as the list of an application offers it; the certificate has that of the day."""
        communes = packaged()
        today = communes.canonical(code)
        if today != code and self._chance.random() < 0.7:
            record.kinds.add("commune under its new code")
            code = today
        joined = communes.joined.get(today)
        if joined and self._chance.random() < 0.7:
            record.kinds.add("commune since merged")
            code = joined[-1][1]
        if today in communes.city_of and self._happens(0.15, record, "city without its district"):
            code = communes.city_of[today]
        return "75111" if self._happens(0.008, record, "wrong commune") else code

    def _slip(self, name: str) -> str:
        at = self._chance.randrange(1, max(2, len(name)))
        key = self._chance.choice(_KEYS).upper()
        ways: tuple[Callable[[], str], ...] = (
            lambda: name[:at] + name[at + 1 :],
            lambda: name[:at] + key + name[at:],
            lambda: name[:at] + key + name[at + 1 :],
            lambda: name[: at - 1] + name[at : at + 1] + name[at - 1] + name[at + 1 :],
        )
        return self._chance.choice(ways)() or name


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
