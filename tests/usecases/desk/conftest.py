"""The desk of two towns: one agent decides, or two."""

from __future__ import annotations

import pytest

from bridge.adapters.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.usecases.desk.hall import Town


@pytest.fixture
def town(sqlite_store: SqlStore, clock: FakeClock) -> Town:
    """Give a town where one agent decides."""
    return Town(sqlite_store, clock)


@pytest.fixture
def careful_town(sqlite_store: SqlStore, clock: FakeClock) -> Town:
    """Give a town where a second agent confirms."""
    return Town(sqlite_store, clock, by_two=True)
