"""Many cases on their way in one job of the org, which works on it by itself for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bridge.domain.synchronisation import Push

_FIRST_GUESS_S_PER_ROW = 0.0003
_SHORTEST = timedelta(seconds=2)
_LONGEST = timedelta(minutes=10)
STUCK_AFTER = timedelta(hours=2)
"""A job that old is told to people; it is never sent again, for the org may still carry it out."""


class BulkKind(StrEnum):
    """What the rows of a job are."""

    CASES = "cases"
    TIMELINES = "timelines"


class BulkState(StrEnum):
    """How far we brought a job: claimed, known to the org, handed over to it, every row settled."""

    CLAIMED = "claimed"
    OPEN = "open"
    SENT = "sent"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class BulkJob:
    """One job. `job_id` is the org's, known before a row is uploaded; `looks` counts the questions asked."""

    id: str
    kind: BulkKind
    state: BulkState
    rows: int
    created_at: datetime
    job_id: str | None = None
    sent_at: datetime | None = None
    looks: int = 0

    def age(self, now: datetime) -> timedelta:
        """Give how long the org has had it, or how long it waits to be given to the org."""
        return now - (self.sent_at or self.created_at)


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A push a job carries. `salesforce_id` is the Case it became, in a job of timelines."""

    push: Push
    salesforce_id: str | None = None


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """What the org says of a job; `refusal` is the word for one it could not carry out as a whole."""

    is_open: bool
    is_over: bool
    processed: int = 0
    failed: int = 0
    took_s: float | None = None
    refusal: str | None = None


def next_look(
    job: BulkJob, now: datetime, seconds_per_row: float | None, progress: BulkProgress | None = None
) -> timedelta:
    """Give how long to leave the org alone: as long as the rest will take, as rows took so far or last time.

    Each question is a call of the day's allowance, so each wait is longer than the one before.
    """
    least = _SHORTEST * 1.5**job.looks
    if progress and progress.processed and job.sent_at:
        expected = (now - job.sent_at) * (max(job.rows - progress.processed, 0) / progress.processed)
    else:
        expected = timedelta(seconds=job.rows * (seconds_per_row or _FIRST_GUESS_S_PER_ROW))
    return min(max(expected, least), _LONGEST)
