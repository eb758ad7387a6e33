"""The provider over real HTTP, one server a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from tests.servers.postgresql import database
from tests.servers.provider import RunningProvider, running_provider


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """One running bridge for the module; each test brings its own clients and citizens."""
    with running_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def either_provider(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProvider]:
    """One running bridge for the module on SQLite, another one on PostgreSQL."""
    if request.param == "sqlite":
        with running_provider(tmp_path_factory.mktemp("provider")) as running:
            yield running
        return
    template: URL = request.getfixturevalue("migrated_postgresql")
    server: URL = request.getfixturevalue("postgresql")
    with database(server, template.database or "") as url, running_provider(url) as running:
        yield running
