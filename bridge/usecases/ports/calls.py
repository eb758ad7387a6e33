"""What the org's allowance of calls lets us do, and what every process knows of it together."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bridge.domain.call_budget import CallFigures, CallUsage
from bridge.domain.synchronisation import CallLane


class CallCounter(Protocol):
    """One count for all processes. It never refuses a call, so losing it costs a figure, no work."""

    def exchange(self, spent: Mapping[CallLane, int], usage: CallUsage | None, now: datetime) -> CallFigures:
        """Add what this process spent since the last time and the newest it was told; give what all know.

        Raises: TransientError when it cannot be reached.
        """

    def take_look(self, now: datetime) -> bool:
        """Whether this process is the one to ask the org for a new figure; one is, each quarter of an hour.

        Raises: TransientError when it cannot be reached.
        """


class CallBudget(Protocol):
    """Which lanes may call the org now."""

    def open_lanes(self) -> frozenset[CallLane]:
        """Give the lanes that may call; asks the org when what is known has gone stale. Never raises."""

    def figures(self) -> CallFigures:
        """Give what is known, without a call to the org. Never raises."""

    def on(self, lane: CallLane) -> AbstractContextManager[None]:
        """Count what is called meanwhile, in this thread, under a lane."""


class CallLedger(Protocol):
    """The count kept in SQL, with how many batches may be under way at once."""

    def exchange(self, spent: Mapping[CallLane, int], usage: CallUsage | None, now: datetime) -> CallFigures:
        """Add and read, as `CallCounter` does."""

    def take_look(self, now: datetime) -> bool:
        """Give the turn to ask the org, as `CallCounter` does."""

    def at_once(self, now: datetime) -> int | None:
        """Give how many batches may be under way; None while the org complains of none."""

    def narrow(self, at_once: int, until: datetime) -> None:
        """Let no more batches than this be under way for a while."""
