"""Undoes a link with all it led to: requests, sessions, what the portal was granted, the mark in the org."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bridge.domain.agent import Agent
from bridge.domain.contact import IdentityLink
from bridge.domain.review import ReviewDecision, ReviewKind, ReviewState
from bridge.domain.review_choices import require_reason
from bridge.errors import ConflictError, UnknownCaseError
from bridge.usecases.ports import AuditEntry, Bell, Clock, Store, Transaction
from bridge.usecases.release_contacts import ReleaseContacts

UNDONE = "link.undone"


@dataclass(frozen=True, slots=True)
class Undone:
    """What went with a link, in numbers."""

    requests: int
    sessions: int
    grants: int


@dataclass(frozen=True, slots=True)
class UndoLink:
    """Any link can be undone. Access ends with our own commit; the org follows, now or by the sweeper."""

    store: Store
    clock: Clock
    bell: Bell
    release: ReleaseContacts

    def __call__(self, agent: Agent, link_id: str, reason: str) -> Undone:
        """Undo a link; it stays in the history, and no rule alone makes it again.

        Raises: RequestError without a reason, UnknownCaseError, ConflictError when it is undone already.
        """
        require_reason(reason)
        now = self.clock.now()
        with self.store.begin() as tx:
            story = tx.link_history.story(link_id)
            if story is None:
                raise UnknownCaseError("no such link", code="link.unknown")
            if story.undone_at is not None:
                raise ConflictError("the link is undone already", code="link.undone")
            done = undo(tx, story.link, agent.id, reason.strip(), now)
        self.bell.ring("push")
        self.release()
        return done


def undo(tx: Transaction, link: IdentityLink, author: str, reason: str, now: datetime) -> Undone:
    """End a link inside a transaction. Raises: ConflictError when it was ended meanwhile."""
    tx.link_history.undo(link.id, author, reason, now)
    done = Undone(
        requests=tx.cases.leave(link.id, now, author=author),
        sessions=tx.sign_ins.end_sessions_of(link.id),
        grants=tx.portal_grants.revoke_of_link(link.id, UNDONE, now),
    )
    tx.audit.add(AuditEntry(author, UNDONE, link.id, link.contact_id, reason), now)
    _end_doubts(tx, link, author, reason, now)
    return done


def _end_doubts(tx: Transaction, link: IdentityLink, author: str, reason: str, now: datetime) -> None:
    """Where the link's Contact was in doubt, nothing is left to decide."""
    for review in tx.reviews.about_link(link.id):
        if review.kind is ReviewKind.CONTACT_GONE:
            ended = replace(
                review,
                state=ReviewState.DECIDED,
                decision=ReviewDecision.UNDO,
                decided_by=author,
                decided_because=reason,
                decided_at=now,
            )
            tx.reviews.update(ended)
            tx.audit.add(AuditEntry(author, "review.closed", review.id, link.id), now)
