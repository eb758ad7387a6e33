"""Who signs in, and what turns names into keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bridge.adapters.secrets import KeyedPseudonyms
from bridge.domain.contact import CertifiedPerson
from bridge.domain.identity import BirthDate, Gender, PivotIdentity
from tests.domain.people import ANGELA
from tests.fakes.clock import START

ISSUER = "https://fc.example/api/v2"
OLD_KEY, NEW_KEY = b"1" * 32, b"2" * 32
PSEUDONYMS = KeyedPseudonyms({"v1": OLD_KEY})
ROTATED = KeyedPseudonyms({"v2": NEW_KEY, "v1": OLD_KEY})
PAUL = replace(
    ANGELA,
    family_name="MARTIN",
    given_names=("Paul",),
    birth_date=BirthDate("1971-02-03"),
    gender=Gender.MALE,
)


def certified(identity: PivotIdentity = ANGELA, **changes: Any) -> CertifiedPerson:
    """Give what a sign-in of this person certifies."""
    person = CertifiedPerson(
        subject=f"sub of {identity.family_name}",
        issuer=ISSUER,
        identity=identity,
        usage_name=None,
        email="typed@example.fr",
        acr="eidas1",
        authenticated_at=START,
    )
    return replace(person, **changes)


def subject_hash(person: CertifiedPerson) -> str:
    """Give the hash this person is stored under."""
    return PSEUDONYMS.subject(person.issuer, person.subject)
