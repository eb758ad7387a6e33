"""Ids of Salesforce records: 15 characters whose capitals matter, or 18 that end in their checksum."""

from __future__ import annotations

import re

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def record_id(text: str) -> str | None:
    """Give the 18 characters of an id, its capitals restored where they were lost; None for what is none."""
    if not _ID.fullmatch(text):
        return None
    first, checksum = text[:15], text[15:].upper()
    if checksum and first in {first.lower(), first.upper()}:
        first = _with_capitals(first, checksum)
    whole = first + _checksum(first)
    return whole if checksum in {"", whole[15:]} else None


def _with_capitals(first: str, checksum: str) -> str:
    capitals = (_CHECKSUM.find(letter) >> bit & 1 for letter in checksum for bit in range(5))
    pairs = zip(first, capitals, strict=True)
    return "".join(char.upper() if capital else char.lower() for char, capital in pairs)


def _checksum(first: str) -> str:
    """Bit i of each letter says whether character i of its five is a capital."""
    return "".join(
        _CHECKSUM[sum(1 << i for i, char in enumerate(first[at : at + 5]) if "A" <= char <= "Z")]
        for at in (0, 5, 10)
    )
