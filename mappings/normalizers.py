"""The named transforms of text a mapping may ask for; there is no expression and no pattern."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

_KEPT_CONTROLS = "\n\t"
_COG_LENGTH = 5


def text_of(value: object) -> str | None:
    """Give a raw value as clean text, None when there is nothing.

    Raises: TypeError for a list or a mapping, which no text rule can read.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _clean(value) or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple, Mapping, bytes)):
        raise TypeError(type(value).__name__)
    return _clean(str(value)) or None


def _clean(text: str) -> str:
    """Strip, and drop what no database or XML document takes: control characters, lone surrogates."""
    if not text.isprintable():
        text = "".join(_safe(character) for character in text.replace("\r\n", "\n"))
    return unicodedata.normalize("NFC", text).strip()


def _safe(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc":
        return character if character in _KEPT_CONTROLS else ""
    return "\N{REPLACEMENT CHARACTER}" if category == "Cs" else character


def collapse_spaces(text: str) -> str:
    """Give the text with single spaces, whatever kind of space it had."""
    return " ".join(text.split())


def digits(text: str) -> str:
    """Keep the digits 0 to 9."""
    return "".join(character for character in text if character in "0123456789")


def cog_code(text: str) -> str:
    """Give a five-character INSEE code, Corsica's letters included; anything else counts as not known."""
    code = text.strip().upper()
    body = code[:1] + code[2:] if code[:2] in {"2A", "2B"} else code
    return code if len(code) == _COG_LENGTH and body.isascii() and body.isdigit() else ""


TRANSFORMS: dict[str, Callable[[str], str]] = {
    "strip": str.strip,
    "collapse_spaces": collapse_spaces,
    "upper": str.upper,
    "lower": str.lower,
    "digits": digits,
    "cog_code": cog_code,
}

SEPARATORS: dict[str, str] = {
    "space": " ",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "line": "\n",
}
"""What a list may be split on."""


def split(text: str, separators: Sequence[str]) -> tuple[str, ...]:
    """Give the non-empty parts of a list written in one text, their spaces collapsed."""
    parts = [text]
    for name in separators:
        parts = [piece for part in parts for piece in part.split(SEPARATORS[name])]
    return tuple(tidy for part in parts if (tidy := collapse_spaces(part)))
