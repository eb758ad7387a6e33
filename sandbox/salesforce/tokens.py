"""Access tokens of the form `00D…!…`, which end after the session life or when a test says so."""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

_ALPHABET = string.ascii_letters + string.digits + "._"


class Tokens:
    """The sessions of the org, in memory."""

    def __init__(
        self, organization_id: str, user_id: str, clock: Callable[[], datetime], session_life_s: int
    ) -> None:
        self._user_id = user_id
        self._prefix = organization_id[:15]
        self._clock = clock
        self._life = timedelta(seconds=session_life_s)
        self._ends: dict[str, datetime] = {}
        self._owners: dict[str, str] = {}
        self._lock = threading.Lock()
        self.lasting = self._make()
        self.revive()

    def issue(self, user_id: str | None = None) -> str:
        """A new token, good for the session life; of the integration user unless another is named."""
        token = self._make()
        now = self._clock()
        with self._lock:
            self._ends = {value: end for value, end in self._ends.items() if end > now}
            self._owners = {value: owner for value, owner in self._owners.items() if value in self._ends}
            self._ends[token] = now + self._life
            if user_id is not None:
                self._owners[token] = user_id
        return token

    def owner(self, token: str) -> str:
        """Whose session it is."""
        with self._lock:
            return self._owners.get(token, self._user_id)

    def is_valid(self, token: str) -> bool:
        """Whether calls with this token are served."""
        with self._lock:
            ends = self._ends.get(token)
        return ends is not None and ends > self._clock()

    def revoke(self, token: str) -> bool:
        """End one session; False when there was none."""
        with self._lock:
            return self._ends.pop(token, None) is not None

    def revoke_all(self) -> None:
        """End every session."""
        with self._lock:
            self._ends.clear()

    def revive(self) -> None:
        """Make the token of the ready line good again, for a year."""
        with self._lock:
            self._ends[self.lasting] = self._clock() + timedelta(days=365)

    def _make(self) -> str:
        return f"{self._prefix}!" + "".join(secrets.choice(_ALPHABET) for _ in range(96))
