"""A FranceConnect that can be made to lie, and our client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.franceconnect.wire import LIMITS
from bridge.adapters.outbound import open_session
from tests.fakes.clock import FakeClock
from tests.servers.forged_franceconnect import (
    CLIENT_ID,
    CLIENT_SECRET,
    ForgedFranceConnect,
    forged_franceconnect,
)


@pytest.fixture
def clock() -> FakeClock:
    """The time of both sides."""
    return FakeClock()


@pytest.fixture
def forger(clock: FakeClock) -> Iterator[ForgedFranceConnect]:
    """The FranceConnect of one test."""
    with forged_franceconnect(clock.now()) as server:
        yield server


@pytest.fixture
def config(forger: ForgedFranceConnect) -> FranceConnectConfig:
    """Our registration there."""
    return FranceConnectConfig(
        issuer=forger.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri="http://127.0.0.1:8000/login/franceconnect/callback",
        post_logout_redirect_uri="http://127.0.0.1:8000/logout/callback",
    )


@pytest.fixture
def provider(config: FranceConnectConfig, clock: FakeClock) -> Iterator[FranceConnect]:
    """Our client, with an empty cache."""
    with open_session(LIMITS) as session:
        yield FranceConnect(config, clock, session)
