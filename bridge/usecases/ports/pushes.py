"""What Salesforce still has to learn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.pace import Pace
from bridge.domain.synchronisation import CallLane, ParkedPush, Push, PushResult


class Pushes(Protocol):
    """What Salesforce still has to learn: one row per case, due until applied version = desired version."""

    def claim(
        self, limit: int, lease: timedelta, now: datetime, lanes: Collection[CallLane] | None = None
    ) -> tuple[Push, ...]:
        """Lease due pushes, of these lanes when given; no other worker gets them until the lease ends.

        The most urgent lane goes first; within a lane each source has its share. One claimed twice
        without an answer is given alone. A Contact with a case in another batch waits for that batch.
        """

    def claim_for_job(
        self, job_id: str, limit: int, lease: timedelta, now: datetime, lanes: Collection[CallLane]
    ) -> tuple[Push, ...]:
        """Lease due pushes of these lanes for a job; none that two jobs left unprocessed."""

    def are_due(self, least: int, lanes: Collection[CallLane], now: datetime) -> bool:
        """Whether at least so many could be claimed for a job; counts no further."""

    def under_way(self, now: datetime) -> int:
        """Give how many calls are under way."""

    def unprocessed(self, pushes: Sequence[Push], now: datetime) -> None:
        """Give back what a job of the org left untouched; it goes into one more job, then by call."""

    def settle(self, results: Sequence[PushResult], now: datetime) -> int:
        """Record results; one whose fence has moved on counts for nothing. Give how many counted."""

    def postpone(self, pushes: Sequence[Push], until: datetime) -> None:
        """Give claimed pushes back untouched, due at `until`."""

    def due_count(self, now: datetime) -> int:
        """Give how many could be claimed now."""

    def open_count(self) -> int:
        """Give how many are due, now or later."""

    def pace(self, now: datetime) -> Pace:
        """Give how many ended in the last minutes, whichever way; as cheap with many cases as with few."""

    def parked(self) -> tuple[ParkedPush, ...]:
        """Give the parked ones, oldest first."""

    def replay(self, case_ids: Collection[str] | None, now: datetime) -> int:
        """Make parked pushes due again, all of them with None; give how many.

        A case of which the org holds a newer version goes above it; one made anew in the org is accepted.
        """

    def untold_count(self) -> int:
        """Give how many cases the org has without their whole timeline."""

    def reopen_untold(self, now: datetime) -> int:
        """Make those cases due again, so that their timelines follow; give how many."""
