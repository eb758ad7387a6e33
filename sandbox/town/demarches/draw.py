"""Draws the files of the children's activity centre by lot: always the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sandbox.town.clock import PARIS
from sandbox.town.demarches.dossiers import STATES, Child, Dossier, Event
from sandbox.town.demarches.wording import CORRECTIONS, JOURNEYS, MOTIVATIONS, Journey, journey
from sandbox.town.names import given_names
from sandbox.town.people import DUBOIS, MARTIN, MERCIER, NEAR_MISSES, Person, population

COUNT = 250
FIRST_NUMBER = 44001
LAST_DEPOSIT = date(2015, 12, 31)
# Decisions are taken together, at the same instant: many files share one `updated_at`.
COMMISSION = time(18, 0)


@dataclass(frozen=True, slots=True)
class _Deposit:
    """A file before it has a number: numbers follow the day of deposit, not the hour."""

    on: date
    person: Person
    journey: Journey


_CITIZENS = (
    _Deposit(date(2015, 11, 16), DUBOIS, journey("passe_en_instruction+16")),
    _Deposit(date(2015, 11, 12), MERCIER, journey("passe_en_instruction+12 accepte+26")),
    _Deposit(date(2015, 11, 23), MARTIN, journey("correction+16")),
)


def dossiers(seed: int = 90001) -> list[Dossier]:
    """Every file of the procedure, in the order of numbers."""
    chance = Random(seed)  # noqa: S311 - a reproducible lot, not a secret
    deposits = sorted(_deposits(chance), key=lambda deposit: deposit.on)
    return [
        Dossier(
            number=FIRST_NUMBER + 3 * place,
            person=deposit.person,
            child=_child(deposit.person, chance),
            connection="france_connect" if chance.random() < 0.3 else "password",
            events=tuple(_events(deposit, chance)),
        )
        for place, deposit in enumerate(deposits)
    ]


def _deposits(chance: Random) -> Iterator[_Deposit]:
    yield from _CITIZENS
    for place, person in enumerate(NEAR_MISSES):
        yield _Deposit(date(2015, 11, 3) + timedelta(days=place), person, JOURNEYS[place % 3][1])
    parents = [p for p in population() if p.birth_date is not None and p.birth_date.year >= 1960]
    weights, journeys = zip(*JOURNEYS, strict=True)
    for _ in range(COUNT - len(_CITIZENS) - len(NEAR_MISSES)):
        on = LAST_DEPOSIT - timedelta(days=int(chance.triangular(0, 180, 20)))
        yield _Deposit(on, chance.choice(parents), chance.choices(journeys, weights)[0])


def _events(deposit: _Deposit, chance: Random) -> Sequence[Event]:
    at = _moment(deposit.on, chance, between=(7, 23))
    events = [Event(at, "depose")]
    for days, kind in deposit.journey:
        decided = kind in {"accepte", "refuse", "classe_sans_suite"}
        on = deposit.on + timedelta(days=days)
        when = datetime.combine(on, COMMISSION, PARIS) if decided else _moment(on, chance, between=(9, 17))
        reason, text = chance.choice(CORRECTIONS) if kind == "correction" else ("", "")
        text = text or chance.choice(MOTIVATIONS.get(kind, ("",)))
        events.append(Event(when.astimezone(UTC), kind, text, reason))
    assert STATES[events[0].kind] == "en_construction"
    return events


def _moment(day: date, chance: Random, *, between: tuple[int, int]) -> datetime:
    clock = time(
        chance.randrange(*between), chance.randrange(60), chance.randrange(60), chance.randrange(1_000_000)
    )
    return datetime.combine(day, clock, PARIS).astimezone(UTC)


def _child(parent: Person, chance: Random) -> Child:
    gender = chance.choice(("female", "male"))
    return Child(
        family_name=parent.family_name,
        given_name=given_names(gender, 2000).one(chance),
        civility="Mme" if gender == "female" else "M",
        born_on=date(2004, 1, 1) + timedelta(days=chance.randrange(8 * 365)),
    )
