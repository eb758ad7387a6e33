"""What a doubt holds of a person, sealed: enough to compare again, and to certify the Contact once proven."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from bridge.domain.contact import CertifiedPerson, Origin
from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision

REVIEW_PURPOSE = "review"


@dataclass(frozen=True, slots=True)
class DoubtedPerson:
    """Who signed in, as FranceConnect certified them then."""

    identity: PivotIdentity
    usage_name: str | None
    origin: Origin


def written(person: CertifiedPerson) -> str:
    """Give the text to seal."""
    beside = {"usage_name": person.usage_name, "origin": person.origin}
    return json.dumps(asdict(person.identity) | beside)


def read(text: str) -> DoubtedPerson:
    """Give the person back from a text just opened."""
    held: dict[str, Any] = json.loads(text)
    born, gender = held["birth_date"], held["gender"]
    identity = PivotIdentity(
        family_name=held["family_name"],
        given_names=tuple(held["given_names"]),
        birth_date=BirthDate(born["text"], Precision(born["precision"])) if born else None,
        gender=Gender(gender) if gender else None,
        birth_place=held["birth_place"],
        birth_country=held["birth_country"],
    )
    return DoubtedPerson(identity, held.get("usage_name"), Origin(held.get("origin", Origin.FRENCH)))
