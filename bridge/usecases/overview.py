"""What needs an agent now: doubts, what stopped, sources that are late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.agent import Agent
from bridge.domain.bulk import BulkJob
from bridge.domain.call_budget import CallFigures
from bridge.domain.synchronisation import SourceHealth
from bridge.usecases.ports import CallBudget, Clock, StoppedCause, Store, Transaction, WaitingReviews
from bridge.usecases.settle_pushes import SALESFORCE
from mappings.model import SourceMapping


@dataclass(frozen=True, slots=True)
class LateSource:
    """A source without news for twice its usual time, or that fails; `since` is its last whole answer."""

    source: str
    service: str
    since: datetime | None
    failing_since: datetime | None
    error_code: str | None
    error_text: str | None = None


@dataclass(frozen=True, slots=True)
class WayToTheOrg:
    """How many cases wait for Salesforce, since when it fails, what its calls allow, the jobs it works on.

    `ends_at` is when those that wait will be there at the pace of the last minutes; None when nothing moved.
    """

    waiting: int
    failing_since: datetime | None
    error_code: str | None
    figures: CallFigures
    jobs: tuple[BulkJob, ...]
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Needs:
    """The first page of the console; each part the worst first."""

    reviews: tuple[WaitingReviews, ...]
    stopped: tuple[StoppedCause, ...]
    late: tuple[LateSource, ...]
    org: WayToTheOrg


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts only."""

    store: Store
    mappings: Mapping[str, SourceMapping]
    clock: Clock
    budget: CallBudget | None = None

    def __call__(self, agent: Agent) -> Needs:
        """Give what waits within the agent's sectors."""
        with self.store.read() as tx:
            reviews = tx.reviews.waiting(agent.sectors or None)
            stopped = tuple(cause for cause in tx.stopped.causes() if agent.may_see(cause.source))
            health = tx.intake.health()
            org = self._way(tx, health.get(SALESFORCE))
        now = self.clock.now()
        late = (late_source(mapping, health.get(name), now) for name, mapping in self.mappings.items())
        seen = tuple(one for one in late if one and agent.may_see(one.source))
        return Needs(reviews, stopped, seen, org)

    def _way(self, tx: Transaction, lane: SourceHealth | None) -> WayToTheOrg:
        figures = self.budget.figures() if self.budget else CallFigures()
        since, code = (lane.failing_since, lane.error_code) if lane else (None, None)
        now, waiting = self.clock.now(), tx.pushes.open_count()
        ends_at = tx.pushes.pace(now).ends_at(waiting, now)
        return WayToTheOrg(waiting, since, code, figures, tx.bulk.unfinished(), ends_at)


def late_source(mapping: SourceMapping, health: SourceHealth | None, now: datetime) -> LateSource | None:
    """Give a source that is late or fails, None when all is well."""
    answered = health.last_success_at if health else None
    failing = health.failing_since if health else None
    in_time = answered is not None and now - answered <= 2 * timedelta(minutes=mapping.every_minutes)
    if in_time and failing is None:
        return None
    code, text = (health.error_code, health.error_text) if health else (None, None)
    return LateSource(mapping.source, mapping.service["fr"], answered, failing, code, text)
