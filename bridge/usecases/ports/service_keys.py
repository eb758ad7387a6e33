"""The ring of our own keys."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bridge.usecases.ports.values import ServiceKeys


class ServiceKeyRing(Protocol):
    """Keys of our own, for others to encrypt with; each generation opens what came to it for a day more."""

    def usable(self, purpose: str, now: datetime) -> tuple[ServiceKeys, ...]:
        """Give the generations that still open what was encrypted for them, newest first."""

    def add(self, purpose: str, keys: ServiceKeys) -> None:
        """Store a generation and retire the one before it."""
