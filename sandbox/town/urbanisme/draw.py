"""Draws the planning office's year by lot: always the same files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.town.people import DUBOIS, MARTIN, MERCIER, NEAR_MISSES, Person, population
from sandbox.town.urbanisme.files import PlanningFile, Step, months_later, working_day
from sandbox.town.urbanisme.states import JOURNEYS, MONTHS, MONTHS_TO_COMPLETE, Journey, Leg
from sandbox.town.urbanisme.wording import COMPANIES, MISSING, PURPOSES, REMARKS, STREETS

COUNT = 400
TOWN_CODE = "092040"
LAST_DEPOSIT = date(2015, 12, 31)


@dataclass(frozen=True, slots=True)
class _Deposit:
    """An application before it has a number: numbers follow the order of deposit."""

    on: date
    kind: str
    person: Person | None
    journey: Journey


_CITIZENS = (
    _Deposit(
        date(2015, 11, 9),
        "DP",
        DUBOIS,
        (Leg(0, "DEP"), Leg(1, "RECEP"), Leg(10, "INST"), Leg(29, "INC"), Leg(31, "INCNOT")),
    ),
    _Deposit(
        date(2015, 11, 5),
        "DP",
        MERCIER,
        (Leg(0, "DEP"), Leg(1, "RECEP"), Leg(11, "INST"), Leg(15, "CONSULT"), Leg(29, "NONOPP")),
    ),
    _Deposit(date(2015, 11, 19), "PC", MARTIN, (Leg(0, "DEP"), Leg(1, "RECEP"), Leg(14, "INST"))),
)


def planning_files(seed: int = 92040) -> list[PlanningFile]:
    """Every planning file of 2015, in the order of their numbers."""
    chance = Random(seed)  # noqa: S311 - a reproducible lot, not a secret
    deposits = sorted(_deposits(chance), key=lambda deposit: deposit.on)
    serials = dict.fromkeys(MONTHS, 0)
    files = []
    for deposit in deposits:
        serials[deposit.kind] += 1
        number = f"{deposit.kind} {TOWN_CODE} {deposit.on:%y} {serials[deposit.kind]:05d}"
        files.append(_file(number, deposit, chance))
    return sorted(files, key=lambda file: file.number)


def _deposits(chance: Random) -> Iterator[_Deposit]:
    yield from _CITIZENS
    for place, person in enumerate(NEAR_MISSES):
        yield _Deposit(date(2015, 11, 2) + timedelta(days=place), "DP", person, JOURNEYS["DP"][place % 3][1])
    for _ in range(COUNT - len(_CITIZENS) - len(NEAR_MISSES)):
        # The end of the year is the busiest: that is what the town replays.
        back = int(chance.triangular(0, 360, 20))
        on = working_day(LAST_DEPOSIT - timedelta(days=back))
        kind = chance.choices(("DP", "PC", "PD", "CU"), (60, 20, 6, 14))[0]
        weights, journeys = zip(*JOURNEYS[kind], strict=True)
        applicant = chance.choice(population()) if chance.random() > 0.08 else None
        yield _Deposit(min(on, LAST_DEPOSIT), kind, applicant, chance.choices(journeys, weights)[0])


def _file(number: str, deposit: _Deposit, chance: Random) -> PlanningFile:
    known = deposit.person is not None and deposit.person.key
    steps = tuple(_steps(deposit, chance))
    return PlanningFile(
        number=number,
        kind=deposit.kind,
        purpose=chance.choice(PURPOSES[deposit.kind]),
        person=deposit.person,
        company="" if deposit.person else chance.choice(COMPANIES),
        address=f"{chance.randrange(1, 140)} {chance.choice(STREETS)}",
        deposited_on=deposit.on,
        steps=steps,
        hidden=frozenset() if known else _left_empty(chance),
        tracking_code=_tracking_code(number),
    )


def _tracking_code(number: str) -> str:
    """Draw by the number alone, so that the rest of the town is drawn as ever."""
    chance = Random(f"{TOWN_CODE}/{number}")  # noqa: S311 - a reproducible lot, not a secret
    return " ".join(f"{chance.randrange(10_000):04d}" for _ in range(4))


def _steps(deposit: _Deposit, chance: Random) -> Iterator[Step]:
    months, missing = MONTHS[deposit.kind], ""
    deadline = months_later(deposit.on, months)
    for leg in deposit.journey:
        typed_on = working_day(deposit.on + timedelta(days=leg.days))
        incomplete = leg.code in {"INC", "INCNOT", "REJTAC"}
        if leg.code == "INCNOT":
            deadline = months_later(typed_on, MONTHS_TO_COMPLETE)
        elif leg.code == "INST" and missing:
            deadline = months_later(typed_on, months)
        missing = (missing or chance.choice(MISSING)) if incomplete else ""
        yield Step(
            typed_on=typed_on,
            code=leg.code,
            dated=typed_on - timedelta(days=leg.backdated),
            deadline=deadline,
            missing=missing,
            remark=chance.choice(REMARKS.get(leg.code, ("",))),
        )


def _left_empty(chance: Random) -> frozenset[str]:
    drawn = {"birthplace": 0.07, "birth_date": 0.05, "accents": 0.5}
    return frozenset(name for name, share in drawn.items() if chance.random() < share)
