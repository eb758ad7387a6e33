"""The org's daily allowance of API calls, shared out by urgency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bridge.domain.synchronisation import CallLane

CEILINGS: Mapping[CallLane, float] = {
    CallLane.CITIZEN: 1.0,
    CallLane.WEBHOOK: 0.95,
    CallLane.SCHEDULED: 0.85,
    CallLane.BACKFILL: 0.70,
}
"""Which share of the allowance may be used, by whomever, before a lane stops."""
LOOK_AGAIN = timedelta(minutes=15)
"""The window rolls, so a figure goes stale: after this long one cheap call asks for the new one."""


@dataclass(frozen=True, slots=True)
class CallUsage:
    """Calls used of those allowed in 24 rolling hours, by everybody, as the org last said."""

    used: int
    allowed: int
    seen_at: datetime

    @property
    def share(self) -> float:
        """Give the share used, from 0 to 1."""
        return self.used / self.allowed if self.allowed else 1.0

    @property
    def look_at(self) -> datetime:
        """Give when to ask the org again."""
        return self.seen_at + LOOK_AGAIN

    def leaves_room(self, lane: CallLane) -> bool:
        """Whether a lane may go on; the citizens' goes on until the org itself refuses."""
        return lane is CallLane.CITIZEN or self.share < CEILINGS[lane]


@dataclass(frozen=True, slots=True)
class CallFigures:
    """What all processes know together: what the org said, and what we spent today (UTC) by lane."""

    usage: CallUsage | None = None
    spent: Mapping[CallLane, int] = field(default_factory=dict)

    @property
    def open_lanes(self) -> frozenset[CallLane]:
        """Give the lanes that may call; all of them before the org said anything."""
        usage = self.usage
        return frozenset(lane for lane in CallLane if usage is None or usage.leaves_room(lane))
