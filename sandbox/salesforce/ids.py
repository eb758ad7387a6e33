"""Record ids: 15 characters that differ by case, plus a three-character suffix for case-blind readers."""

from __future__ import annotations

import string

_SUFFIX_ALPHABET = string.ascii_uppercase + "012345"
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ALNUM = frozenset(_BASE62)
_INSTANCE = "Qk0"


def suffix(id15: str) -> str:
    """The checksum of a 15-character id: bit i of each letter says whether character i is upper case."""
    return _checksum(*id15[:5]) + _checksum(*id15[5:10]) + _checksum(*id15[10:15])


def _checksum(a: str, b: str, c: str, d: str, e: str) -> str:
    bits = a.isupper() | b.isupper() << 1 | c.isupper() << 2 | d.isupper() << 3 | e.isupper() << 4
    return _SUFFIX_ALPHABET[bits]


def make_id(prefix: str, number: int) -> str:
    """The 18-character id of the record with this number; ids of one prefix sort by number."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _BASE62[rest] + digits
    id15 = f"{prefix}{_INSTANCE}{digits.rjust(9, '0')}"
    return id15 + suffix(id15)


def number_of(record_id: str) -> int:
    """The number `make_id` was given."""
    number = 0
    for char in record_id[6:15]:
        number = number * 62 + _BASE62.index(char)
    return number


def canonical_id(value: str) -> str | None:
    """The 18-character form of a 15 or 18-character id, or None if it has not the shape of one.

    A long id whose letters lost their case gets it back from its suffix.
    """
    if len(value) not in (15, 18) or not _ALNUM.issuperset(value):
        return None
    if len(value) == 15:
        return value + suffix(value)
    restored = _restore_case(value[:15], value[15:].upper())
    return None if restored is None else restored + suffix(restored)


def _restore_case(id15: str, checksum: str) -> str | None:
    if any(char not in _SUFFIX_ALPHABET for char in checksum):
        return None
    bits = [_SUFFIX_ALPHABET.index(checksum[i // 5]) >> (i % 5) & 1 for i in range(15)]
    restored = "".join(char.upper() if bit else char.lower() for char, bit in zip(id15, bits, strict=True))
    return restored if suffix(restored) == checksum else None
