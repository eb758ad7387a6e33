"""Client assertions that were used: none of them works twice."""

from __future__ import annotations

import threading

LEEWAY_S = 5


class SeenAssertions:
    """The `jti` of assertions that are still alive: none of them works twice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[tuple[str, str], int] = {}

    def is_first(self, client_id: str, jti: str, expires_at_s: int, now_s: float) -> bool:
        with self._lock:
            self._until = {key: until for key, until in self._until.items() if until > now_s - LEEWAY_S}
            if (client_id, jti) in self._until:
                return False
            self._until[client_id, jti] = expires_at_s
            return True
