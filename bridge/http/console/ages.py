"""How long something has waited, as an agent says it."""

from __future__ import annotations

from datetime import datetime

from bridge.http.page_words import NO_BREAK


def age_in_words(since: datetime, now: datetime) -> str:
    """Give `3 j`, `5 h` or `12 min`, held together on one line."""
    minutes = max(1, int((now - since).total_seconds() // 60))
    if minutes >= 2 * 24 * 60:
        number, unit = minutes // (24 * 60), "jours"
    elif minutes >= 60:
        number, unit = minutes // 60, "h"
    else:
        number, unit = minutes, "min"
    return f"{number}{NO_BREAK}{unit}"
