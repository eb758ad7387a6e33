"""A form filled in, and the workflow it goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox.town.people import Person


@dataclass(frozen=True, slots=True)
class Status:
    """A status of one form's own workflow; a hidden one is for agents alone, `endpoint` ends the workflow."""

    id: str
    name: str
    endpoint: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form the town put on line."""

    id: int
    slug: str
    title: str
    statuses: Sequence[Status]

    def status(self, status_id: str) -> Status:
        """The status of that id."""
        return next(status for status in self.statuses if status.id == status_id)


@dataclass(frozen=True, slots=True)
class Jump:
    """A status reached at a moment: local time without zone, as the software writes it."""

    at: datetime
    status_id: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class FormData:
    """One request; `serial` counts within its form."""

    form: Form
    serial: int
    uuid: str
    person: Person
    subject: str
    jumps: Sequence[Jump]

    @property
    def number(self) -> str:
        """The number the citizen sees, `form-serial`."""
        return f"{self.form.id}-{self.serial}"

    def past(self, now: datetime) -> Sequence[Jump]:
        """What happened by that moment."""
        return [jump for jump in self.jumps if jump.at <= now]

    def real_status(self, now: datetime) -> Status:
        """Where the request really stands."""
        return self.form.status(self.past(now)[-1].status_id)

    def shown_status(self, now: datetime) -> Status:
        """The last status the citizen may see."""
        met = [self.form.status(jump.status_id) for jump in self.past(now)]
        return next(status for status in reversed(met) if not status.hidden)
