"""Counts wrong signatures, so that a flood of them is neither read nor a line of the log each."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

import structlog

from bridge.errors import TooManyRequestsError
from bridge.usecases.ports import Clock

log = structlog.get_logger("bridge.webhooks")

MOST_A_MINUTE = 60
"""Of one caller for one source; beyond it that caller alone waits, never the source's own system."""
_SPAN_S = 60
_MOST_COUNTED = 10_000


@dataclass(slots=True)
class WrongSignatures:
    """The count of this minute, in this process; a restart forgives, which costs a minute's work at most."""

    clock: Clock
    _minute: int = 0
    _by_caller: Counter[tuple[str, str]] = field(default_factory=Counter)
    _by_source: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def refuse_a_flood(self, source: str, caller: str | None) -> None:
        """Refuse a caller who signed wrongly too often; None is one who cannot be told from others.

        Raises: TooManyRequestsError `webhook.signatures`.
        """
        with self._lock:
            self._turn()
            if caller is None or self._by_caller[source, caller] < MOST_A_MINUTE:
                return
            self._tell(source)
            raise TooManyRequestsError(
                "too many wrong signatures", code="webhook.signatures", retry_after_s=_SPAN_S
            )

    def note(self, source: str, caller: str | None) -> None:
        """Count a wrong signature."""
        with self._lock:
            self._turn()
            if caller is not None and len(self._by_caller) < _MOST_COUNTED:
                self._by_caller[source, caller] += 1
            self._tell(source)

    def _tell(self, source: str) -> None:
        """Tell of the first one of a minute, the tenth, the hundredth …"""
        self._by_source[source] += 1
        count = self._by_source[source]
        if math.log10(count).is_integer():
            log.warning("wrong signatures", source=source, this_minute=count)

    def _turn(self) -> None:
        minute = int(self.clock.now().timestamp()) // _SPAN_S
        if minute != self._minute:
            self._minute = minute
            self._by_caller.clear()
            self._by_source.clear()
