"""Checks an identity as FranceConnect and the national register do, and gives the certified civil status."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sandbox.franceconnect.identity import Identity

FRANCE = "99100"
GENDERS = ("male", "female", "unspecified")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_COMMUNE = re.compile(r"(?:\d{2}|2A|2B)\d{3}")
_COUNTRY = re.compile(r"99\d{3}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class IdentityRefusedError(Exception):
    """FranceConnect will not pass this identity on; `code` is the Y code shown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CivilStatus:
    """What the service may receive; `birthdate` is completed, `idp_birthdate` is not."""

    given_names: tuple[str, ...]
    family_name: str
    gender: str
    birthdate: str
    birthplace: str
    birthcountry: str
    preferred_username: str
    email: str
    idp_birthdate: str

    def pivot(self) -> tuple[str, ...]:
        """The fields `sub` depends on; a birthplace abroad is already empty."""
        return (
            " ".join(self.given_names),
            self.family_name,
            self.birthdate,
            self.gender,
            self.birthplace,
            self.birthcountry,
        )


def certify(identity: Identity) -> CivilStatus:
    """The civil status delivered for this identity.

    Raises: IdentityRefusedError.
    """
    if identity.refusal:
        raise IdentityRefusedError(identity.refusal)
    if not _is_complete(identity):
        raise IdentityRefusedError("Y600006")
    country = identity.birthcountry or FRANCE
    return CivilStatus(
        given_names=identity.given_names,
        family_name=identity.register_family_name or identity.family_name,
        gender=identity.gender,
        birthdate=_completed(identity.birthdate),
        birthplace=identity.birthplace if country == FRANCE else "",
        birthcountry=country,
        preferred_username=identity.preferred_username,
        email=identity.email,
        idp_birthdate=identity.birthdate,
    )


def _is_complete(identity: Identity) -> bool:
    return bool(
        identity.given_names
        and identity.family_name
        and identity.gender in GENDERS
        and _EMAIL.fullmatch(identity.email)
        and _is_birthdate(identity.birthdate)
        and _is_birth_location(identity.birthplace, identity.birthcountry)
    )


def _is_birthdate(text: str) -> bool:
    """A real day, or a month without day, or a year alone; a day without month is refused."""
    found = _DATE.fullmatch(text)
    if found is None or (found[2] == "00" and found[3] != "00"):
        return False
    try:
        date.fromisoformat(_completed(text))
    except ValueError:
        return False
    return True


def _completed(birthdate: str) -> str:
    year, month, day = birthdate.split("-")
    return "-".join((year, "01" if month == "00" else month, "01" if day == "00" else day))


def _is_birth_location(place: str, country: str) -> bool:
    """Born abroad, the place is free text that is dropped later; in France it must be a commune's code."""
    if country and not _COUNTRY.fullmatch(country):
        return False
    return bool(country and country != FRANCE) or bool(_COMMUNE.fullmatch(place))
