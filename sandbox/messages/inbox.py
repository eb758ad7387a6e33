"""What arrived, by mail and by SMS, the newest first; in memory, and only the last few hundred."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

_KEPT = 500


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message as its receiver sees it; `road` is `email` or `sms`."""

    road: str
    to: str
    subject: str
    text: str
    at: datetime


class Inbox:
    """Every mailbox and every telephone of the trial in one place."""

    def __init__(self) -> None:
        self._messages: deque[Arrived] = deque(maxlen=_KEPT)
        self._lock = Lock()

    def take(self, road: str, to: str, subject: str, text: str) -> None:
        """Keep a message."""
        with self._lock:
            self._messages.appendleft(Arrived(road, to, subject, text, datetime.now(UTC)))

    def messages(self, to: str | None = None) -> list[Arrived]:
        """Give the messages, the newest first; those of one receiver when one is named."""
        with self._lock:
            return [message for message in self._messages if to in {None, message.to}]

    def empty(self) -> None:
        """Throw everything away."""
        with self._lock:
            self._messages.clear()
