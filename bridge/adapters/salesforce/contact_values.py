"""Between a Contact's fields and what the product knows of a person; the mapping names the fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from bridge.adapters.salesforce.connection import Row
from bridge.domain.contact import CertifiedPerson, Contact, Origin
from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision, stated_date

BIRTHDATE = "Birthdate"
"""The standard date field towns already fill; never written."""
READ_VALUES = (
    "subject_hash",
    "birth_name",
    "given_names",
    "birth_date",
    "birth_date_precision",
    "gender",
    "birth_place",
    "birth_country",
    "usage_name",
    "last_name",
    "first_given_name",
)
_NAME_BREAK = re.compile(r"[,\s]+")
Word = TypeVar("Word", bound=StrEnum)


def person_values(subject_hash: str, person: CertifiedPerson) -> dict[str, object]:
    """Give a person's values under the names `mappings/salesforce/contact.yaml` uses."""
    identity = person.identity
    born = identity.birth_date
    return {
        "subject_hash": subject_hash,
        "birth_name": identity.family_name,
        "given_names": identity.given_names or None,
        "first_given_name": identity.given_names[0] if identity.given_names else None,
        "birth_date": born.text if born else None,
        "birth_date_precision": born.precision.value if born else None,
        "gender": identity.gender.value if identity.gender else None,
        "birth_place": identity.birth_place,
        "birth_country": identity.birth_country,
        "usage_name": person.usage_name,
        "level": person.acr,
        "certified_at": person.authenticated_at,
        "last_name": person.usage_name or identity.family_name,
        # A helper signs in with an address of their own.
        "email": None if person.origin is Origin.HELPER else person.email,
    }


def contact_of(row: Row, names: Mapping[str, str]) -> Contact:
    """Give a Contact from a row that has `READ_VALUES`, `Id` and `Birthdate`.

    A certified field speaks first; where none is known, the Contact's own name and birth date do.
    """

    def text(value: str) -> str | None:
        found = row.get(names[value])
        return found.strip() or None if isinstance(found, str) else None

    certified = [name.strip() for name in (text("given_names") or "").split(",")]
    usual = _NAME_BREAK.split(text("first_given_name") or "")
    identity = PivotIdentity(
        family_name=text("birth_name") or text("last_name"),
        given_names=tuple(filter(None, certified)) or tuple(filter(None, usual)),
        birth_date=_birth_date(text("birth_date"), text("birth_date_precision"), row.get(BIRTHDATE)),
        gender=_word(Gender, text("gender")),
        birth_place=text("birth_place"),
        birth_country=text("birth_country"),
    )
    others = filter(None, map(text, ("usage_name", "last_name")))
    also_named = tuple(dict.fromkeys(name for name in others if name != identity.family_name))
    return Contact(str(row["Id"]), identity, text("subject_hash"), also_named)


def filled(row: Row, *fields: str) -> tuple[str, ...]:
    """Give the texts of these fields, those that hold one."""
    texts = (row.get(field) for field in fields)
    return tuple(text.strip() for text in texts if isinstance(text, str) and text.strip())


def _birth_date(certified: str | None, precision: str | None, usual: object) -> BirthDate | None:
    if certified is not None:
        known = _word(Precision, precision or Precision.DAY)
        return BirthDate(certified, known) if known else None
    return stated_date(usual) if isinstance(usual, str) else None


def _word(words: type[Word], text: str | None) -> Word | None:
    return next((word for word in words if word.value == text), None)
