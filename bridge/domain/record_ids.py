"""Ids of Salesforce records: 15 characters whose capitals matter, or 18 that end in their checksum."""

from __future__ import annotations

import re

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def record_id(text: str) -> str | None:
    """Give the 18 characters of an id; None for what is none, or whose capitals were lost on the way."""
    if not _ID.fullmatch(text):
        return None
    whole = text[:15] + _checksum(text[:15])
    return whole if text in {whole, whole[:15]} else None


def _checksum(first: str) -> str:
    """Bit i of each letter says whether character i of its five is a capital."""
    return "".join(
        _CHECKSUM[sum(1 << i for i, char in enumerate(first[at : at + 5]) if "A" <= char <= "Z")]
        for at in (0, 5, 10)
    )
