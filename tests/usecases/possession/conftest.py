"""Somebody in doubt, on SQLite alone and on both databases."""

from __future__ import annotations

import pytest

from bridge.adapters.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.usecases.possession.doubt import Doubt


@pytest.fixture
def doubt(sqlite_store: SqlStore, clock: FakeClock) -> Doubt:
    """Give the scene on SQLite, for what does not depend on the database."""
    return Doubt(sqlite_store, clock)


@pytest.fixture
def either_doubt(store: SqlStore, clock: FakeClock) -> Doubt:
    """Give the scene, once on SQLite and once on PostgreSQL."""
    return Doubt(store, clock)
