"""Whose fault a fault is: what FranceConnect's parts reach for us here is ProConnect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bridge.adapters.proconnect.config import SYSTEM
from bridge.errors import PermanentError, TransientError


@contextmanager
def faults_of_proconnect() -> Iterator[None]:
    """Have every fault of an outside system bear ProConnect's name; refusals of a sign-in pass untouched."""
    try:
        yield
    except TransientError as fault:
        raise TransientError(
            fault.explanation, system=SYSTEM, code=fault.code, retry_after_s=fault.retry_after_s
        ) from fault
    except PermanentError as fault:
        raise PermanentError(fault.explanation, system=SYSTEM, code=fault.code) from fault
