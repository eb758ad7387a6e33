"""One text for one value of a field, whichever of the org's formats it comes in."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_NUMBER = re.compile(r"-?\d+\.0+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)")


def field_text(value: object) -> str:
    """Give the text two equal values share: of JSON, of a bulk result, or of what we write.

    Nothing is an empty text; a moment is in UTC to the second; what a text ends with in blanks the org drops.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    if _NUMBER.fullmatch(text):
        return text.partition(".")[0]
    if _MOMENT.fullmatch(text):
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
    return text.replace("\r\n", "\n").strip()
