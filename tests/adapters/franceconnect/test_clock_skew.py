"""How far two clocks are apart, and when the operator is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.clock_skew import ClockSkew
from tests.fakes.clock import FakeClock

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("theirs_s", "took_s", "expected", "is_told"),
    [
        (0, 0, 0.0, False),
        (3, 8, 0.0, False),
        (13, 8, 5.0, False),
        (14, 8, 6.0, True),
        (-5, 8, -5.0, False),
        (-6, 8, -6.0, True),
        (3_600, 0, 3_600.0, True),
    ],
)
def test_a_moment_within_our_question_and_its_answer_is_no_difference(
    theirs_s: int, took_s: int, expected: float, is_told: bool
) -> None:
    """A slow answer is not a wrong clock; beyond five seconds the operator learns of it."""
    clock = FakeClock()
    skew, asked_at = ClockSkew("franceconnect", clock), clock.now()
    clock.move(took_s * SECOND)
    with capture_logs() as logged:
        skew.saw(int(asked_at.timestamp()) + theirs_s, asked_at)
    assert skew.seconds == expected
    assert [line["event"] for line in logged] == ["clock.skew"] * is_told


@pytest.mark.parametrize("value", [None, True, "1", 1.5, 10**400, -(10**400)])
def test_what_is_no_moment_says_nothing(value: object) -> None:
    """A broken claim is refused elsewhere; here it may not break the measure."""
    clock = FakeClock()
    skew = ClockSkew("franceconnect", clock)
    skew.saw(value, clock.now())
    assert skew.seconds is None


@pytest.mark.parametrize("date", [None, "", "yesterday", "Mon, 99 Mar 2025 09:00:07 GMT"])
def test_an_unreadable_date_says_nothing(date: str | None) -> None:
    """The header is the server's to leave out."""
    clock = FakeClock()
    skew = ClockSkew("franceconnect", clock)
    skew.saw_header(date, clock.now())
    assert skew.seconds is None


def test_the_date_of_an_answer_is_read(provider: FranceConnect) -> None:
    """The test server tells the real date, years after the clock that stands still."""
    difference_s = provider.clock_skew_now()
    assert difference_s is not None
    assert difference_s > 1_000_000
