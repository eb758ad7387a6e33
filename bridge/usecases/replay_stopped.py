"""Tries again what somebody chose among what stopped: one thing, a wave of one cause, or after a mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.agent import Agent
from bridge.domain.causes import MENDED_BY_MAPPING
from bridge.errors import UnknownCaseError
from bridge.usecases.ports import AuditEntry, Bell, Clock, StoppedCause, StoppedItem, StoppedKind, Store
from bridge.usecases.replay_parked import ReplayParked
from mappings.model import SourceMapping

PAGE = 50
WAVE = 1_000
"""As many at once as a worker sends in five calls, and as one page may wait for."""


@dataclass(frozen=True, slots=True)
class Wave:
    """How many were tried again; how many of them still stop; how many of the cause were left out."""

    tried: int
    still_stopped: int
    left: int

    def __add__(self, other: Wave) -> Wave:
        """Give both together."""
        still = self.still_stopped + other.still_stopped
        return Wave(self.tried + other.tried, still, self.left + other.left)


@dataclass(frozen=True, slots=True)
class ReplayStopped:
    """Records are read by today's mappings at once, the rest goes back to its lane; each thing is audited.

    `require_budget` raises BudgetError when the org's allowance is spent down to its reserve; `may_send`
    gives the cases that may be sent, once those that lost their key in the org have it back. Another kind
    of stopped work is one more entry of `_try` here, and one more select in the store.
    """

    store: Store
    mappings: Mapping[str, SourceMapping]
    records: ReplayParked
    require_budget: Callable[[], None]
    clock: Clock
    bell: Bell
    may_send: Callable[[Sequence[str]], Sequence[str]] = tuple

    def items(self, cause: StoppedCause, skip: int, limit: int = PAGE + 1) -> tuple[StoppedItem, ...]:
        """Give a page of what a cause stopped, and one more when there is another page."""
        with self.store.read() as tx:
            return tx.stopped.items(cause.kind, cause.source, cause.cause_code, skip=skip, limit=limit)

    def causes(self, agent: Agent) -> tuple[StoppedCause, ...]:
        """Give every cause within the agent's sectors, the most frequent first."""
        with self.store.read() as tx:
            return tuple(cause for cause in tx.stopped.causes() if agent.may_see(cause.source))

    def cause(self, agent: Agent, kind: StoppedKind, source: str, cause_code: str) -> StoppedCause:
        """Give a cause within the agent's sectors. Raises: UnknownCaseError."""
        for cause in self.causes(agent):
            if (cause.kind, cause.source, cause.cause_code) == (kind, source, cause_code):
                return cause
        raise UnknownCaseError("nothing stops for this cause", code="stopped.unknown")

    def found(self, agent: Agent, item_id: str) -> tuple[StoppedItem, ...]:
        """Give what stops under this id, of whatever kind."""
        with self.store.read() as tx:
            return tuple(each for each in tx.stopped.named(item_id) if agent.may_see(each.source))

    def one(self, agent: Agent, kind: StoppedKind, item_id: str) -> Wave:
        """Try one again. Raises: UnknownCaseError, TransientError while its source is being read."""
        with self.store.read() as tx:
            item = tx.stopped.item(kind, item_id)
        if item is None or not agent.may_see(item.source):
            raise UnknownCaseError("nothing stops under this id", code="stopped.unknown")
        return self._try(agent, item.kind, item.source, (item.id,))

    def all_of(self, agent: Agent, cause: StoppedCause, most: int | None = None) -> Wave:
        """Try the oldest of a cause again, a thousand unless more is asked.

        Raises: BudgetError, TransientError.
        """
        self.require_budget()
        with self.store.read() as tx:
            ids = tx.stopped.ids(cause.kind, cause.source, cause.cause_code, most or WAVE)
        done = Wave(0, 0, max(0, cause.count - len(ids)))
        for start in range(0, len(ids), WAVE):
            done += self._try(agent, cause.kind, cause.source, ids[start : start + WAVE])
        return done

    def of_mapping(self, agent: Agent, source: str) -> tuple[StoppedCause, ...]:
        """Give the causes of a source that its mapping may have to do with."""
        return tuple(
            cause
            for cause in self.causes(agent)
            if cause.source == source and (cause.kind == "record" or cause.cause_code in MENDED_BY_MAPPING)
        )

    def mapping_fixed(self, agent: Agent, source: str, most: int | None = None) -> Wave:
        """Try again what a source's corrected mapping may mend, all or the oldest of each cause.

        Raises: BudgetError, TransientError.
        """
        causes = self.of_mapping(agent, source)
        return sum((self.all_of(agent, cause, most or cause.count) for cause in causes), Wave(0, 0, 0))

    def _try(self, agent: Agent, kind: StoppedKind, source: str, ids: tuple[str, ...]) -> Wave:
        self._note(agent, kind, source, ids)
        tries = {
            "record": self._records,
            "delivery": self._deliveries,
            "push": self._pushes,
            "notification": self._notifications,
        }
        done = tries[kind](source, ids)
        self.bell.ring("inbox" if kind == "delivery" else "push")
        return done

    def _records(self, source: str, ids: tuple[str, ...]) -> Wave:
        if source not in self.mappings:
            raise UnknownCaseError("no mapping reads this source any more", code="stopped.unknown")
        done = self.records(source, frozenset(ids))
        return Wave(done.looked_at, done.still_parked, 0)

    def _deliveries(self, _source: str, ids: tuple[str, ...]) -> Wave:
        with self.store.begin() as tx:
            return Wave(tx.inbox.replay(ids, self.clock.now()), 0, 0)

    def _pushes(self, _source: str, ids: tuple[str, ...]) -> Wave:
        ready = self.may_send(ids)
        with self.store.begin() as tx:
            tried = tx.pushes.replay(ready, self.clock.now())
        stopped = len(ids) - len(ready)
        return Wave(tried + stopped, stopped, 0)

    def _notifications(self, _source: str, ids: tuple[str, ...]) -> Wave:
        """What a notification did not say is among what changed: all of that is looked at."""
        with self.store.begin() as tx:
            tx.case_feed.make_due(self.clock.now())
            return Wave(tx.notifications.forget(ids), 0, 0)

    def _note(self, agent: Agent, kind: StoppedKind, source: str, ids: tuple[str, ...]) -> None:
        """One row a thing: each is about somebody's request."""
        now = self.clock.now()
        with self.store.begin() as tx:
            for item_id in ids:
                tx.audit.add(AuditEntry(agent.id, f"{kind}.replayed", item_id, source), now)
