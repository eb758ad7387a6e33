"""The planning office seen through openADS: the same files as the nightly drop, by instruction number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from sandbox.town.records import Standing
from sandbox.town.urbanisme.files import PlanningFile
from sandbox.town.urbanisme.states import LABELS

CLOSED = frozenset({"ACC", "ACCPRES", "NONOPP", "ACCTAC", "REF", "OPP", "REJTAC", "SANSSUITE", "RETRAIT"})


class PlanningOffice:
    """Files by instruction number, and the register of numbers the town keeps beside the software."""

    def __init__(self, files: Sequence[PlanningFile], register: Path, day: date) -> None:
        self._files = {instruction_number(file): file for file in files}
        self.register = register
        register.parent.mkdir(parents=True, exist_ok=True)
        self.move(day)

    def move(self, day: date) -> None:
        """Show the state at the end of that day, and write the numbers given by then."""
        self.day = day
        lines = ["# Numéros d'instruction, un par ligne", *self._deposited(day)]
        self.register.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def find(self, number: str) -> PlanningFile | None:
        """The file of an instruction number, if it exists yet."""
        file = self._files.get(number)
        return file if file and file.at(self.day) else None

    def authorisation(self, number: str) -> tuple[str, PlanningFile] | None:
        """The file of an authorisation number, with the number of its instruction."""
        return next(((n, f) for n, f in self._files.items() if n[:-2] == number and f.at(self.day)), None)

    def truth(self, day: date) -> Mapping[str, Standing]:
        """The wording of each file, by instruction number."""
        steps = {number: file.at(day) for number, file in self._files.items()}
        return {number: Standing(LABELS[step.code], step.code) for number, step in steps.items() if step}

    def gone(self, _day: date) -> Mapping[str, str]:
        """Nothing: files are kept."""
        return {}

    def owned(self) -> Mapping[str, Sequence[str]]:
        """Instruction numbers of each person with a key."""
        owned: dict[str, list[str]] = {}
        for number, file in self._files.items():
            if file.person and file.person.key:
                owned.setdefault(file.person.key, []).append(number)
        return owned

    def _deposited(self, day: date) -> list[str]:
        return sorted(number for number, file in self._files.items() if file.at(day))


def instruction_number(file: PlanningFile) -> str:
    """The authorisation number without spaces, with the suffix of the first instruction."""
    return file.number.replace(" ", "") + "P0"
