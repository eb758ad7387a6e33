"""The application over a real store, on SQLite alone and on both databases."""

from __future__ import annotations

import pytest

from bridge.adapters.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.http.site import Site


@pytest.fixture
def site(sqlite_store: SqlStore, clock: FakeClock) -> Site:
    """Give the application on SQLite, for what does not depend on the database."""
    return Site.over(sqlite_store, clock)


@pytest.fixture
def either_site(store: SqlStore, clock: FakeClock) -> Site:
    """Give the application, once on SQLite and once on PostgreSQL."""
    return Site.over(store, clock)
