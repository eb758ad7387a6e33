"""What an agent may decide about each kind of doubt, and what a decision needs with it."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.review import LinkReview, Question, ReviewDecision, ReviewKind
from bridge.errors import RequestError

MOST_REASON_CHARS = 500

CHOICES: dict[ReviewKind, tuple[ReviewDecision, ...]] = {
    ReviewKind.IDENTITY: (
        ReviewDecision.LINK,
        ReviewDecision.CREATE,
        ReviewDecision.NOT_SAME,
        ReviewDecision.ASK,
    ),
    ReviewKind.NEW_SUBJECT: (ReviewDecision.MOVE, ReviewDecision.REFUSE, ReviewDecision.ASK),
    ReviewKind.TWO_SUBJECTS: (
        ReviewDecision.REFUSE,
        ReviewDecision.MOVE,
        ReviewDecision.CREATE,
        ReviewDecision.ASK,
    ),
    ReviewKind.CONTACT_GONE: (ReviewDecision.MOVE, ReviewDecision.UNDO),
    ReviewKind.NOT_MINE: (ReviewDecision.REFUSE, ReviewDecision.ATTACH),
    ReviewKind.CLAIM: (ReviewDecision.ATTACH, ReviewDecision.REFUSE),
}
"""The likeliest first."""

_NEEDS_CONTACT = {
    (ReviewKind.IDENTITY, ReviewDecision.LINK),
    (ReviewKind.TWO_SUBJECTS, ReviewDecision.MOVE),
    (ReviewKind.CONTACT_GONE, ReviewDecision.MOVE),
}
RULING_OUT = frozenset({ReviewDecision.NOT_SAME, ReviewDecision.REFUSE})
"""Decisions after which the same doubt about the same Contacts does not come again."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What an agent decided and why; the Contact or the question where the decision has one."""

    decision: ReviewDecision
    reason: str
    contact_id: str | None = None
    question: Question | None = None


def needs_contact(kind: ReviewKind, decision: ReviewDecision) -> bool:
    """Tell whether this decision names one of the candidates."""
    return (kind, decision) in _NEEDS_CONTACT


def require_allowed(review: LinkReview, choice: Choice) -> None:
    """Raises: RequestError naming what is missing or not offered for this kind of doubt."""
    require_reason(choice.reason)
    if choice.decision not in CHOICES[review.kind]:
        raise RequestError("this decision does not fit this doubt", code="review.choice")
    if needs_contact(review.kind, choice.decision) and choice.contact_id not in review.candidate_ids:
        raise RequestError("one of the candidates must be chosen", code="review.contact")
    if (choice.decision is ReviewDecision.ASK) is (choice.question is None):
        raise RequestError("asking needs one of the known questions", code="review.question")


def require_reason(reason: str) -> None:
    """Raises: RequestError when an agent gives no reason, or a novel."""
    if not reason.strip() or len(reason) > MOST_REASON_CHARS:
        raise RequestError("a decision needs a reason of at most 500 characters", code="review.reason")
