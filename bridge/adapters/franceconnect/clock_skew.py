"""How far FranceConnect's clock is from ours: measured at each sign-in, told before it stops one."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import structlog

from bridge.usecases.ports import Clock

TOLD_BEYOND_S = 5.0
# The year 9999: beyond it nothing is a time.
_LAST_MOMENT_S = 253_402_300_799
log = structlog.get_logger("bridge.franceconnect")


class ClockSkew:
    """The last difference seen, in seconds: positive when the other clock is ahead; None before the first."""

    def __init__(self, door: str, clock: Clock) -> None:
        self._door = door
        self._clock = clock
        self.seconds: float | None = None

    def saw(self, theirs_s: object, asked_at: datetime) -> None:
        """Note a moment of theirs, in seconds since 1970, that lies between our question and now."""
        if isinstance(theirs_s, bool) or not isinstance(theirs_s, int) or abs(theirs_s) > _LAST_MOMENT_S:
            return
        # They round down to the second, so ours is rounded too.
        earliest, latest = int(asked_at.timestamp()), self._clock.now().timestamp()
        ahead, behind = max(0.0, theirs_s - latest), max(0.0, earliest - theirs_s)
        self.seconds = round(ahead - behind, 1)
        if abs(self.seconds) > TOLD_BEYOND_S:
            log.error("clock.skew", door=self._door, seconds=self.seconds)

    def saw_header(self, date: str | None, asked_at: datetime) -> None:
        """Note the `Date` of an answer; one that cannot be read says nothing."""
        try:
            moment = parsedate_to_datetime(date or "")
        except ValueError:
            return
        self.saw(int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()), asked_at)
