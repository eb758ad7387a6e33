"""Reads that are safe to repeat are repeated, a few times and never all at once."""

from __future__ import annotations

import pytest

from bridge.adapters.outbound import retrying
from bridge.errors import PermanentError, RemoteError, TransientError


class _Reads:
    """A read that fails as often as told."""

    def __init__(self, *faults: RemoteError) -> None:
        self._faults = list(faults)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self._faults:
            raise self._faults.pop(0)
        return "read"


def _down(retry_after: float | None = None) -> TransientError:
    return TransientError("down", system="town", retry_after_s=retry_after)


def test_a_read_is_repeated_after_jittered_waits() -> None:
    """Two failures in a row are overcome without a person noticing."""
    waits: list[float] = []

    assert retrying(sleep=waits.append)(_Reads(_down(), _down())) == "read"
    assert len(waits) == 2
    assert all(0.0 <= wait <= 8.0 for wait in waits)


def test_the_wait_is_at_least_what_was_asked_for() -> None:
    """A short Retry-After is obeyed."""
    waits: list[float] = []

    retrying(sleep=waits.append)(_Reads(_down(5.0)))

    assert waits[0] >= 5.0


@pytest.mark.parametrize(
    ("faults", "calls"),
    [
        ((_down(), _down(), _down(), _down()), 3),
        ((_down(3600.0),), 1),
        ((PermanentError("no", system="town"),), 1),
    ],
)
def test_repeats_are_bounded(faults: tuple[RemoteError, ...], calls: int) -> None:
    """Three attempts at most; one when the system asks for an hour or the refusal is final."""
    reads = _Reads(*faults)

    with pytest.raises(type(faults[0])):
        retrying(sleep=lambda _: None)(reads)

    assert reads.calls == calls
