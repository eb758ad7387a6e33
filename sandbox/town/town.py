"""The whole town on its current day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from threading import RLock

from sandbox.town.clock import DayError
from sandbox.town.etat_civil.telefiles import TelefileDrop
from sandbox.town.faults import Faults
from sandbox.town.people import CITIZENS, NEAR_MISSES, Person
from sandbox.town.records import Keeping, System
from sandbox.town.urbanisme.drop import PlanningDrop


@dataclass(slots=True)
class Town:
    """The systems share a day; `lock` keeps two day changes from mixing."""

    start: date
    day: date
    faults: Faults
    planning: PlanningDrop
    telefiles: TelefileDrop
    systems: Mapping[str, System]
    served: Counter[str] = field(default_factory=Counter)
    lock: RLock = field(default_factory=RLock)

    def move(self, day: date) -> None:
        """Live until the end of that day.

        Raises: DayError when it lies before the current one.
        """
        with self.lock:
            if day < self.day:
                raise DayError("time runs forward here; POST /sandbox/reset to go back")
            self._live(day)

    def reset(self, day: date | None) -> None:
        """Start again, on that day or on the first: no fault, no file, no count."""
        with self.lock:
            self.faults.clear()
            self.served.clear()
            for system in self.systems.values():
                if isinstance(system, Keeping):
                    system.empty()
            self.telefiles.empty()
            self._live(day or self.start)

    def drop(self, day: date | None) -> date:
        """Drop the planning file of that day, or of the current one, once more."""
        with self.lock:
            self.planning.move(day or self.day)
            return day or self.day

    def refresh(self) -> None:
        """Show the current day again, so that a fault just switched on is seen."""
        with self.lock:
            for name, system in self.systems.items():
                if name != "urbanisme":
                    system.move(self.day)

    def truth(self) -> dict[str, object]:
        """Where every record of the current day really stands, whatever the faults say."""
        with self.lock:
            return {
                "day": self.day.isoformat(),
                "systems": {
                    name: {number: asdict(standing) for number, standing in system.truth(self.day).items()}
                    for name, system in self.systems.items()
                },
                "gone": {name: dict(system.gone(self.day)) for name, system in self.systems.items()},
            }

    def people(self) -> list[dict[str, object]]:
        """The people the tests know, with the numbers of their requests in each system."""
        owned = {name: system.owned() for name, system in self.systems.items()}
        return [
            _described(person)
            | {"records": {name: list(numbers.get(person.key, ())) for name, numbers in owned.items()}}
            for person in (*CITIZENS, *NEAR_MISSES)
        ]

    def receipts(self) -> list[tuple[str, str, str]]:
        """The receipts of the people the tests know, on the current day: person, number, secret."""
        with self.lock:
            standings = {name: system.truth(self.day) for name, system in self.systems.items()}
            return [
                (key, number, standings[name][number].receipt)
                for name, system in self.systems.items()
                for key, numbers in system.owned().items()
                for number in numbers
                if number in standings[name] and standings[name][number].receipt
            ]

    def _live(self, day: date) -> None:
        self.day = day
        for system in self.systems.values():
            system.move(day)


def _described(person: Person) -> dict[str, object]:
    return {
        "key": person.key,
        "mistaken_for": person.mistaken_for or None,
        "family_name": person.family_name,
        "given_name": " ".join(person.given_names),
        "gender": person.gender,
        "birthdate": person.birth_date.isoformat() if person.birth_date else "",
        "birthplace": person.birthplace or "",
        "birthcountry": person.birth_country or "",
    }
