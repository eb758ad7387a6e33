"""What a view's values become: text, as in a file, and a mark of how far it was read."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
VIEW_NAME = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_]{0,62}\.)?[A-Za-z_][A-Za-z0-9_]{0,62}")

UNDATED_BEFORE = datetime(1901, 1, 1)  # noqa: DTZ001 - compared with a column that has no zone
"""Older dates are what some software writes for "no date"."""


def text_of(value: object) -> str | None:
    """Give a value as text, without the padding of CHAR columns; dates in ISO 8601, NULL as None."""
    match value:
        case None | str():
            return value and value.rstrip(" ")
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case bytes() | memoryview():
            return bytes(value).hex()
    return str(value)


def moment_of(value: object) -> datetime | None:
    """Give the time a modification column shows; None when it shows none that can be read."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        return datetime.fromisoformat(str(value).rstrip(" "))
    except ValueError:
        return None


def written_like(moment: datetime, example: str) -> str:
    """Give a moment in the shape of another that was kept as text, so that the two sort together."""
    return moment.isoformat(sep=example[10] if len(example) > 10 else "T")[: max(len(example), 10)]


def earlier(moment: datetime, by: timedelta) -> datetime:
    """Give the moment before, never older than dates go."""
    floor = UNDATED_BEFORE.replace(tzinfo=moment.tzinfo)
    return max(moment - by, floor)
