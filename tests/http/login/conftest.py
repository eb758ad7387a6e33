"""The login routes in front of a stand-in, and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.http.login.bridge_login import Bridge, running_bridge
from tests.servers.franceconnect import StandIn, stand_in_franceconnect


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    """One stand-in for the module."""
    with stand_in_franceconnect() as running:
        yield running


@pytest.fixture
def bridge(stand_in: StandIn) -> Iterator[Bridge]:
    """Our routes, with empty caches and an empty store."""
    stand_in.order("reset")
    with running_bridge(stand_in) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """A browser without cookies."""
    with requests.Session() as session:
        yield session
