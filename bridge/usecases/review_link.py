"""An agent decides a doubt; a second one confirms where the town asks for two."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bridge.domain.agent import Agent
from bridge.domain.review import LinkReview, ReviewDecision, ReviewState
from bridge.domain.review_choices import Choice, require_allowed, require_reason
from bridge.errors import ConflictError, ForbiddenError
from bridge.usecases.carry_out import CarryOut
from bridge.usecases.ports import AuditEntry, Clock, Store, Transaction
from bridge.usecases.read_review import doubt_of


@dataclass(frozen=True, slots=True)
class ReviewLink:
    """The one way from a doubt to its end. `by_two`: a first decision is a proposal."""

    store: Store
    clock: Clock
    carry_out: CarryOut
    by_two: bool

    def decide(self, agent: Agent, review_id: str, choice: Choice) -> LinkReview:
        """Give the doubt as it stands after this decision: asked, proposed or decided.

        Raises: ConflictError `review.decided` when another agent was first; RequestError for a choice that
        is incomplete; UnknownCaseError; and what Salesforce raises, before anything is stored.
        """
        with self.store.begin() as tx:
            review, _ = doubt_of(tx, agent, review_id)
            if not review.is_undecided:
                raise ConflictError("another agent decided this doubt", code="review.decided")
            require_allowed(review, choice)
            made = _made(review, choice, agent)
            if choice.decision is ReviewDecision.ASK:
                return self._note(tx, replace(made, state=ReviewState.ASKED), "review.asked", agent)
            if self.by_two:
                return self._note(tx, replace(made, state=ReviewState.PROPOSED), "review.proposed", agent)
        return self.carry_out(review, self._ended(made), agent.id)

    def confirm(self, agent: Agent, review_id: str) -> LinkReview:
        """Carry out what another agent proposed.

        Raises: ForbiddenError `review.same_agent`, ConflictError.
        """
        with self.store.begin() as tx:
            review = self._proposed(tx, agent, review_id)
        return self.carry_out(review, self._ended(replace(review, confirmed_by=agent.id)), agent.id)

    def send_back(self, agent: Agent, review_id: str, reason: str) -> LinkReview:
        """Open a proposed doubt again. Raises: as `confirm`, and RequestError without a reason."""
        require_reason(reason)
        with self.store.begin() as tx:
            review = self._proposed(tx, agent, review_id)
            opened = replace(
                review,
                state=ReviewState.OPEN,
                decision=None,
                decided_contact_id=None,
                decided_by=None,
                decided_because=None,
            )
            tx.reviews.update(opened)
            entry = AuditEntry(agent.id, "review.sent_back", review.id, review.decision or "", reason.strip())
            tx.audit.add(entry, self.clock.now())
        return opened

    def _proposed(self, tx: Transaction, agent: Agent, review_id: str) -> LinkReview:
        review, _ = doubt_of(tx, agent, review_id)
        if review.state is not ReviewState.PROPOSED:
            raise ConflictError("nothing waits for a confirmation here", code="review.decided")
        if review.decided_by == agent.id:
            raise ForbiddenError("another agent has to confirm", code="review.same_agent")
        return review

    def _note(self, tx: Transaction, review: LinkReview, action: str, agent: Agent) -> LinkReview:
        tx.reviews.update(review)
        detail = review.asked_for or review.decision or ""
        tx.audit.add(
            AuditEntry(agent.id, action, review.id, detail, review.decided_because), self.clock.now()
        )
        return review

    def _ended(self, review: LinkReview) -> LinkReview:
        return replace(review, state=ReviewState.DECIDED, decided_at=self.clock.now())


def _made(review: LinkReview, choice: Choice, agent: Agent) -> LinkReview:
    return replace(
        review,
        decision=choice.decision,
        decided_contact_id=choice.contact_id,
        decided_by=agent.id,
        decided_because=choice.reason.strip(),
        asked_for=choice.question,
    )
