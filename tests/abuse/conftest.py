"""The application over a real store, and served over HTTP with FranceConnect's stand-in behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.adapters.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.http.site import Site
from tests.servers.provider import RunningProvider, running_provider


@pytest.fixture
def site(sqlite_store: SqlStore, clock: FakeClock) -> Site:
    """Give the application on SQLite."""
    return Site.over(sqlite_store, clock)


@pytest.fixture(scope="package")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """One running OpenID provider; each test brings its own clients and citizens."""
    with running_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running
