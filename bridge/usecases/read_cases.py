"""Answers a citizen: my cases, one of them, its timeline; each answer leaves one audit row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bridge.domain.case import Case, CaseEvent
from bridge.domain.contact import IdentityLink
from bridge.domain.synchronisation import SourceHealth
from bridge.errors import UnknownCaseError
from bridge.usecases.ports import AuditEntry, CaseFilter, Clock, Session, Store, Transaction
from mappings.model import SourceMapping


class SourceState(StrEnum):
    """Whether a source's news are on time."""

    OK = "ok"
    LATE = "late"
    UNAVAILABLE = "unavailable"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old an answer is: when the source last told us, and when it will again (UTC)."""

    observed_at: datetime
    source_state: SourceState
    failing_since: datetime | None
    next_refresh: datetime | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its age and the names of the service in charge."""

    case: Case
    freshness: Freshness
    source: SourceMapping


@dataclass(frozen=True, slots=True)
class ReadCases:
    """Reads the store alone: Salesforce may be down and the answer is the same."""

    store: Store
    mappings: Mapping[str, SourceMapping]
    clock: Clock

    def many(self, session: Session, wanted: CaseFilter) -> tuple[CaseView, ...]:
        """Give the citizen's cases, latest change first; nothing for somebody under review."""
        if session.link_id is None:
            return ()
        with self.store.read() as tx:
            cases = tx.cases.of_citizen(session.link_id, wanted)
            health = tx.intake.health()
        self._note(session, "cases.listed", "")
        return tuple(self._view(case, health) for case in cases)

    def one(self, session: Session, case_id: str) -> CaseView:
        """Give one case. Raises: UnknownCaseError when there is none, or it is someone else's."""
        with self.store.read() as tx:
            case = self._own(tx, session, case_id)
            health = tx.intake.health()
        self._note(session, "case.read", case.id)
        return self._view(case, health)

    def timeline(self, session: Session, case_id: str) -> tuple[CaseView, tuple[CaseEvent, ...]]:
        """Give a case with its events, oldest first. Raises: UnknownCaseError."""
        with self.store.read() as tx:
            case = self._own(tx, session, case_id)
            events = tx.cases.events(case.id)
            health = tx.intake.health()
        self._note(session, "case.timeline", case.id)
        return self._view(case, health), events

    def link(self, session: Session) -> IdentityLink | None:
        """Give the link these cases are shown by; None for somebody under review."""
        if session.link_id is None:
            return None
        with self.store.read() as tx:
            link = tx.links.by_id(session.link_id)
        self._note(session, "link.read", "")
        return link

    def _own(self, tx: Transaction, session: Session, case_id: str) -> Case:
        case = tx.cases.one_of_citizen(session.link_id or "", case_id)
        if case is None:
            raise UnknownCaseError("no request of yours bears this number")
        return case

    def _note(self, session: Session, action: str, case_id: str) -> None:
        """Leave the audit row before anything is shown; the write lock is held for this row alone."""
        with self.store.begin() as tx:
            tx.audit.add(AuditEntry("citizen", action, session.link_id or "", case_id), self.clock.now())

    def _view(self, case: Case, health: Mapping[str, SourceHealth]) -> CaseView:
        mapping = self.mappings[case.content.key.source]
        return CaseView(case, self._freshness(case, mapping, health.get(mapping.source)), mapping)

    def _freshness(self, case: Case, mapping: SourceMapping, health: SourceHealth | None) -> Freshness:
        """A case a source still answers for is as fresh as the source's last whole answer."""
        answered = health.last_success_at if health and health.last_success_at else case.observed_at
        observed = case.no_longer_reported_at or max(answered, case.observed_at)
        late = self.clock.now() - answered > timedelta(minutes=2 * mapping.every_minutes)
        failing = health.failing_since if health else None
        state = SourceState.STOPPED if case.no_longer_reported_at else SourceState.OK
        if state is SourceState.OK and failing:
            state = SourceState.UNAVAILABLE
        elif state is SourceState.OK and late:
            state = SourceState.LATE
        return Freshness(observed, state, failing, health.next_due_at if health else None)
