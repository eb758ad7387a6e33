"""A civil-status request with its whole history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox.town.people import Person


@dataclass(frozen=True, slots=True)
class Change:
    """A status taken at a moment; local time without zone, as the software keeps it."""

    at: datetime
    status: str
    message: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class CivilRequest:
    """One request; `undated` rows never get a modification date, `birth_unknown` ones no birth data."""

    key: int
    number: str
    kind: str
    person: Person
    changes: Sequence[Change]
    undated: bool = False
    birth_unknown: bool = False

    def at(self, moment: datetime) -> Change | None:
        """The last change by that moment; none before the request was made."""
        past = [change for change in self.changes if change.at <= moment]
        return past[-1] if past else None
