"""What waits in the hub for the town: cases, their events, and a notification for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from uuid import NAMESPACE_OID, uuid5

from sandbox.town.clock import PARIS, end_of
from sandbox.town.etat_civil.requests import Change, CivilRequest
from sandbox.town.records import Standing

PROCESSES: Mapping[str, str] = {"RECENSEMENT": "recensementCitoyen", "PACS": "depotDossierPACS"}
OTHER_PROCESS = "EtatCivil"


@dataclass(frozen=True, slots=True)
class HubCase:
    """A case; its id is drawn from its number."""

    request: CivilRequest

    @property
    def id(self) -> str:
        """The technical id."""
        return str(uuid5(NAMESPACE_OID, self.request.number))

    @property
    def process(self) -> str:
        """The code of the procedure."""
        return PROCESSES.get(self.request.kind, OTHER_PROCESS)

    def event_id(self, rank: int) -> str:
        """The id of the event a change made; the first change made the case itself."""
        return str(uuid5(NAMESPACE_OID, f"{self.request.number}/{rank}"))

    def past(self, now: datetime) -> Sequence[Change]:
        """What happened by that moment, local time without zone."""
        return [change for change in self.request.changes if change.at <= now]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification: of a case, or of an event of it."""

    case: HubCase
    rank: int
    at: datetime

    @property
    def id(self) -> str:
        """The id of the notification."""
        return str(uuid5(NAMESPACE_OID, f"notification {self.case.request.number}/{self.rank}"))

    @property
    def event_id(self) -> str | None:
        """The event it tells of, none for a new case."""
        return self.case.event_id(self.rank) if self.rank else None


class Hub:
    """Cases of one commune; a notification stays until its receiver deletes it."""

    def __init__(self, requests: Sequence[CivilRequest], day: date) -> None:
        self._cases = {case.id: case for case in map(HubCase, requests)}
        self._notices = _notices(self._cases.values())
        self._deleted: set[str] = set()
        self._received: set[str] = set()
        self._lock = Lock()
        self.now = _local(day)

    def move(self, day: date) -> None:
        """Show the state at the end of that day."""
        self.now = _local(day)

    def empty(self) -> None:
        """Forget what was deleted and received."""
        with self._lock:
            self._deleted.clear()
            self._received.clear()

    def waiting(self, processes: Collection[str]) -> list[Notice]:
        """The notifications not deleted, oldest first, of these procedures or of all."""
        return [
            notice
            for notice in self._notices
            if notice.at <= self.now
            and notice.id not in self._deleted
            and (not processes or notice.case.process in processes)
        ]

    def delete(self, notice_id: str) -> bool:
        """Delete a notification; False when there is none."""
        with self._lock:
            known = any(notice.id == notice_id for notice in self.waiting(()))
            self._deleted.update({notice_id} if known else ())
            return known

    def case(self, case_id: str) -> HubCase | None:
        """The case, if it exists by now."""
        case = self._cases.get(case_id)
        return case if case and case.past(self.now) else None

    def receive(self, case: HubCase, event_id: str) -> bool:
        """Note that an event was received; False when there is none."""
        known = event_id in {case.event_id(rank) for rank in range(1, len(case.past(self.now)))}
        with self._lock:
            self._received.update({event_id} if known else ())
        return known

    def is_received(self, event_id: str) -> bool:
        """Whether the receiver said so."""
        return event_id in self._received

    def truth(self, day: date) -> Mapping[str, Standing]:
        """The status of each case, by its id."""
        now = _local(day)
        known = {case.id: case.past(now) for case in self._cases.values()}
        return {case_id: Standing(past[-1].status, "") for case_id, past in known.items() if past}

    def gone(self, _day: date) -> Mapping[str, str]:
        """Nothing: a case outlives its notification."""
        return {}

    def owned(self) -> Mapping[str, Sequence[str]]:
        """Ids of the cases of each person with a key."""
        owned: dict[str, list[str]] = {}
        for case in self._cases.values():
            if case.request.person.key:
                owned.setdefault(case.request.person.key, []).append(case.id)
        return owned


def _notices(cases: Collection[HubCase]) -> list[Notice]:
    found = [
        Notice(case, rank, change.at) for case in cases for rank, change in enumerate(case.request.changes)
    ]
    return sorted(found, key=lambda notice: (notice.at, notice.id))


def _local(day: date) -> datetime:
    return end_of(day, PARIS).replace(tzinfo=None)
