"""A clock that stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


class FakeClock:
    """Gives the time it was set to."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """Give the set moment in UTC."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Move to a moment."""
        self._now = moment

    def move(self, step: timedelta) -> None:
        """Move by a step, forward or back."""
        self._now += step
