"""A certified person, sealed for as long as a doubt lasts; FranceConnect's `sub` is not kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from bridge.domain.contact import CertifiedPerson, Origin
from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision
from bridge.usecases.ports import Vault

PURPOSE = "review"


def seal_person(vault: Vault, person: CertifiedPerson) -> str:
    """Give everything a decision needs of a person later, sealed."""
    kept = asdict(person)
    del kept["subject"]
    kept["authenticated_at"] = person.authenticated_at.isoformat()
    return vault.seal(PURPOSE, json.dumps(kept))


def open_person(vault: Vault, sealed: str, subject: str = "") -> CertifiedPerson:
    """Give the person back; the subject is the caller's to know."""
    kept = json.loads(vault.open(PURPOSE, sealed))
    return CertifiedPerson(
        subject=subject,
        issuer=kept["issuer"],
        identity=_identity(kept["identity"]),
        usage_name=kept["usage_name"],
        email=kept["email"],
        acr=kept["acr"],
        authenticated_at=datetime.fromisoformat(kept["authenticated_at"]),
        origin=Origin(kept["origin"]),
    )


def _identity(kept: dict[str, object]) -> PivotIdentity:
    born, given, gender = kept["birth_date"], kept["given_names"], kept["gender"]
    assert isinstance(given, list)
    return PivotIdentity(
        family_name=_text(kept["family_name"]),
        given_names=tuple(given),
        birth_date=BirthDate(born["text"], Precision(born["precision"])) if isinstance(born, dict) else None,
        gender=Gender(str(gender)) if gender else None,
        birth_place=_text(kept["birth_place"]),
        birth_country=_text(kept["birth_country"]),
    )


def _text(kept: object) -> str | None:
    return None if kept is None else str(kept)
