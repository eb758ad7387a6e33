"""Faults that can be switched on, each off by default; a count goes down as it is spent."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

CATALOGUE: Mapping[str, str] = {
    "smtp_greylist": "the next N recipients are told to come back later (451)",
    "smtp_no_mailbox": "the next N recipients are unknown (550)",
    "smtp_cut": "the connection breaks before the next N messages are taken",
    "sms_429": "the next N calls come too often",
    "sms_503": "the gateway is away for the next N calls",
}


class FaultError(ValueError):
    """The fault is not in the catalogue, or its value is not a count."""


class Faults:
    """The faults now on."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(CATALOGUE, 0)
        self._lock = Lock()

    def spend(self, name: str) -> bool:
        """Whether this one is disturbed; takes one away."""
        with self._lock:
            if self._counts[name] <= 0:
                return False
            self._counts[name] -= 1
            return True

    def change(self, wanted: Mapping[str, object]) -> None:
        """Set counts, all or nothing. Raises: FaultError on an unknown name or a value that is no count."""
        for name, value in wanted.items():
            if name not in CATALOGUE:
                raise FaultError(f"unknown fault {name!r}")
            if not isinstance(value, int) or value < 0:
                raise FaultError(f"{name} takes a count")
        with self._lock:
            self._counts.update(
                {name: int(value) for name, value in wanted.items() if isinstance(value, int)}
            )

    def clear(self) -> None:
        """Put every fault back to rest."""
        self.change(dict.fromkeys(CATALOGUE, 0))

    def shown(self) -> dict[str, dict[str, object]]:
        """Give each fault with its count and what it does."""
        return {name: {"value": self._counts[name], "does": does} for name, does in CATALOGUE.items()}
