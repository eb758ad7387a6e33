"""The use cases on the real store, in memory, with real pseudonyms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from bridge.adapters.secrets import KeyedPseudonyms
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import metadata
from bridge.domain.agent import Role
from bridge.usecases.agent_sign_in import AgentSignIn
from bridge.usecases.keep_agents import KeepAgents
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault
from tests.usecases.agents.people import ISSUER, LEA, SIRET, FakeAgentProvider


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An empty database."""
    engine = create_store_engine("sqlite://")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def provider() -> FakeAgentProvider:
    """Who vouches."""
    return FakeAgentProvider()


@pytest.fixture
def agents(engine: Engine, clock: FakeClock) -> KeepAgents:
    """The list, empty."""
    store = SqlStore(engine, FakeVault())
    return KeepAgents(store, KeyedPseudonyms({"v1": b"1" * 32}), clock, {"voirie", "urbanisme"})


@pytest.fixture
def sign_in(agents: KeepAgents, clock: FakeClock, provider: FakeAgentProvider) -> AgentSignIn:
    """The agents' way in, with Léa on the list as a reader."""
    agents.add(LEA.email, Role.READER, ("voirie",), "operator")
    return AgentSignIn(agents.store, provider, agents.pseudonyms, FakeVault(), clock, ISSUER, SIRET)
