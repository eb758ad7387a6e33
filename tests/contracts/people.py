"""Invented people for the contract of the Contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bridge.domain.contact import CertifiedPerson
from bridge.domain.identity import FRANCE, BirthDate, Gender, PivotIdentity

ANGELA = PivotIdentity(
    family_name="Dubois-Lœvenbrück",
    given_names=("Angela", "Claire", "Louise"),
    birth_date=BirthDate("1962-08-24"),
    gender=Gender.FEMALE,
    birth_place="75107",
    birth_country=FRANCE,
)


def certified(identity: PivotIdentity = ANGELA, **changes: object) -> CertifiedPerson:
    """Give what a sign-in of this person certifies."""
    person = CertifiedPerson(
        subject="not stored",
        issuer="https://franceconnect.example",
        identity=identity,
        usage_name="Martin",
        email="angela@example.fr",
        acr="eidas1",
        authenticated_at=datetime(2025, 3, 3, 8, 59, 30, tzinfo=UTC),
    )
    return replace(person, **changes)  # type: ignore[arg-type]  # names and types are the caller's


def uncertified(identity: PivotIdentity = ANGELA, **changes: object) -> PivotIdentity:
    """Give what a town knows of the person before any sign-in: name, first name, birth date."""
    known = replace(
        identity,
        given_names=identity.given_names[:1],
        gender=None,
        birth_place=None,
        birth_country=None,
    )
    return replace(known, **changes)  # type: ignore[arg-type]  # names and types are the caller's
