"""One town for each test file, put back to its first day before each test."""

from __future__ import annotations

import pytest

from tests.sandbox.town.live import LiveTown


@pytest.fixture
def early(town: LiveTown) -> LiveTown:
    """Give the town in the middle of its year."""
    assert town.post("/sandbox/reset", day="2015-06-15").ok
    return town
