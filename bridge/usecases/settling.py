"""Ends a doubt inside the transaction of what it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bridge.domain.review import LinkReview
from bridge.errors import ConflictError
from bridge.usecases.ports import AuditEntry, Transaction


@dataclass(frozen=True, slots=True)
class Settled:
    """A doubt as an agent saw it, as it ends, and whose click ends it: the decider's or the confirmer's."""

    before: LinkReview
    after: LinkReview
    by: str

    @property
    def author(self) -> str:
        """Who decided; a second agent only confirms."""
        assert self.after.decided_by is not None
        return self.after.decided_by

    @property
    def reason(self) -> str:
        """Why."""
        return self.after.decided_because or ""


def close(tx: Transaction, settled: Settled, now: datetime) -> None:
    """Write the end of a doubt. Raises: ConflictError when it is no longer as the agent saw it."""
    before, after = settled.before, settled.after
    if tx.reviews.by_id(before.id) != before:
        raise ConflictError("another agent decided this doubt", code="review.decided")
    tx.reviews.update(after)
    action = "review.decided" if after.confirmed_by is None else "review.confirmed"
    tx.audit.add(AuditEntry(settled.by, action, after.id, after.decision or "", settled.reason), now)
