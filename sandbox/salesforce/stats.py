"""What was asked of the org and what it wrote, so that tests can count."""

from __future__ import annotations

import threading
from collections import Counter


class Stats:
    """Counters of calls by kind of endpoint, answers by status, and writes by object."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._writes: dict[str, Counter[str]] = {}

    def count_call(self, kind: str, status: int) -> None:
        """One HTTP call answered."""
        with self._lock:
            self._calls[kind] += 1
            self._statuses[status] += 1

    def count_write(self, sobject: str, verb: str) -> None:
        """One record created, updated or deleted, and committed."""
        with self._lock:
            self._writes.setdefault(sobject, Counter())[verb] += 1

    def clear(self) -> None:
        """Start from nothing."""
        with self._lock:
            self._calls.clear()
            self._statuses.clear()
            self._writes.clear()

    def snapshot(self) -> dict[str, object]:
        """All counters: `{calls: {kind: n}, statuses: {status: n}, writes: {object: {verb: n}}}`."""
        with self._lock:
            return {
                "calls": dict(self._calls),
                "statuses": {str(status): count for status, count in self._statuses.items()},
                "writes": {name: dict(verbs) for name, verbs in self._writes.items()},
            }
