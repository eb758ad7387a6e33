"""The queue of doubts as an agent may see it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bridge.domain.agent import Agent
from bridge.domain.review import LinkReview
from bridge.usecases.ports import ReviewFilter, Store


@dataclass(frozen=True, slots=True)
class ListReviews:
    """Holds ids, kinds and codes only: nobody's name, so no audit row."""

    store: Store

    def __call__(self, agent: Agent, wanted: ReviewFilter) -> tuple[LinkReview, ...]:
        """Give a page, with one more than asked when there is another page."""
        narrowed = replace(wanted, sources=agent.sectors or None, limit=wanted.limit + 1)
        with self.store.read() as tx:
            return tx.reviews.queue(narrowed)
