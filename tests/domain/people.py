"""Angela, and how another register may know her."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bridge.domain.contact import Contact
from bridge.domain.identity import FRANCE, BirthDate, Gender, PivotIdentity

ANGELA = PivotIdentity(
    family_name="DUBOIS",
    given_names=("Angela", "Claire", "Louise"),
    birth_date=BirthDate("1962-08-24"),
    gender=Gender.FEMALE,
    birth_place="75107",
    birth_country=FRANCE,
)
ABROAD = replace(ANGELA, birth_place=None, birth_country="99109")


def like(identity: PivotIdentity = ANGELA, **changes: Any) -> PivotIdentity:
    """Give an identity with some fields changed."""
    return replace(identity, **changes)


def contact(
    identity: PivotIdentity = ANGELA, *, contact_id: str = "003A", subject_hash: str | None = None
) -> Contact:
    """Give a Contact of the org that knows this."""
    return Contact(contact_id, identity, subject_hash)
