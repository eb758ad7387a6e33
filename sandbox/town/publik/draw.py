"""Draws the requests of the citizen desk by lot: always the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sandbox.town.people import DUBOIS, MARTIN, MERCIER, NEAR_MISSES, Person, population
from sandbox.town.publik.forms import Form, FormData, Jump
from sandbox.town.publik.words import COMMENTS, FORMS, INTERNAL, JOURNEYS, PARKING, SUBJECTS, Stage, journey

COUNT = 260
LAST_REQUEST = datetime(2015, 12, 31, 16, 0)  # noqa: DTZ001 - the software writes local time without zone


@dataclass(frozen=True, slots=True)
class _Demand:
    """A request before it has a number: numbers follow the order of arrival in each form."""

    at: datetime
    form: Form
    person: Person
    stages: tuple[Stage, ...]


def _days_before(days: int) -> datetime:
    return (LAST_REQUEST - timedelta(days=days)).replace(hour=10, minute=5)


_CITIZENS = (
    _Demand(_days_before(34), PARKING, DUBOIS, journey("new+0 verif+1 pieces+8")),
    _Demand(_days_before(33), PARKING, MERCIER, journey("new+0 verif+1 paiement+6 delivree+20")),
    _Demand(_days_before(36), PARKING, MARTIN, journey("new+0 verif+2 refus+12")),
)


def form_data(seed: int = 12014) -> list[FormData]:
    """Every request of 2015, in the order of arrival."""
    chance = Random(seed)  # noqa: S311 - a reproducible lot, not a secret
    serials = {form.slug: 0 for form in FORMS}
    found = []
    for demand in sorted(_demands(chance), key=lambda demand: demand.at):
        serials[demand.form.slug] += 1
        found.append(_filled(demand, serials[demand.form.slug], chance))
    return found


def _demands(chance: Random) -> Iterator[_Demand]:
    yield from _CITIZENS
    for place, person in enumerate(NEAR_MISSES):
        yield _Demand(_days_before(44 - place), PARKING, person, JOURNEYS[PARKING.slug][place % 3][1])
    for _ in range(COUNT - len(_CITIZENS) - len(NEAR_MISSES)):
        back = timedelta(days=int(chance.triangular(0, 300, 15)), seconds=chance.randrange(25_000))
        form = chance.choices(FORMS, (70, 30))[0]
        weights, journeys = zip(*JOURNEYS[form.slug], strict=True)
        stages = chance.choices(journeys, weights)[0]
        yield _Demand(LAST_REQUEST - back, form, chance.choice(population()), stages)


def _filled(demand: _Demand, serial: int, chance: Random) -> FormData:
    return FormData(
        form=demand.form,
        serial=serial,
        uuid=str(UUID(int=chance.getrandbits(128), version=4)),
        person=demand.person,
        subject=chance.choice(SUBJECTS[demand.form.slug]),
        jumps=tuple(_jumps(demand, chance)),
    )


def _jumps(demand: _Demand, chance: Random) -> Iterator[Jump]:
    at = demand.at
    for stage in demand.stages:
        planned = demand.at + timedelta(days=stage.days)
        at = max(planned, at + timedelta(minutes=chance.randrange(2, 50))) if stage.days else demand.at
        hidden = demand.form.status(stage.status_id).hidden
        said = INTERNAL if hidden else COMMENTS.get(stage.status_id, ("",))
        yield Jump(at, stage.status_id, chance.choice(said))
