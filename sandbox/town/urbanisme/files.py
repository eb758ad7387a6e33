"""Planning files with their whole history, so that any day can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.town.people import Person


@dataclass(frozen=True, slots=True)
class Step:
    """A state typed on one day and dated, sometimes, of an earlier one; `deadline` is the software's own."""

    typed_on: date
    code: str
    dated: date
    deadline: date
    missing: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PlanningFile:
    """One application. `company` files have no person; `hidden` names what the clerk left empty.

    `tracking_code` is printed on the receipt: sixteen digits in groups of four, as openADS prints them.
    """

    number: str
    kind: str
    purpose: str
    person: Person | None
    company: str
    address: str
    deposited_on: date
    steps: Sequence[Step]
    hidden: frozenset[str] = frozenset()
    tracking_code: str = ""

    def at(self, day: date) -> Step | None:
        """The last step typed by that day; none before the deposit."""
        typed = [step for step in self.steps if step.typed_on <= day]
        return typed[-1] if typed else None


def working_day(day: date) -> date:
    """That day, or the Monday after a week-end: nobody types on Sundays."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def months_later(day: date, months: int) -> date:
    """The same day some months later; the 28th at most, which every month has."""
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, min(day.day, 28))
