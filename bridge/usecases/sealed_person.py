"""A certified person as a review holds them: sealed, and without the subject."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bridge.domain.contact import CertifiedPerson, Origin
from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision
from bridge.usecases.ports import Vault

REVIEW_PURPOSE = "review"


def seal_person(vault: Vault, person: CertifiedPerson) -> str:
    """Give the sealed form: identity, usage name, e-mail, level, time, origin and issuer, never the `sub`."""
    told = {
        "identity": asdict(person.identity),
        "usage_name": person.usage_name,
        "email": person.email,
        "acr": person.acr,
        "authenticated_at": person.authenticated_at.isoformat(),
        "origin": person.origin,
        "issuer": person.issuer,
    }
    return vault.seal(REVIEW_PURPOSE, json.dumps(told))


def open_person(vault: Vault, sealed: str, subject: str) -> CertifiedPerson:
    """Give the person back, under a subject the caller knows.

    Raises: ConfigurationError when no known key fits.
    """
    told = json.loads(vault.open(REVIEW_PURPOSE, sealed))
    return CertifiedPerson(
        subject=subject,
        issuer=told["issuer"],
        identity=_identity(told["identity"]),
        usage_name=told["usage_name"],
        email=told["email"],
        acr=told["acr"],
        authenticated_at=datetime.fromisoformat(told["authenticated_at"]),
        origin=Origin(told["origin"]),
    )


def _identity(told: dict[str, Any]) -> PivotIdentity:
    born, gender = told["birth_date"], told["gender"]
    return PivotIdentity(
        family_name=told["family_name"],
        given_names=tuple(told["given_names"]),
        birth_date=BirthDate(born["text"], Precision(born["precision"])) if born else None,
        gender=Gender(gender) if gender else None,
        birth_place=told["birth_place"],
        birth_country=told["birth_country"],
    )
