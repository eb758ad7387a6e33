"""Words for whoever waits; standard output is for the numbers alone."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Say what begins, and how long it took."""
    sys.stderr.write(f"{name} … ")
    sys.stderr.flush()
    began = time.monotonic()
    try:
        yield
    finally:
        sys.stderr.write(f"{time.monotonic() - began:.1f} s\n")
