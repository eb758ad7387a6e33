"""No more calls in a minute than a source takes."""

from __future__ import annotations

from bridge.adapters.sources.pacing import Pacer


class Hands:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Note it and let the time pass."""
        self.slept.append(seconds)
        self.now_s += seconds


def begun(hands: Hands, per_minute: int | None, calls: int, each_s: float) -> list[float]:
    """Give when each call began; each lasts some time."""
    pacer = Pacer(per_minute, hands.sleep, lambda: hands.now_s)
    moments = []
    for _ in range(calls):
        pacer.wait()
        moments.append(hands.now_s)
        hands.now_s += each_s
    return moments


def test_no_sixty_seconds_hold_more_calls_than_allowed() -> None:
    """A burst is let through, then calls wait for the oldest of the last minute."""
    moments = begun(Hands(), 5, 23, 0.5)
    assert all(later - earlier >= 60 for earlier, later in zip(moments, moments[5:], strict=False))
    assert moments[4] == 2.0


def test_slow_calls_wait_for_nothing() -> None:
    """A pace that is kept anyway costs nothing."""
    hands = Hands()
    begun(hands, 5, 20, 13)
    assert hands.slept == []


def test_without_a_limit_nobody_waits() -> None:
    """Open data may be read as fast as it comes."""
    hands = Hands()
    begun(hands, None, 1_000, 0)
    assert hands.slept == []
