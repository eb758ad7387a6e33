"""Gives an agent the history of one request: what its source said, and what was done to it in the org."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.agent import Agent
from bridge.domain.case import Case, CaseEvent
from bridge.domain.org_case import CaseConflict, HeldCase
from bridge.errors import UnknownCaseError
from bridge.usecases.ports import Clock, Store
from bridge.usecases.watch_reading import note_reading


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A request with where its push stands, its timeline, and the conflicts over it, each oldest first."""

    held: HeldCase
    events: tuple[CaseEvent, ...]
    conflicts: tuple[CaseConflict, ...]

    @property
    def case(self) -> Case:
        """The request."""
        return self.held.case


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """Within the agent's sectors; each reading leaves a row."""

    store: Store
    clock: Clock

    def __call__(self, agent: Agent, case_id: str) -> CaseHistory:
        """Give it. Raises: UnknownCaseError, ForbiddenError after too many people."""
        with self.store.begin() as tx:
            held = tx.in_org.by_case_ids([case_id]).get(case_id)
            if held is None or not agent.may_see(held.case.content.key.source):
                raise UnknownCaseError("no such request in your services")
            note_reading(tx, agent, "case.history", [case_id], self.clock.now())
            return CaseHistory(held, tx.cases.events(case_id), tx.conflicts.of_case(case_id))
