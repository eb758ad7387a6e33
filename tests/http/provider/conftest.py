"""The provider over real HTTP, one server a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.provider import RunningProvider, running_provider


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """One running bridge for the module; each test brings its own clients and citizens."""
    with running_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running
