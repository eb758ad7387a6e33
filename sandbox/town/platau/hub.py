"""The hub on a day, as the town's own actor sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from threading import Lock

from sandbox.town.platau.dossiers import ACKNOWLEDGED, Dossier, Entry, log_of
from sandbox.town.records import Standing


class PlanningHub:
    """Files of one actor; what the actor acknowledged is remembered."""

    def __init__(self, dossiers: Sequence[Dossier], day: date) -> None:
        self._dossiers = dossiers
        self._log = log_of(dossiers)
        self._acknowledged: set[str] = set()
        self._lock = Lock()
        self.day = day

    def move(self, day: date) -> None:
        """Show the state at the end of that day."""
        self.day = day

    def empty(self) -> None:
        """Forget what was acknowledged."""
        with self._lock:
            self._acknowledged.clear()

    def dossiers(self) -> list[Dossier]:
        """The files deposited by now, oldest first."""
        return [d for d in self._dossiers if d.file.deposited_on <= self.day]

    def log(self, offset: int) -> list[tuple[int, Entry]]:
        """The log from an offset on, that one included."""
        return [(n, e) for n, e in enumerate(self._log, start=1) if e.on <= self.day and n >= offset]

    def state(self, consultation_id: str, reached: int) -> int:
        """The state of a consultation, acknowledged by its actor or not."""
        known = consultation_id in self._acknowledged
        return max(reached, ACKNOWLEDGED) if known else reached

    def acknowledge(self, consultation_id: str) -> None:
        """Take a consultation into account."""
        with self._lock:
            self._acknowledged.add(consultation_id)

    def truth(self, day: date) -> Mapping[str, Standing]:
        """The state of the consultation sent last, by file id; empty before any was sent."""
        known = [d for d in self._dossiers if d.file.deposited_on <= day]
        return {d.id: Standing(str(_last_state(d, day) or ""), d.file.number) for d in known}

    def gone(self, _day: date) -> Mapping[str, str]:
        """Nothing: files stay with their actor."""
        return {}

    def owned(self) -> Mapping[str, Sequence[str]]:
        """Ids of the files of each person with a key."""
        owned: dict[str, list[str]] = {}
        for dossier in self._dossiers:
            if dossier.file.person and dossier.file.person.key:
                owned.setdefault(dossier.file.person.key, []).append(dossier.id)
        return owned


def _last_state(dossier: Dossier, day: date) -> int:
    known = dossier.known(day)
    return (known[-1].state(day) or 0) if known else 0
