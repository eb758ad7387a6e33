"""The stand-in's clock, which a test may shift instead of waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class ShiftedClock:
    """Real time plus an offset in seconds."""

    def __init__(self) -> None:
        self.offset_s = 0.0

    def now(self) -> datetime:
        """The shifted instant, aware, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_s)
