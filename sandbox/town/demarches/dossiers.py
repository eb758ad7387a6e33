"""A file on the platform: its events, and what they make of it at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sandbox.town.people import Person

# What each event turns the file into; the others leave the state alone.
STATES = {
    "depose": "en_construction",
    "depose_correction_usager": "en_construction",
    "repasse_en_construction": "en_construction",
    "passe_en_instruction": "en_instruction",
    "repasse_en_instruction": "en_instruction",
    "accepte": "accepte",
    "refuse": "refuse",
    "classe_sans_suite": "sans_suite",
}
DECISIONS = frozenset({"accepte", "refuse", "sans_suite"})
LABELS = {
    "en_construction": "en construction",
    "en_instruction": "en instruction",
    "accepte": "accepté",
    "refuse": "refusé",
    "sans_suite": "classé sans suite",
}
TO_CORRECT = "à corriger"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, in aware UTC.

    Kinds are those of `STATES`, and correction, user_request, instructeur_request, purge.
    """

    at: datetime
    kind: str
    text: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Child:
    """The child to be registered."""

    family_name: str
    given_name: str
    civility: str
    born_on: date


@dataclass(frozen=True, slots=True)
class Dossier:
    """One file; `number` is what the citizen sees."""

    number: int
    person: Person
    child: Child
    connection: str
    events: Sequence[Event]

    def at(self, moment: datetime) -> Snapshot | None:
        """The file as it stands at that moment; none before its deposit."""
        past = tuple(event for event in self.events if event.at <= moment)
        return Snapshot(self, past) if past else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file after the events that have happened so far."""

    dossier: Dossier
    events: Sequence[Event]

    @property
    def number(self) -> int:
        """The number of the file."""
        return self.dossier.number

    @property
    def state(self) -> str:
        """The platform's own word for where the file is."""
        return next(STATES[event.kind] for event in reversed(self.events) if event.kind in STATES)

    @property
    def deposited_at(self) -> datetime:
        """When the citizen deposited it."""
        return self.events[0].at

    @property
    def updated_at(self) -> datetime:
        """When anything last happened to it."""
        return self.events[-1].at

    @property
    def decision(self) -> Event | None:
        """The decision now in force."""
        return self.last("accepte", "refuse", "classe_sans_suite") if self.state in DECISIONS else None

    @property
    def pending_correction(self) -> Event | None:
        """The correction asked of the citizen and not yet made."""
        asked, made = self.last("correction"), self.last("depose_correction_usager")
        if asked is None or self.state != "en_construction" or (made is not None and made.at > asked.at):
            return None
        return asked

    @property
    def hidden(self) -> Event | None:
        """Why and when it left the list, still recoverable or not."""
        return self.last("user_request", "instructeur_request")

    @property
    def purged(self) -> Event | None:
        """When it was deleted for good."""
        return self.last("purge")

    def last(self, *kinds: str) -> Event | None:
        """The latest event of those kinds."""
        return next((event for event in reversed(self.events) if event.kind in kinds), None)
