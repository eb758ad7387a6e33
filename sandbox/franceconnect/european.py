"""Citizens of another Member State, through the eIDAS node: what FranceConnect+ passes on of them."""

from __future__ import annotations

import re
from typing import Any

from sandbox.franceconnect.identity import Identity

_DATE = re.compile(r"\d{4}-(?!00)\d{2}-(?!00)\d{2}")
GENDERS = ("male", "female", "unspecified")


def is_complete(identity: Identity) -> bool:
    """Names and a whole date; gender and free-text place may be missing, nothing else is known."""
    return bool(
        identity.given_names
        and identity.family_name
        and _DATE.fullmatch(identity.birthdate)
        and identity.gender in {"", *GENDERS}
    )


def claims_of(identity: Identity) -> dict[str, Any]:
    """The identity claims: the name in use, and neither country of birth, address nor usage name."""
    everything = {
        "given_name": " ".join(identity.given_names),
        "family_name": identity.family_name,
        "birthdate": identity.birthdate,
        "gender": identity.gender,
        "birthplace": identity.birthplace,
    }
    return {name: value for name, value in everything.items() if value}
