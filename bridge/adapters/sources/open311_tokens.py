"""Requests a server has taken without a number yet: it gave a token, and the number comes later.

Source: https://wiki.open311.org/GeoReport_v2/ , service types `batch` and GET /tokens/[token].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bridge.adapters.sources.open311_desk import SPAN, Desk, Entry

MOST_WAITING = 500
"""Tokens asked for in one run; the oldest are given up beyond that."""


@dataclass(slots=True)
class Waiting:
    """The tokens whose number has not come, with the day they were first shown."""

    since: dict[str, datetime] = field(default_factory=dict)

    @classmethod
    def read(cls, noted: object) -> Waiting:
        """Give what a cursor says; a date that is none is left out."""
        found: dict[str, datetime] = {}
        for token, text in noted.items() if isinstance(noted, dict) else ():
            try:
                found[str(token)] = datetime.fromisoformat(str(text))
            except ValueError:
                continue
        return cls({token: moment for token, moment in found.items() if moment.tzinfo})

    def takes(self, entry: Entry, now: datetime) -> bool:
        """Whether an entry has a token and no number, so that it is waited for instead of read."""
        token = entry.get("token")
        if entry.get("service_request_id") or not isinstance(token, str | int) or not str(token):
            return False
        self.since.setdefault(str(token)[:200], now)
        return True

    def numbered(self, desk: Desk, now: datetime) -> list[str]:
        """Give the numbers that have come, which are waited for no longer; after ninety days none is.

        Raises: TransientError, PermanentError.
        """
        asked = sorted(self.since, key=lambda token: self.since[token])[-MOST_WAITING:]
        self.since = {token: self.since[token] for token in asked if now - self.since[token] < _GIVEN_UP}
        found = {token: number for token in self.since if (number := desk.number_of(token))}
        for token in found:
            del self.since[token]
        return list(found.values())

    def text(self) -> dict[str, str]:
        """Give what a cursor keeps."""
        return {token: moment.isoformat() for token, moment in self.since.items()}


_GIVEN_UP: timedelta = SPAN
