"""Planning files with their consultations, and every change as an entry of one numbered log.

Source: github.com/SDIS62/prevarisc-passerelle-platau; states 1, 2, 3 and 6 are those its clients handle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.town.urbanisme.files import PlanningFile

DELIVERED, ACKNOWLEDGED, TREATED, GIVEN = 1, 2, 3, 6
SERVICES = ("ABF", "ENEDIS", "SDIS", "Voirie départementale")
_PIECE, _CONSULTATION = 5, 6
_FIRST_PIECE, _MODIFIED = 71, 17
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class Consultation:
    """A service that was asked; its states with the day each was reached."""

    id: str
    service: str
    sent_on: date
    months: int
    states: Sequence[tuple[date, int]]

    def state(self, day: date) -> int | None:
        """The state on that day; none before it was sent."""
        reached = [state for on, state in self.states if on <= day]
        return reached[-1] if reached else None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A file as the hub has it."""

    id: str
    file: PlanningFile
    consultations: Sequence[Consultation]

    def version(self, day: date) -> int:
        """How many changes it has seen, from 1."""
        return 1 + sum(on <= day for c in self.consultations for on, _ in c.states)

    def known(self, day: date) -> Sequence[Consultation]:
        """The consultations sent by then, oldest first."""
        return [c for c in self.consultations if c.state(day) is not None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log: what happened to which part of which file."""

    on: date
    dossier: Dossier
    element_id: str
    kind: int
    event: int


def dossiers(files: Sequence[PlanningFile], seed: str = "platau") -> list[Dossier]:
    """The files that were sent out for consultation, in the order of deposit."""
    sent = [file for file in files if any(step.code == "CONSULT" for step in file.steps)]
    return [_dossier(file, Random(f"{seed}/{file.number}")) for file in sent]  # noqa: S311 - a reproducible lot


def log_of(found: Sequence[Dossier]) -> list[Entry]:
    """Every change of every file, in the order of days; its rank is its offset."""
    entries = [Entry(d.file.deposited_on, d, f"PIE-{d.id[:3]}", _PIECE, _FIRST_PIECE) for d in found]
    entries += [
        Entry(on, dossier, consultation.id, _CONSULTATION, _MODIFIED)
        for dossier in found
        for consultation in dossier.consultations
        for on, _ in consultation.states
    ]
    return sorted(entries, key=lambda entry: (entry.on, entry.dossier.id, entry.element_id))


def _dossier(file: PlanningFile, chance: Random) -> Dossier:
    sent_on = next(step.typed_on for step in file.steps if step.code == "CONSULT")
    services = chance.sample(SERVICES, chance.choices((1, 2), (70, 30))[0])
    consultations = [_consultation(service, sent_on, chance) for service in services]
    return Dossier(_id(chance), file, consultations)


def _consultation(service: str, sent_on: date, chance: Random) -> Consultation:
    states, on = [(sent_on, DELIVERED)], sent_on
    for state in (ACKNOWLEDGED, TREATED, GIVEN):
        on += timedelta(days=chance.randrange(1, 9))
        states.append((on, state))
    return Consultation(_id(chance), service, sent_on, chance.choice((1, 2)), states)


def _id(chance: Random) -> str:
    return "-".join("".join(chance.choices(_LETTERS, k=3)) for _ in range(3))
