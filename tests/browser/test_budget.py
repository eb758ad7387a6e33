"""What a trial shows of the org's allowance: every call it sent, whichever of its processes sent it."""

from __future__ import annotations

import re
from pathlib import Path

from run.town_hall import TownHall
from tests.run.test_cli import bridge


def test_the_calls_of_the_process_that_holds_the_town_hall_are_counted(
    town_hall: TownHall, tmp_path: Path
) -> None:
    """It pushed the first days itself; the command in another process adds them to the workers' calls."""
    known_here = sum(town_hall.services.budget.figures().spent.values())
    told = bridge(tmp_path, "budget", **town_hall.environment)
    counted = [int(calls) for calls in re.findall(r"(\d+) calls of ours today", told.stdout)]
    assert sum(counted) >= known_here > 0, told.stdout + told.stderr
    assert re.match(r"\d+ of 100000 calls used in 24 hours \(0%\)", told.stdout), told.stdout
