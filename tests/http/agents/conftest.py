"""The application in front of both stand-ins, and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.http.agents.console import Console, Providers, running_console
from tests.servers.franceconnect import stand_in_franceconnect
from tests.servers.proconnect import stand_in_proconnect


@pytest.fixture(scope="module")
def providers() -> Iterator[Providers]:
    """Both stand-ins, for the module."""
    with stand_in_franceconnect() as citizens, stand_in_proconnect() as agents:
        yield Providers(citizens, agents)


@pytest.fixture
def console(providers: Providers) -> Iterator[Console]:
    """The application, with an empty store but for three invited agents."""
    for provider in (providers.citizens, providers.agents):
        provider.order("reset")
    with running_console(providers) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """A browser without cookies."""
    with requests.Session() as session:
        yield session
