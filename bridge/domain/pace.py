"""How fast cases go to the org, and when those that wait will be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

PACE_OVER = timedelta(minutes=10)
"""What was longer ago says nothing of now: a lane may have paused since."""
_SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many cases ended over the last so much time."""

    ended: int
    over: timedelta

    def ends_at(self, waiting: int, now: datetime) -> datetime | None:
        """Give when as many as wait will have ended at this pace; None when nothing moved or waits."""
        if not self.ended or not waiting:
            return None
        return now + max(self.over, _SHORTEST) * (waiting / self.ended)
