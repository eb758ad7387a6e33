"""Proof of possession: a one-time code sent to where the town already reaches a person."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bridge.domain.matching import Grade
from bridge.domain.review import LinkReview, ReviewKind, ReviewState

CODE_DIGITS = 8
CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
DAY = timedelta(days=1)
MOST_REQUESTS_A_DAY = 5
"""Codes one person may ask for in a day."""
MOST_CODES_A_DAY = 5
"""Codes one Contact may receive in a day, whoever asks for them."""
KEPT_FOR = timedelta(days=30)
"""How long a proof that is over is kept, so that an agent sees what was tried."""
_CODE = re.compile(rf"[0-9]{{{CODE_DIGITS}}}")
_SPACES = re.compile(r"[\s.-]+")


class Channel(StrEnum):
    """The road a code takes."""

    EMAIL = "email"
    SMS = "sms"


class ProofEnd(StrEnum):
    """How a proof ended before its time."""

    PROVEN = "proven"
    FAILED = "failed"
    REPLACED = "replaced"
    """The person asked for another code."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A code asked for. Without `contact_id` it is kept like any other, and nothing is ever sent.

    `code_hash` is None until the code was made, just before it leaves; `sends` counts the tries to send it.
    """

    id: str
    subject_hash: str
    channel: Channel
    contact_id: str | None
    created_at: datetime
    expires_at: datetime
    attempts: int = 0
    sends: int = 0
    code_hash: str | None = field(default=None, repr=False)


def provable_contact(review: LinkReview | None) -> str | None:
    """Give the one Contact a proof of possession may settle a doubt for.

    Only when nothing known differs: two who share a mailbox, or twins, are told apart by an agent.
    """
    if review is None or review.kind is not ReviewKind.IDENTITY or review.grade is not Grade.PROBABLE:
        return None
    waits = review.state in {ReviewState.OPEN, ReviewState.ASKED}
    return review.candidate_ids[0] if waits and len(review.candidate_ids) == 1 else None


def new_code() -> str:
    """Give a code nobody can guess."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def typed_code(text: str) -> str | None:
    """Give the code as sent, however it was spaced; None for what cannot be one."""
    code = _SPACES.sub("", text[:40])
    return code if _CODE.fullmatch(code) else None
