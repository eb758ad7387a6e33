"""`bridge budget` tells an operator how long the rest will take."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from run.commands.budget import arriving

NOON = datetime(2025, 3, 3, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("waiting", "ends_at", "told"),
    [
        (0, None, "no case waits for Salesforce"),
        (400, None, "400 cases wait for Salesforce; until when is unknown, for none went lately"),
        (400, NOON, "400 cases wait for Salesforce; all there about 2025-03-03 12:05 UTC"),
    ],
)
def test_what_waits_is_told_with_its_end(waiting: int, ends_at: datetime | None, told: str) -> None:
    """An end is told when something moved, and never made up."""
    assert arriving(waiting, ends_at) == told
