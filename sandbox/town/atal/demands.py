"""Requests to the technical services, drawn by lot: always the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sandbox.town.clock import PARIS, end_of
from sandbox.town.people import DUBOIS, MARTIN, MERCIER, Person, population
from sandbox.town.records import Standing

COUNT = 120
LAST_REQUEST = datetime(2015, 12, 30, 14, 0)  # noqa: DTZ001 - the software keeps local time without zone
OBJECTS = ("Éclairage en panne", "Nid-de-poule", "Banc cassé", "Arbre à élaguer", "Avaloir bouché")
# The wordings are set by each town: there is no code.
JOURNEYS: Sequence[tuple[int, str]] = (
    (30, "Enregistrée+0 Validée+1 Programmée+4 Terminée+12"),
    (12, "Enregistrée+0 En attente de devis+3 Programmée+20 Terminée+31"),
    (8, "Enregistrée+0 Refusée+2"),
    (8, "Enregistrée+0 Validée+2"),
    (5, "Enregistrée+0 Terminée+6 Réouverte+9 Terminée+15"),
)
COMMENTS: Mapping[str, str] = {
    "Programmée": "L’équipe passera dans la semaine.",
    "Refusée": "La voie est départementale : votre demande a été transmise.",
    "Terminée": "L’intervention est faite.",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A state reached at a moment, local time without zone."""

    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Demand:
    """One request to the technical services."""

    code: str
    subject: str
    person: Person
    moves: Sequence[Move]

    def at(self, now: datetime) -> Move | None:
        """The state at that moment; none before the request."""
        past = [move for move in self.moves if move.at <= now]
        return past[-1] if past else None


class Workshop:
    """The technical services at the end of a day."""

    def __init__(self, demands: Sequence[Demand], day: date) -> None:
        self._demands = {demand.code: demand for demand in demands}
        self.move(day)

    def move(self, day: date) -> None:
        """Show the state at the end of that day."""
        self.now = end_of(day, PARIS).replace(tzinfo=None)

    def find(self, code: str) -> Demand | None:
        """The request of that code, if it exists yet."""
        demand = self._demands.get(code)
        return demand if demand and demand.at(self.now) else None

    def changed_since(self, day: date | None) -> dict[str, datetime]:
        """The codes of what moved since that day, with the moment of it."""
        moves = {code: demand.at(self.now) for code, demand in self._demands.items()}
        return {code: m.at for code, m in moves.items() if m and (day is None or m.at.date() >= day)}

    def truth(self, day: date) -> Mapping[str, Standing]:
        """The wording of each request, by its code."""
        now = end_of(day, PARIS).replace(tzinfo=None)
        moves = {code: demand.at(now) for code, demand in self._demands.items()}
        return {code: Standing(move.label, move.label) for code, move in moves.items() if move}

    def gone(self, _day: date) -> Mapping[str, str]:
        """Nothing: requests are kept."""
        return {}

    def owned(self) -> Mapping[str, Sequence[str]]:
        """Codes of the requests of each person with a key."""
        owned: dict[str, list[str]] = {}
        for demand in self._demands.values():
            if demand.person.key:
                owned.setdefault(demand.person.key, []).append(demand.code)
        return owned


def demands(seed: int = 20150) -> list[Demand]:
    """Every request of 2015, in the order of arrival."""
    chance = Random(seed)  # noqa: S311 - a reproducible lot, not a secret
    drawn = sorted(_drawn(chance), key=lambda pair: pair[0])
    return [
        Demand(f"DI15-{rank:05d}", chance.choice(OBJECTS), person, tuple(_moves(at, chance)))
        for rank, (at, person) in enumerate(drawn, start=1)
    ]


def _drawn(chance: Random) -> Iterator[tuple[datetime, Person]]:
    for days, person in enumerate((DUBOIS, MERCIER, MARTIN), start=33):
        yield LAST_REQUEST - timedelta(days=days), person
    for _ in range(COUNT - 3):
        back = timedelta(days=int(chance.triangular(0, 340, 20)), seconds=chance.randrange(20_000))
        yield LAST_REQUEST - back, chance.choice(population())


def _moves(at: datetime, chance: Random) -> Iterator[Move]:
    weights, journeys = zip(*JOURNEYS, strict=True)
    steps: list[tuple[str, int]] = []
    for word in chance.choices(journeys, weights)[0].replace("En attente de devis", "Devis").split():
        label, _, days = word.partition("+")
        steps.append(("En attente de devis" if label == "Devis" else label, int(days)))
    for label, days in steps:
        yield Move(at + timedelta(days=days, minutes=chance.randrange(1, 90) if days else 0), label)
