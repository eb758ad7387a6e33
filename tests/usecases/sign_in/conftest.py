"""The use case on the real store, in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import metadata
from bridge.domain.contact import CertifiedPerson, IdentityLink, LinkMethod
from bridge.usecases.link_contact import LinkOutcome
from bridge.usecases.sign_in import SignIn
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault
from tests.usecases.sign_in.people import ISSUER, FakeProvider


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An empty database."""
    engine = create_store_engine("sqlite://")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> FakeClock:
    """The time."""
    return FakeClock()


@pytest.fixture
def provider() -> FakeProvider:
    """Who certifies."""
    return FakeProvider()


@pytest.fixture
def sign_in(engine: Engine, clock: FakeClock, provider: FakeProvider) -> SignIn:
    """The use case, on a store in memory; it links to one Contact."""
    store = SqlStore(engine, FakeVault())
    link = IdentityLink("l_1", "p_1", "v1:ab", "003A", LinkMethod.CREATED, "rule", clock.now(), "eidas1")

    def linked(_person: CertifiedPerson) -> LinkOutcome:
        with store.begin() as tx:
            return LinkOutcome(tx.links.add(link, "v1:cd", []), None)

    return SignIn(store, provider, FakeVault(), clock, linked, ISSUER)
