"""Tries again what an agent chose among what stopped: one thing, or a wave of one cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bridge.domain.agent import Agent
from bridge.errors import UnknownCaseError
from bridge.usecases.ports import AuditEntry, Bell, Clock, StoppedCause, StoppedItem, StoppedKind, Store
from bridge.usecases.replay_parked import ReplayParked
from mappings.model import SourceMapping

PAGE = 50
WAVE = 1_000
"""As many at once as a worker sends in five calls, and as one page may wait for."""


@dataclass(frozen=True, slots=True)
class Wave:
    """How many were tried again; of records how many still stop; how many of the cause were left out."""

    tried: int
    still_stopped: int
    left: int


@dataclass(frozen=True, slots=True)
class ReplayStopped:
    """Records are read by today's mappings at once, the rest goes back to its lane; each wave is audited.

    `require_budget` raises BudgetError when the org's allowance is spent down to its reserve.
    """

    store: Store
    mappings: Mapping[str, SourceMapping]
    records: ReplayParked
    require_budget: Callable[[], None]
    clock: Clock
    bell: Bell

    def items(self, cause: StoppedCause, skip: int) -> tuple[StoppedItem, ...]:
        """Give a page of what a cause stopped, and one more when there is another page."""
        with self.store.read() as tx:
            return tx.stopped.items(cause.kind, cause.source, cause.cause_code, skip=skip, limit=PAGE + 1)

    def cause(self, agent: Agent, kind: StoppedKind, source: str, cause_code: str) -> StoppedCause:
        """Give a cause within the agent's sectors. Raises: UnknownCaseError."""
        with self.store.read() as tx:
            causes = tx.stopped.causes()
        for cause in causes:
            named = (cause.kind, cause.source, cause.cause_code) == (kind, source, cause_code)
            if named and agent.may_see(source):
                return cause
        raise UnknownCaseError("nothing stops for this cause", code="stopped.unknown")

    def one(self, agent: Agent, kind: StoppedKind, item_id: str) -> Wave:
        """Try one again. Raises: UnknownCaseError, TransientError while its source is being read."""
        with self.store.read() as tx:
            item = tx.stopped.item(kind, item_id)
        if item is None or not agent.may_see(item.source):
            raise UnknownCaseError("nothing stops under this id", code="stopped.unknown")
        return self._try(agent, item.kind, item.source, (item.id,), left=0)

    def all_of(self, agent: Agent, cause: StoppedCause) -> Wave:
        """Try the oldest thousand of a cause again. Raises: BudgetError, TransientError."""
        self.require_budget()
        with self.store.read() as tx:
            ids = tx.stopped.ids(cause.kind, cause.source, cause.cause_code, WAVE)
        return self._try(agent, cause.kind, cause.source, ids, left=max(0, cause.count - len(ids)))

    def _try(self, agent: Agent, kind: StoppedKind, source: str, ids: tuple[str, ...], *, left: int) -> Wave:
        self._note(agent, kind, source, ids)
        if kind == "record":
            if source not in self.mappings:
                raise UnknownCaseError("no mapping reads this source any more", code="stopped.unknown")
            done = self.records(source, frozenset(ids))
            self.bell.ring("push")
            return Wave(done.looked_at, done.still_parked, left)
        with self.store.begin() as tx:
            waiting = tx.inbox if kind == "delivery" else tx.pushes
            tried = waiting.replay(ids, self.clock.now())
        self.bell.ring("inbox" if kind == "delivery" else "push")
        return Wave(tried, 0, left)

    def _note(self, agent: Agent, kind: StoppedKind, source: str, ids: tuple[str, ...]) -> None:
        """One row a thing: each is about somebody's request."""
        now = self.clock.now()
        with self.store.begin() as tx:
            for item_id in ids:
                tx.audit.add(AuditEntry(agent.id, f"{kind}.replayed", item_id, source), now)
