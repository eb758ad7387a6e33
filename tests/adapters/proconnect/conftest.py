"""A ProConnect that can be made to lie, and our client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.adapters.franceconnect.wire import LIMITS
from bridge.adapters.outbound import open_session
from bridge.adapters.proconnect.client import ProConnect
from bridge.adapters.proconnect.config import ProConnectConfig
from tests.fakes.clock import FakeClock
from tests.servers.forged_franceconnect import CLIENT_ID, CLIENT_SECRET
from tests.servers.forged_proconnect import ForgedProConnect, forged_proconnect


@pytest.fixture
def forger(clock: FakeClock) -> Iterator[ForgedProConnect]:
    """The ProConnect of one test."""
    with forged_proconnect(clock.now()) as server:
        yield server


@pytest.fixture
def config(forger: ForgedProConnect) -> ProConnectConfig:
    """Our registration there."""
    return ProConnectConfig(
        issuer=forger.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri="http://127.0.0.1:8000/agents/login/callback",
        post_logout_redirect_uri="http://127.0.0.1:8000/agents/logout/callback",
    )


@pytest.fixture
def provider(config: ProConnectConfig, clock: FakeClock) -> Iterator[ProConnect]:
    """Our client, with an empty cache."""
    with open_session(LIMITS) as session:
        yield ProConnect(config, clock, session)
