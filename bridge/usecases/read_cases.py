"""Answers a citizen: my cases, one of them, its timeline; each answer leaves one audit row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bridge.domain.case import Case, CaseEvent
from bridge.domain.contact import IdentityLink
from bridge.domain.review import Question, ReviewKind
from bridge.domain.status import Phase
from bridge.domain.synchronisation import SourceHealth
from bridge.errors import UnknownCaseError
from bridge.usecases.ports import AuditEntry, CaseFilter, Clock, Session, Store, Transaction
from bridge.usecases.tell_silence import SilenceNotice, TellSilence
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
    """A case with its age, the names of the service in charge, and when silence decides it."""

    case: Case
    freshness: Freshness
    source: SourceMapping
    silence: SilenceNotice | None = None


@dataclass(frozen=True, slots=True)
class ReadCases:
    """Reads the store alone: Salesforce may be down and the answer is the same."""

    store: Store
    mappings: Mapping[str, SourceMapping]
    clock: Clock
    silence: TellSilence = field(default_factory=TellSilence)

    def many(self, session: Session, wanted: CaseFilter) -> tuple[CaseView, ...]:
        """Give the citizen's cases, latest change first; nothing for somebody under review.

        Cases of a source whose file was taken away are not shown: nobody could say how old they are.
        """
        if session.link_id is None:
            return ()
        known = frozenset(self.mappings)
        wanted = replace(wanted, sources=(wanted.sources or known) & known)
        with self.store.read() as tx:
            views = self._views(tx, tx.cases.of_citizen(session.link_id, wanted) if wanted.sources else ())
        self._note(session, "cases.listed", "")
        return views

    def one(self, session: Session, case_id: str) -> CaseView:
        """Give one case. Raises: UnknownCaseError when there is none, or it is someone else's."""
        with self.store.read() as tx:
            (view,) = self._views(tx, [self._own(tx, session, case_id)])
        self._note(session, "case.read", view.case.id)
        return view

    def timeline(self, session: Session, case_id: str) -> tuple[CaseView, tuple[CaseEvent, ...]]:
        """Give a case with its events, oldest first. Raises: UnknownCaseError."""
        with self.store.read() as tx:
            (view,) = self._views(tx, [self._own(tx, session, case_id)])
            events = tx.cases.events(view.case.id)
        self._note(session, "case.timeline", view.case.id)
        return view, events

    def link(self, session: Session) -> IdentityLink | None:
        """Give the link these cases are shown by; None for somebody under review."""
        if session.link_id is None:
            return None
        with self.store.read() as tx:
            link = tx.links.by_id(session.link_id)
        self._note(session, "link.read", "")
        return link

    def asked(self, session: Session) -> Question | None:
        """Give what an agent asks of somebody under review, None when nothing is asked."""
        with self.store.read() as tx:
            review = tx.reviews.of_subject([session.subject_hash])
        return review.asked_for if review else None

    def doubt(self, session: Session) -> ReviewKind | None:
        """Give what is not clear about somebody under review; None once it is decided."""
        with self.store.read() as tx:
            review = tx.reviews.of_subject([session.subject_hash])
        return review.kind if review else None

    def _own(self, tx: Transaction, session: Session, case_id: str) -> Case:
        case = tx.cases.one_of_citizen(session.link_id or "", case_id)
        if case is None or case.content.key.source not in self.mappings:
            raise UnknownCaseError("no request of yours bears this number")
        return case

    def _note(self, session: Session, action: str, case_id: str) -> None:
        """Leave the audit row before anything is shown."""
        self.store.note(AuditEntry(session.actor, action, session.link_id or "", case_id), self.clock.now())

    def _views(self, tx: Transaction, cases: Sequence[Case]) -> tuple[CaseView, ...]:
        health = tx.intake.health()
        stopped = tx.intake.parked_among([case.content.key for case in cases])
        views = []
        for case in cases:
            mapping = self.mappings[case.content.key.source]
            stuck = case.content.key in stopped and case.content.status.phase is not Phase.UNKNOWN
            events = tx.cases.events(case.id) if self.silence.may_compute(case) else ()
            notice = self.silence(case, mapping, events)
            freshness = self._freshness(case, mapping, health, stuck=stuck)
            views.append(CaseView(case, freshness, mapping, notice))
        return tuple(views)

    def _freshness(
        self, case: Case, mapping: SourceMapping, sources: Mapping[str, SourceHealth], *, stuck: bool
    ) -> Freshness:
        """A case a source still answers for is as fresh as the source's last whole answer.

        One whose latest record nobody could read is no fresher than the last one that was.
        """
        health = sources.get(mapping.source)
        answered = health.last_success_at if health and health.last_success_at else case.observed_at
        news = timedelta(minutes=mapping.every_minutes)
        late = stuck or self.clock.now() - answered > 2 * news
        failing = health.failing_since if health else None
        if case.no_longer_reported_at:
            return Freshness(case.no_longer_reported_at, SourceState.STOPPED, failing, None)
        observed = case.observed_at if stuck else max(answered, case.observed_at)
        state = SourceState.UNAVAILABLE if failing else SourceState.LATE if late else SourceState.OK
        looked_at = health.next_due_at if health else None
        return Freshness(observed, state, failing, answered + news if state is SourceState.OK else looked_at)
