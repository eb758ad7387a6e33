"""The application over a real store, and the running service in front of a hostile provider, or as one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from bridge.adapters.store.store import SqlStore
from tests.abuse.attempts import Attempt
from tests.fakes.clock import FakeClock
from tests.http.site import Site
from tests.servers.bridge import RunningBridge, running_bridge
from tests.servers.forged_franceconnect import (
    CLIENT_ID,
    CLIENT_SECRET,
    ForgedFranceConnect,
    forged_franceconnect,
)
from tests.servers.org import StandInOrg, serving_org
from tests.servers.provider import RunningProvider, running_provider


@pytest.fixture
def site(sqlite_store: SqlStore, clock: FakeClock) -> Site:
    """Give the application on SQLite."""
    return Site.over(sqlite_store, clock)


@pytest.fixture(scope="module")
def org() -> Iterator[StandInOrg]:
    """Give a stand-in org."""
    with serving_org() as running:
        yield running


@pytest.fixture(scope="module")
def still() -> FakeClock:
    """Give the clock of a module's bridge and provider."""
    return FakeClock()


@pytest.fixture(scope="module")
def hostile(still: FakeClock) -> Iterator[ForgedFranceConnect]:
    """Give a FranceConnect that says whatever a test makes it say."""
    with forged_franceconnect(still.now()) as server:
        yield server


@pytest.fixture(scope="module")
def bridge(org: StandInOrg, hostile: ForgedFranceConnect, still: FakeClock) -> Iterator[RunningBridge]:
    """Give the running service, registered there."""
    registered = {"FRANCECONNECT_CLIENT_ID": CLIENT_ID, "FRANCECONNECT_CLIENT_SECRET": CLIENT_SECRET}
    with running_bridge(org, hostile.issuer, registered, still) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """Give a browser without cookies."""
    with requests.Session() as session:
        yield session


@pytest.fixture
def attempt(
    bridge: RunningBridge, hostile: ForgedFranceConnect, still: FakeClock, browser: requests.Session
) -> Attempt:
    """Give the way to try one sign-in whose tokens a test spoils."""
    return Attempt(bridge, hostile, still, browser)


@pytest.fixture(scope="package")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """One running OpenID provider; each test brings its own clients and citizens."""
    with running_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running
