"""When those that wait will be in the org, told from what ended lately and from nothing else."""

from __future__ import annotations

from datetime import timedelta

from bridge.domain.pace import PACE_OVER, Pace
from tests.fakes.clock import START

MINUTE = timedelta(minutes=1)


def test_what_waits_ends_at_the_pace_of_the_last_minutes() -> None:
    """Fifty a minute: two hundred more take four minutes."""
    assert Pace(100, 2 * MINUTE).ends_at(200, START) == START + 4 * MINUTE


def test_the_first_seconds_promise_nothing_great() -> None:
    """What ended in a second is counted as the work of a minute."""
    assert Pace(200, timedelta(seconds=1)).ends_at(2_000, START) == START + 10 * MINUTE


def test_without_movement_the_end_is_unknown() -> None:
    """A lane that stands still has no end; neither has an empty one."""
    assert Pace(0, PACE_OVER).ends_at(400, START) is None
    assert Pace(400, PACE_OVER).ends_at(0, START) is None
