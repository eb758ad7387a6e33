"""The platform's limit of calls per minute and Authorization header.

Source: demarche.numerique.gouv.fr, config/initializers/rack_attack.rb: 429 in plain text with three headers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from flask import Response

PERIOD_S = 60


class CallLimit:
    """Counts calls in fixed one-minute windows, one count per header."""

    def __init__(self, now_s: Callable[[], float] = time.time) -> None:
        self._now_s = now_s
        self._window = -1
        self._calls: dict[str, int] = {}
        self._lock = Lock()

    def exceeded(self, header: str, per_minute: int) -> bool:
        """Whether this call is one too many; calls without the header are not counted."""
        if not header:
            return False
        with self._lock:
            window = int(self._now_s()) // PERIOD_S
            if window != self._window:
                self._window, self._calls = window, {}
            self._calls[header] = self._calls.get(header, 0) + 1
            return self._calls[header] > per_minute

    def refusal(self) -> Response:
        """429, to be tried again at the next window."""
        now = int(self._now_s())
        left = PERIOD_S - now % PERIOD_S
        refused = Response(
            "Trop de requêtes : réessayez dans un moment.\n", 429, content_type="text/plain; charset=utf-8"
        )
        refused.headers["Retry-After"] = str(left)
        refused.headers["RateLimit-Remaining"] = "0"
        refused.headers["RateLimit-Reset"] = str(now + left)
        return refused
