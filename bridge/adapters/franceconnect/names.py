"""Which texts can be a person's name or e-mail address."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, TypeGuard

MAX_NAME_CHARS = 100
MAX_EMAIL_CHARS = 254
_SEPARATORS = frozenset(" -‐‑'’ʼ._")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\x00-\x1f\x7f]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")


def name(value: Any, field: str) -> str:
    """Give the name in composed form, outer spaces cut. Raises: ValueError, with the field's name only.

    Latin letters and the few signs between them: no markup, control, direction mark, look-alike of another
    alphabet, or piled-up accents.
    Source: FranceConnect, scope page; circulaire of 23 July 2014 on civil status.
    """
    if not isinstance(value, str) or len(value) > 2 * MAX_NAME_CHARS:
        raise ValueError(field)
    text = unicodedata.normalize("NFC", value).strip(" ")
    if not 1 <= len(text) <= MAX_NAME_CHARS or not any(map(_is_letter, text)):
        raise ValueError(field)
    if not all(_may_follow(before, char) for before, char in zip(" " + text, text, strict=False)):
        raise ValueError(field)
    return text


def _may_follow(before: str, char: str) -> bool:
    if unicodedata.combining(char):
        return _is_letter(before)
    return _is_letter(char) or char in _SEPARATORS


def _is_letter(char: str) -> bool:
    return char.isalpha() and "LATIN" in unicodedata.name(char, "")


def is_email(value: Any) -> TypeGuard[str]:
    """Tell whether this is one plain e-mail address."""
    plain = isinstance(value, str) and len(value) <= MAX_EMAIL_CHARS and value.isprintable()
    return plain and _EMAIL.fullmatch(value) is not None
