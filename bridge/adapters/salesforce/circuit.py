"""Keeps calls from a closed door: after five failures in a minute, one probe each half minute."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bridge.adapters.salesforce.config import SYSTEM
from bridge.errors import TransientError

log = structlog.get_logger("bridge.salesforce")

OPENS_AFTER = 5
WITHIN = timedelta(seconds=60)
PROBE_EVERY = timedelta(seconds=30)


class Circuit:
    """What one process knows of the way to the org; safe to share between threads.

    It counts what was surely not carried out: no connection, and an org that says it is away. A slow answer
    is none of these, for one case can be to blame for it.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._failures: deque[datetime] = deque(maxlen=OPENS_AFTER)
        self._probe_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether calls are held back."""
        return self._probe_at is not None

    def enter(self) -> None:
        """Let a call pass, or one probe at its time. Raises: TransientError while the circuit is open."""
        with self._lock:
            now = self._now()
            if self._probe_at is None:
                return
            if now < self._probe_at:
                wait_s = (self._probe_at - now).total_seconds()
                raise TransientError(
                    "Salesforce is away; nobody knocks for a while",
                    system=SYSTEM,
                    code="remote.circuit_open",
                    retry_after_s=wait_s,
                )
            self._probe_at = now + PROBE_EVERY

    def failed(self) -> None:
        """Note that the org could not be reached, or is away."""
        with self._lock:
            now = self._now()
            self._failures.append(now)
            if self._probe_at is None and self._are_many(now):
                self._probe_at = now + PROBE_EVERY
                log.warning("circuit opened", system=SYSTEM)

    def worked(self) -> None:
        """Note that the org answered."""
        with self._lock:
            self._failures.clear()
            if self._probe_at is not None:
                self._probe_at = None
                log.info("circuit closed", system=SYSTEM)

    def _are_many(self, now: datetime) -> bool:
        return len(self._failures) == OPENS_AFTER and now - self._failures[0] <= WITHIN
