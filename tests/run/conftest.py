"""The application over a real store, for commands that need its services."""

from __future__ import annotations

import pytest

from bridge.adapters.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.http.site import Site


@pytest.fixture
def site(sqlite_store: SqlStore, clock: FakeClock) -> Site:
    """Give the application on SQLite."""
    return Site.over(sqlite_store, clock)
