"""Sign-ins answered without showing a page, for tests; off until ordered."""

from __future__ import annotations

import threading


class Headless:
    """Who signs in next without a browser, and how many times."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._login = ""
        self._left = 0

    def order(self, login: str, *, sign_ins: int) -> None:
        with self._lock:
            self._login, self._left = login, sign_ins

    def clear(self) -> None:
        self.order("", sign_ins=0)

    def take(self) -> str | None:
        """The login that answers the sign-in starting now, or None to show the pages."""
        with self._lock:
            if self._left == 0:
                return None
            self._left -= 1
            return self._login
