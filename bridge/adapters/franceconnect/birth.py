"""Date and place of birth, with what the State does not know about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bridge.domain.identity import FRANCE, BirthDate, Precision

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_COUNTRY = re.compile(r"99\d{3}", re.ASCII)
_COMMUNE = re.compile(r"(?:\d{2}|2A|2B)\d{3}", re.ASCII)
_UNKNOWN = "00"
_FIRST = "01"


def birth_date(claims: Mapping[str, Any], birth_country: str) -> BirthDate:
    """Give the date with its precision. Raises: ValueError, with the field's name only.

    FranceConnect completes an unknown day or month with 01; only the date as the identity provider knows
    it tells such a date from a real first of the month. Without that proof the first is not believed: a
    date known in part never links anybody by itself. Abroad there is no proof: the first of January is what
    many registers write for a day nobody knows, and no commune tells two such people apart.
    """
    year, month, day = _parts(claims.get("birthdate"))
    text = f"{year}-{_completed(month)}-{_completed(day)}"
    if not _exists(text):
        raise ValueError("birthdate")
    if month == _UNKNOWN:
        return BirthDate(text, Precision.YEAR)
    if day == _UNKNOWN:
        return BirthDate(text, Precision.MONTH)
    proven = birth_country == FRANCE and claims.get("idp_birthdate") == claims.get("birthdate")
    if day != _FIRST or proven:
        return BirthDate(text)
    return BirthDate(text, Precision.YEAR if month == _FIRST else Precision.MONTH)


def _parts(value: Any) -> tuple[str, str, str]:
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found[2] == _UNKNOWN and found[3] != _UNKNOWN):
        raise ValueError("birthdate")
    return found[1], found[2], found[3]


def _completed(part: str) -> str:
    return _FIRST if part == _UNKNOWN else part


def _exists(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def country(claims: Mapping[str, Any]) -> str:
    """Give the COG code of the country of birth. Raises: ValueError."""
    value = claims.get("birthcountry")
    if not isinstance(value, str) or not _COUNTRY.fullmatch(value):
        raise ValueError("birthcountry")
    return value


def place(claims: Mapping[str, Any], birth_country: str) -> str | None:
    """Give the COG code of the commune; None abroad, where providers leave free text, and when unreadable."""
    value = claims.get("birthplace")
    if birth_country != FRANCE or not isinstance(value, str) or not _COMMUNE.fullmatch(value):
        return None
    return value
