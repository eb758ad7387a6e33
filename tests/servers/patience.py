"""Waiting for what another thread or process is about to do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

PATIENCE_S = 60.0


def wait_for(is_so: Callable[[], bool]) -> None:
    """Look again and again until it is so."""
    until = monotonic() + PATIENCE_S
    pause = threading.Event()
    while not is_so():
        assert monotonic() < until, "it did not come to pass"
        pause.wait(0.05)
