"""The stand-in org as fixtures: one served for each test file, as on its first day for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.org import StandInOrg, serving_org


@pytest.fixture(scope="module")
def served_org() -> Iterator[StandInOrg]:
    """Give the one stand-in of these tests."""
    with serving_org() as org:
        yield org


@pytest.fixture
def org(served_org: StandInOrg) -> StandInOrg:
    """Give the stand-in as on its first day."""
    served_org.reset()
    return served_org
