"""What goes between the agents' console and the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bridge.domain.contact import Contact, IdentityLink
from bridge.domain.matching import Grade
from bridge.domain.review import ReviewKind, ReviewState

PAGE = 50
StoppedKind = Literal["record", "delivery", "push", "notification"]


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What the queue is narrowed to; `sources` are those an agent may see, None for all."""

    kind: ReviewKind | None = None
    state: ReviewState | None = None
    grade: Grade | None = None
    decided: bool = False
    newest_first: bool = False
    sources: frozenset[str] | None = None
    skip: int = 0
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class WaitingReviews:
    """How many doubts of one kind and state wait, and since when the oldest does."""

    kind: ReviewKind
    state: ReviewState
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class LinkStory:
    """A link with how it went on; the undone ones are kept as they were."""

    link: IdentityLink
    last_seen_at: datetime
    undone_at: datetime | None
    undone_by: str | None
    undone_because: str | None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the journal."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the journal is narrowed to; `before` is the id of the last line seen."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    before: int | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class StoppedCause:
    """A cause: the kind, the source, the code, how many, since when."""

    kind: StoppedKind
    source: str
    cause_code: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class StoppedItem:
    """One record or case that stopped; `label` names it, `explanation` holds no value of a person."""

    kind: StoppedKind
    id: str
    source: str
    cause_code: str
    label: str
    explanation: str
    stopped_at: datetime


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """A Contact as an agent reads it: its certified or usual identity, and the names it is filed under."""

    contact: Contact
    last_name: str | None
    first_name: str | None
    usage_name: str | None
