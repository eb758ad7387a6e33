"""The town as fixtures: one for each test file, put back to its first day before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.town.live import LiveTown, serving


@pytest.fixture(scope="module")
def served_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveTown]:
    """Give a town shared by the tests of a file."""
    with serving(tmp_path_factory.mktemp("town")) as live:
        yield live


@pytest.fixture
def town(served_town: LiveTown) -> LiveTown:
    """Give the town on 1 December 2015, without any fault."""
    assert served_town.post("/sandbox/reset").json() == {"day": "2015-12-01"}
    return served_town
