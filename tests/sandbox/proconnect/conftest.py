"""One stand-in served over real HTTP, put back to its start before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.proconnect.driving import Driver
from tests.servers.proconnect import AgentStandIn, stand_in_proconnect


@pytest.fixture(scope="module")
def served() -> Iterator[AgentStandIn]:
    """One stand-in for the module."""
    with stand_in_proconnect() as running:
        yield running


@pytest.fixture
def pc(served: AgentStandIn) -> Driver:
    """The stand-in as it starts, and a browser without cookies."""
    served.order("reset")
    return Driver(served)
