"""A doubt for an agent to decide: what it is about, where it stands, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bridge.domain.matching import Grade

KEPT_FOR = timedelta(days=30)
"""A doubt nobody decided loses the identity it held after this; the next sign-in opens it anew."""


class ReviewKind(StrEnum):
    """What the doubt is about."""

    IDENTITY = "identity"
    """Several Contacts could be this person, or one fits only in part."""
    NEW_SUBJECT = "new_subject"
    """FranceConnect names a person we know by a new `sub`: civil status was corrected."""
    TWO_SUBJECTS = "two_subjects"
    """Two identities claim one Contact."""
    CONTACT_GONE = "contact_gone"
    """The linked Contact was deleted, or merged with another linked one."""
    NOT_MINE = "not_mine"
    """The citizen says that a request is not theirs."""
    CLAIM = "claim"
    """The citizen claims a request whose names differ from theirs."""


class ReviewState(StrEnum):
    """Where the doubt stands."""

    OPEN = "open"
    ASKED = "asked"
    """The person was asked for something; it opens again when they answer."""
    PROPOSED = "proposed"
    """One agent decided, a second one has to confirm."""
    DECIDED = "decided"


class ReviewDecision(StrEnum):
    """What an agent, or the person's own proof, made of it."""

    LINK = "link"
    CREATE = "create"
    NOT_SAME = "not_same"
    """None of the candidates: no link; the same doubt about them does not come again."""
    ASK = "ask"
    PROVEN = "proven"
    """Settled without an agent: the person proved it, or the Contact was mended."""
    MOVE = "move"
    """The link goes on: to the person's new subject, or to another Contact."""
    UNDO = "undo"
    """The link the doubt is about is undone."""
    ATTACH = "attach"
    """The request goes to the citizen who claims it, or back to the one who had it."""
    REFUSE = "refuse"
    """What was claimed is refused; all stays as it is."""


class Question(StrEnum):
    """What a person in doubt can be asked; the words stand in `page_words.yaml`, none are an agent's own."""

    COME_WITH_ID = "come_with_id"
    BIRTH_RECORD = "birth_record"
    CALL_US = "call_us"


@dataclass(frozen=True, slots=True)
class LinkReview:
    """A doubt. What it holds of the person is sealed beside it, and dropped when it ends.

    `reasons` are stable codes, never values. `link_id` and `case_id` say what it is about, when it is not
    about who somebody is. `decided_*` are filled from the first decision on, `decided_at` and `confirmed_by`
    when it holds.
    """

    id: str
    kind: ReviewKind
    subject_hash: str
    candidate_ids: tuple[str, ...]
    reasons: tuple[str, ...]
    created_at: datetime
    grade: Grade | None = None
    state: ReviewState = ReviewState.OPEN
    link_id: str | None = None
    case_id: str | None = None
    decision: ReviewDecision | None = None
    decided_contact_id: str | None = None
    decided_by: str | None = None
    decided_because: str | None = None
    confirmed_by: str | None = None
    decided_at: datetime | None = None
    asked_for: Question | None = None

    @property
    def is_undecided(self) -> bool:
        """Whether an agent may still make a first decision."""
        return self.state in {ReviewState.OPEN, ReviewState.ASKED}

    @property
    def expires_at(self) -> datetime:
        """When the sealed identity is dropped at the latest."""
        return self.created_at + KEPT_FOR
