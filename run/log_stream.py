"""How log lines look and where they go: a full disk costs lines, which are counted, and never a request."""

from __future__ import annotations

import os
import threading
from typing import TextIO, cast

import structlog


class LogStream:
    """Standard error, written a line at a time; what cannot be written is counted."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._lost = 0

    @property
    def lost(self) -> int | None:
        """How many lines this process could not write; None for none, which nobody needs to be told."""
        return self._lost or None

    def write(self, text: str) -> int:
        """Write a line whole, or count it."""
        data = text.encode()
        with self._lock:
            try:
                written = os.write(self._descriptor, data)
            except OSError:
                written = 0
            if written < len(data):
                self._lost += 1
        return len(text)

    def flush(self) -> None:
        """Nothing waits here."""


LOG = LogStream(os.dup(2))
"""This process's own, apart from whoever closes standard error."""


def log_as_json() -> None:
    """One JSON object a line on standard error, with the correlation id, never personal data."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", LOG)),
        cache_logger_on_first_use=True,
    )
