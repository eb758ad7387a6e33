"""Draws a year of civil-status requests by lot: always the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sandbox.town.etat_civil.requests import Change, CivilRequest
from sandbox.town.etat_civil.words import COMMENTS, JOURNEYS, KINDS, MESSAGES, Stage
from sandbox.town.people import DUBOIS, MARTIN, MERCIER, NEAR_MISSES, Person, population

COUNT = 500
LAST_REQUEST = datetime(2015, 12, 31, 15, 0)  # noqa: DTZ001 - the software keeps local time without zone


@dataclass(frozen=True, slots=True)
class _Demand:
    """A request before it has a number: numbers follow the order of arrival."""

    at: datetime
    kind: str
    person: Person
    stages: tuple[Stage, ...]


def _before(days: int, hour: int) -> datetime:
    return (LAST_REQUEST - timedelta(days=days)).replace(hour=hour, minute=12)


_CITIZENS = (
    _Demand(
        _before(34, 9),
        "ACTE_NAISSANCE",
        DUBOIS,
        (Stage(0, "SENT"), Stage(0, "SI_RECEIVED"), Stage(1, "IN_PROGRESS"), Stage(5, "DONE")),
    ),
    _Demand(
        _before(35, 10),
        "ACTE_MARIAGE",
        MERCIER,
        (Stage(0, "SENT"), Stage(0, "SI_RECEIVED"), Stage(4, "IN_PROGRESS"), Stage(8, "ADD_AWAITING")),
    ),
    _Demand(
        _before(37, 14),
        "PACS",
        MARTIN,
        (Stage(0, "SENT"), Stage(1, "SI_RECEIVED"), Stage(9, "IN_PROGRESS")),
    ),
)


def civil_requests(seed: int = 1792) -> list[CivilRequest]:
    """Every request of 2015, in the order of arrival."""
    chance = Random(seed)  # noqa: S311 - a reproducible lot, not a secret
    demands = sorted(_demands(chance), key=lambda demand: demand.at)
    return [
        CivilRequest(
            key=10_000 + place,
            number=f"EC-2015-{place:06d}",
            kind=demand.kind,
            person=demand.person,
            changes=tuple(_changes(demand, chance)),
            undated=chance.random() < 0.08,
            birth_unknown=chance.random() < 0.04 and not demand.person.key,
        )
        for place, demand in enumerate(demands, start=1)
    ]


def _demands(chance: Random) -> Iterator[_Demand]:
    yield from _CITIZENS
    for place, person in enumerate(NEAR_MISSES):
        yield _Demand(_before(44 - place, 11), "ACTE_NAISSANCE", person, JOURNEYS[place % 3][1])
    weights, journeys = zip(*JOURNEYS, strict=True)
    for _ in range(COUNT - len(_CITIZENS) - len(NEAR_MISSES)):
        at = LAST_REQUEST - timedelta(days=int(chance.triangular(0, 360, 15)), minutes=chance.randrange(420))
        kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
        yield _Demand(at, kind, chance.choice(population()), chance.choices(journeys, weights)[0])


def _changes(demand: _Demand, chance: Random) -> Iterator[Change]:
    at = demand.at
    for stage in demand.stages:
        # Two stages of one day are minutes apart; never two at the same instant.
        planned = _office_hour(demand.at + timedelta(days=stage.days), chance) if stage.days else at
        at = max(planned, at + timedelta(minutes=chance.randrange(2, 40)))
        yield Change(
            at=at,
            status=stage.status,
            message=chance.choice(MESSAGES.get(stage.status, (None,))),
            comment=chance.choice(COMMENTS) if chance.random() < 0.2 else None,
        )


def _office_hour(moment: datetime, chance: Random) -> datetime:
    weekend = max(0, 7 - moment.weekday()) if moment.weekday() > 4 else 0
    day = moment + timedelta(days=weekend)
    return day.replace(hour=chance.randrange(9, 17), minute=chance.randrange(60), second=chance.randrange(60))
