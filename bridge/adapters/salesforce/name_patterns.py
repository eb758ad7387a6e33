"""Names as LIKE patterns, so that the org finds them whatever their accents, hyphens and apostrophes.

The org tells É from E, and FranceConnect gives many names without their accents. A pattern is made of
letters A to Z, digits and wildcards alone: nothing a name holds can leave it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bridge.domain.identity import comparison_key

_ACCENTED = {
    "A": "AÀÂÄÆ",
    "C": "CÇ",
    "E": "EÉÈÊË",
    "I": "IÎÏ",
    "N": "NÑ",
    "O": "OÔÖŒ",
    "U": "UÙÛÜ",
    "Y": "YŸ",
}
_NOT_PLAIN = re.compile("[^BDFGHJ-MP-TVWXZ0-9]")
_LIGATURE = re.compile("OE|AE")
_WILD = re.compile(r"[%_\\]")
_FEWEST_LETTERS = 2
_MOST_WORDS = 4


def patterns(name: str, longest: int, *, begins: bool = False) -> list[str]:
    """Give the patterns of a name; with `begins`, of every text that begins with it.

    A name with too few letters for a pattern is asked for as it is written.
    """
    key = comparison_key(name)[:longest]
    shapes = dict.fromkeys(_shape(form) for form in (key, _LIGATURE.sub("E", key)))
    end = "%" if begins else ""
    return [
        shape + end for shape in shapes if sum(map(str.isalnum, shape)) >= _FEWEST_LETTERS
    ] or _as_written(name, longest, end)


def anchored(name: str, longest: int) -> list[str]:
    """Give the patterns of a name with its first letter, accented in every way: an index can serve them."""
    shapes = patterns(name, longest)
    return [f"{letter}{shape[1:]}" for shape in shapes for letter in initials([name])] or shapes


def initials(family_names: Iterable[str]) -> list[str]:
    """Give the letters a register may begin these names with."""
    firsts = (comparison_key(name)[:1] for name in family_names)
    letters = (letter for first in firsts for letter in _ACCENTED.get(first, first))
    return [letter for letter in dict.fromkeys(letters) if letter.isalnum()]


def _shape(key: str) -> str:
    words = key.split()
    shape = "%".join(_NOT_PLAIN.sub("_", word) for word in words[:_MOST_WORDS])
    return f"{shape}%" if len(words) > _MOST_WORDS else shape


def _as_written(name: str, longest: int, end: str) -> list[str]:
    ways = dict.fromkeys((name.strip()[:longest], comparison_key(name)[:longest]))
    return [way + end for way in (_WILD.sub("_", each) for each in ways) if way.strip("_ ")]
