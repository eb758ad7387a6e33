"""How far a source was read, and what could not be read on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bridge.adapters.sources.cursors import read_cursor, write_cursor
from bridge.adapters.sources.rest.paging import START, Place
from bridge.errors import RemoteError

PATIENCE_RUNS = 8
NOTHING_NOTED = write_cursor({})
_MISSES_IN_A_ROW = 3
_WHOLE_SERVICE = frozenset(
    {
        "remote.unreachable",
        "remote.tls",
        "remote.401",
        "remote.429",
        "remote.misconfigured",
        "source.token",
    }
)
"""Faults that say nothing of the one record asked for."""


@dataclass(slots=True)
class Progress:
    """The cursor while a run lasts.

    `since` is where this run began, `newest` the latest date it has seen, `number` the last open case asked
    for, `stuck` the record that stopped the list and for how many runs. Behind a record that was missed the
    cursor stays where it was, so that the next run reads it again.
    """

    place: Place = field(default_factory=dict)
    since: datetime | None = None
    newest: datetime | None = None
    number: str = ""
    stuck: tuple[str, int] | None = None
    fault: RemoteError | None = None
    halted: bool = False
    asked: set[str] = field(default_factory=set)
    _misses: int = 0
    _held: str | None = None

    @classmethod
    def read(cls, cursor: str | None) -> Progress:
        """Give what a cursor says; what it does not is as at the start."""
        noted = read_cursor(cursor)
        match noted.get("stuck"):
            case [str(mark), int(runs)]:
                stuck: tuple[str, int] | None = (mark, runs)
            case _:
                stuck = None
        place, number = noted.get("at"), noted.get("number")
        return cls(
            place=place if isinstance(place, dict) else START,
            since=_moment(noted.get("since")),
            newest=_moment(noted.get("newest")),
            number=number if isinstance(number, str) else "",
            stuck=stuck,
        )

    def cursor(self) -> str:
        """Give the text that leads back here, or in front of what was missed."""
        if self._held is not None:
            return self._held
        noted: dict[str, object] = {
            "at": dict(self.place),
            "since": _text(self.since),
            "newest": _text(self.newest),
            "number": self.number,
            "stuck": list(self.stuck) if self.stuck else None,
        }
        return write_cursor({name: value for name, value in noted.items() if value})

    def ended(self, *, keeps_place: bool) -> str:
        """Give the cursor of a run that read everything."""
        self.since, self.newest = self.newest or self.since, None
        self.number, self.stuck = "", None
        self.place = self.place if keeps_place else START
        return self.cursor()

    def saw(self, moment: datetime | None, now: datetime) -> None:
        """Note the date of a record; one ahead of our clock would hide what comes before it."""
        if moment and moment <= now and (self.newest is None or moment > self.newest):
            self.newest = moment

    def read_one(self) -> None:
        """Note that a record could be read."""
        self._misses = 0

    def missed(self, error: RemoteError) -> None:
        """Keep the fault of one record for the end, so that the others are read.

        Reading is `halted` when the fault is the service's own, or the third in a row.
        """
        self._held = self.cursor()
        self._misses += 1
        self.halted = error.code in _WHOLE_SERVICE or self._misses >= _MISSES_IN_A_ROW
        self.fault = error if self.halted else self.fault or error

    def require_going_on(self) -> None:
        """Raises: the fault that halted the reading, once what came before it was given."""
        if self.halted and self.fault:
            raise self.fault

    def stops_at(self, mark: str) -> int:
        """Give how many runs in a row, this one included, stopped at a record; it is noted."""
        runs = self.stuck[1] + 1 if self.stuck and self.stuck[0] == mark else 1
        self.stuck = (mark, runs)
        return runs


def _moment(noted: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(noted))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
