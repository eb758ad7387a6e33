"""The procedure and its files, as the platform holds them on the town's day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sandbox.town.clock import PARIS, end_of
from sandbox.town.demarches.dossiers import LABELS, TO_CORRECT, Dossier, Snapshot
from sandbox.town.records import Standing

NUMBER = 90001
TITLE = "Inscription aux accueils de loisirs"


class Platform:
    """One procedure: files visible, hidden but recoverable, and deleted for good."""

    def __init__(self, dossiers: Sequence[Dossier], day: date) -> None:
        self._dossiers = dossiers
        self._now: Sequence[Snapshot] = ()
        self.move(day)

    def move(self, day: date) -> None:
        """Show the state at the end of that day."""
        self._now = self._snapshots(end_of(day, PARIS))

    def visible(self) -> list[Snapshot]:
        """Files in the list."""
        return [snapshot for snapshot in self._now if snapshot.hidden is None]

    def pending_deleted(self) -> list[Snapshot]:
        """Files hidden, that can still be brought back."""
        return [s for s in self._now if s.hidden is not None and s.purged is None]

    def deleted(self) -> list[Snapshot]:
        """Files deleted for good."""
        return [snapshot for snapshot in self._now if snapshot.purged is not None]

    def truth(self, day: date) -> Mapping[str, Standing]:
        """The state of each file still in the list, by its number."""
        snapshots = self._snapshots(end_of(day, PARIS))
        return {str(s.number): _standing(s) for s in snapshots if s.hidden is None}

    def gone(self, day: date) -> Mapping[str, str]:
        """Files that left the list, with who asked for it."""
        snapshots = self._snapshots(end_of(day, PARIS))
        return {str(s.number): s.hidden.kind for s in snapshots if s.hidden is not None}

    def owned(self) -> Mapping[str, Sequence[str]]:
        """Numbers of the files of each person with a key."""
        owned: dict[str, list[str]] = {}
        for dossier in self._dossiers:
            if dossier.person.key:
                owned.setdefault(dossier.person.key, []).append(str(dossier.number))
        return owned

    def _snapshots(self, moment: datetime) -> Sequence[Snapshot]:
        return [found for dossier in self._dossiers if (found := dossier.at(moment)) is not None]


def _standing(snapshot: Snapshot) -> Standing:
    waiting = snapshot.pending_correction is not None
    return Standing(snapshot.state, TO_CORRECT if waiting else LABELS[snapshot.state])
