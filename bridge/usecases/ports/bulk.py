"""Jobs that carry many rows: what the store keeps of them, and what the org does with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.bulk import BulkJob, BulkKind, BulkProgress, BulkRow
from bridge.domain.case import Case
from bridge.usecases.ports.values import CaseAnswer, TimelineEntry


class BulkJobs(Protocol):
    """The jobs under way, each in the hands of one process at a time."""

    def start(self, kind: BulkKind, lease: timedelta, now: datetime) -> BulkJob:
        """Keep a job that carries nothing yet, held by the caller."""

    def carry(self, job: BulkJob, rows: Sequence[BulkRow]) -> None:
        """Have a job carry these; those of a job before it move over."""

    def take(self, lease: timedelta, now: datetime) -> BulkJob | None:
        """Hold the job that waits longest for somebody to look after it."""

    def is_due(self, now: datetime) -> bool:
        """Whether a job waits for somebody to look after it."""

    def next_at(self) -> datetime | None:
        """Give when the next job is to be looked after; None without a job."""

    def opened(self, job: BulkJob, job_id: str, rows: int, lease: timedelta, now: datetime) -> BulkJob:
        """Keep the org's id of a job and how many rows go up, before any of them does; still held."""

    def sent(self, job: BulkJob, look_at: datetime, now: datetime) -> None:
        """Note that the org has every row of the upload and works on them."""

    def look_again(self, job: BulkJob, look_at: datetime, pushes_until: datetime) -> None:
        """Note a look that found the org still at work, and hold on to the pushes."""

    def leave(self, job: BulkJob, look_at: datetime) -> None:
        """Let go of a job as it is; whoever takes it from then on finds out how far it came."""

    def rows(self, job: BulkJob) -> tuple[BulkRow, ...]:
        """Give what is not settled yet, rows of one parent together."""

    def settled(self, job: BulkJob, case_ids: Collection[str]) -> None:
        """Take rows off a job."""

    def end(self, job: BulkJob, now: datetime, *, took_s: float | None = None) -> None:
        """Close a job; how long the org worked on it is what the next wait is guessed by.

        One the org never knew leaves no trace.
        """

    def seconds_per_row(self, kind: BulkKind) -> float | None:
        """Give how long the org took for a row of the last such job."""

    def unfinished(self) -> tuple[BulkJob, ...]:
        """Give the jobs under way, the oldest first."""


class BulkSheet(Protocol):
    """The rows of one upload, in a file."""

    @property
    def rows(self) -> int:
        """How many rows it holds."""

    def add_cases(self, cases: Sequence[Case], first: Collection[str]) -> dict[str, CaseAnswer | None]:
        """Add cases, by id: None for one that no longer fits, else the answer of one the mapping refuses."""

    def add_entries(self, entries: Sequence[TimelineEntry]) -> dict[str, CaseAnswer]:
        """Add entries of timelines; give the answers, by key, of those the mapping refuses.

        One that no longer fits is as one the org did not process.
        """


class BulkLoader(Protocol):
    """Jobs of the org. Every method raises TransientError, BudgetError or PermanentError."""

    def sheet(self, kind: BulkKind, *, creating: bool) -> AbstractContextManager[BulkSheet]:
        """Give an empty sheet, with the columns of new records when some are `creating`."""

    def open(self, kind: BulkKind) -> str:
        """Have the org open a job; give its id."""

    def upload(self, job_id: str, sheet: BulkSheet) -> None:
        """Give the org the rows, and have it begin."""

    def look(self, job_id: str) -> BulkProgress:
        """Ask how far a job is. Raises: GoneError when the org knows it no more."""

    def abort(self, job_id: str) -> None:
        """Have the org drop a job that was never begun."""

    def answers(
        self, kind: BulkKind, job_id: str, progress: BulkProgress
    ) -> Iterator[tuple[str, CaseAnswer]]:
        """Give the answer of each row the org worked on, by its key; a row without one was not processed.

        Raises: PermanentError when every row was refused for want of a right or a field.
        """
