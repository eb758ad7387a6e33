"""The allow-list of the console, and the sessions of those on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from bridge.adapters.store.agents import PURPOSE
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import agent_sessions, agents
from bridge.domain.agent import Agent, AgentSession, ListedAgent, Role
from bridge.errors import RequestError
from tests.fakes.clock import START
from tests.fakes.vault import FakeVault

LEA = Agent("a_1", Role.READER, frozenset({"voirie", "urbanisme"}))
EMAIL = "lea.martin@issy.example"
HASHES = ("v2:aa", "v1:aa")


@pytest.fixture
def listed(store: SqlStore) -> SqlStore:
    """Give a store with one agent on the list."""
    with store.begin() as tx:
        tx.agents.add(LEA, EMAIL, HASHES, START)
    return store


@pytest.fixture
def opened(listed: SqlStore) -> SqlStore:
    """Give a store in which that agent is signed in."""
    with listed.begin() as tx:
        tx.agent_sessions.open(AgentSession("as_1", LEA, "Léa Martin", START), "token-1", "sealed", START)
    return listed


def line(store: SqlStore, *hashes: str) -> ListedAgent | None:
    """Look an e-mail up."""
    with store.begin() as tx:
        return tx.agents.by_login(hashes or HASHES)


def session(store: SqlStore, after: timedelta = timedelta(0)) -> AgentSession | None:
    """Give the session a while after it was opened."""
    with store.begin() as tx:
        return tx.agent_sessions.session("token-1", START + after)


def remove(store: SqlStore) -> None:
    """Take the agent off the list."""
    with store.begin() as tx:
        tx.agents.remove(LEA.id, START)


def test_a_line_is_found_by_any_of_its_hashes(listed: SqlStore) -> None:
    """While two hash keys are known, both find it; a stranger's finds nothing."""
    assert line(listed) == line(listed, "v2:aa", "v1:zz") == ListedAgent(LEA, EMAIL, None, START)
    assert line(listed, "v1:zz") is None


def test_an_email_is_listed_once(listed: SqlStore) -> None:
    """A second invitation would change a role without saying so."""
    with pytest.raises(RequestError) as caught, listed.begin() as tx:
        tx.agents.add(replace(LEA, id="a_2", role=Role.ADMINISTRATOR), EMAIL, HASHES, START)
    assert caught.value.code == "agent.listed"
    with listed.begin() as tx:
        assert [each.agent for each in tx.agents.listed()] == [LEA]


def test_the_database_holds_no_email_and_no_name(opened: SqlStore, store_engine: Engine) -> None:
    """A stolen database names no agent and opens no session."""
    with store_engine.connect() as connection:
        rows = [*connection.execute(select(agents)).one(), *connection.execute(select(agent_sessions)).one()]
    stored = " ".join(map(str, rows))
    assert not [secret for secret in (EMAIL, "lea.martin", "Martin", "token-1") if secret in stored]


def test_a_first_sign_in_binds_the_line_and_renews_its_hash(listed: SqlStore) -> None:
    """Hash keys rotate, and each sign-in stores the newest."""
    with listed.begin() as tx:
        tx.agents.signed_in(LEA.id, "v3:aa", "v3:sub", START + timedelta(days=1))
    bound = line(listed, "v3:aa")
    assert bound == ListedAgent(LEA, EMAIL, "v3:sub", START, START + timedelta(days=1))
    assert line(listed) is None


def test_a_changed_role_holds_for_sessions_already_open(opened: SqlStore) -> None:
    """Rights are read with each request, never kept in a session."""
    with opened.begin() as tx:
        tx.agents.change(Agent(LEA.id, Role.ADMINISTRATOR, frozenset()))
    found = session(opened)
    assert found is not None
    assert (found.agent.role, found.agent.sectors) == (Role.ADMINISTRATOR, frozenset())


def test_a128_removal_ends_every_session_at_once(opened: SqlStore, store_engine: Engine) -> None:
    """The next request finds nothing, and nothing is left of the session."""
    remove(opened)
    assert session(opened) is None
    assert line(opened) is None
    with store_engine.connect() as connection:
        assert connection.execute(select(agent_sessions)).all() == []


def test_the_email_of_an_agent_who_left_is_not_kept(
    listed: SqlStore, store_engine: Engine, vault: FakeVault
) -> None:
    """Sealed or not: only the keyed hash stays, which names nobody."""

    def kept() -> str:
        with store_engine.connect() as connection:
            return vault.open(PURPOSE, connection.execute(select(agents.c.sealed_login)).scalar_one())

    assert kept() == EMAIL
    remove(listed)
    assert kept() == ""


def test_a128_an_agent_invited_again_starts_anew(opened: SqlStore) -> None:
    """The old id, so that the audit stays one story; no old session, and bound to nobody."""
    with opened.begin() as tx:
        tx.agents.signed_in(LEA.id, HASHES[0], "v1:sub", START)
    remove(opened)
    with opened.begin() as tx:
        again = tx.agents.add(Agent("a_9", Role.REVIEWER, frozenset()), EMAIL, HASHES, START)
    assert again == Agent(LEA.id, Role.REVIEWER, frozenset())
    assert session(opened) is None
    found = line(opened)
    assert found is not None
    assert (found.agent, found.subject_hash) == (again, None)


def test_a128_a_session_ends_after_thirty_idle_minutes(opened: SqlStore) -> None:
    """Use keeps it alive, half an hour at a time."""
    assert session(opened, timedelta(minutes=29)) is not None
    assert session(opened, timedelta(minutes=58)) is not None
    assert session(opened, timedelta(minutes=88)) is None


def test_a128_a_session_ends_after_eight_hours_of_use(opened: SqlStore) -> None:
    """However busy, a working day has an end."""
    for minutes in range(0, 480, 20):
        assert session(opened, timedelta(minutes=minutes)) is not None
    assert session(opened, timedelta(hours=8)) is None


def test_use_is_noted_once_a_minute_on_session_and_line(opened: SqlStore, store_engine: Engine) -> None:
    """Reading many pages does not write on each of them."""

    def seen() -> tuple[datetime, datetime | None]:
        with store_engine.connect() as connection:
            when = connection.execute(select(agent_sessions.c.last_seen_at)).scalar_one()
            return when, connection.execute(select(agents.c.last_seen_at)).scalar_one()

    with opened.read() as tx:
        assert tx.agent_sessions.recent("token-1", START + timedelta(seconds=59)) is not None
        assert tx.agent_sessions.recent("token-1", START + timedelta(seconds=60)) is None
    session(opened, timedelta(seconds=59))
    assert seen() == (START, None)
    session(opened, timedelta(seconds=60))
    assert seen() == (START + timedelta(seconds=60),) * 2


def test_a_session_gives_its_id_token_once(opened: SqlStore) -> None:
    """Leaving ends the session; doing so again gives nothing, nor does a session that is over."""
    with opened.begin() as tx:
        assert tx.agent_sessions.end("token-2", START) is None
        assert tx.agent_sessions.end("token-1", START) == "sealed"
        assert tx.agent_sessions.end("token-1", START) is None
        tx.agent_sessions.open(AgentSession("as_2", LEA, "Léa", START), "token-3", "sealed", START)
        assert tx.agent_sessions.end("token-3", START + timedelta(minutes=30)) is None


def test_sessions_that_are_over_are_pruned(opened: SqlStore) -> None:
    """The table does not grow with the years."""
    with opened.begin() as tx:
        assert tx.agent_sessions.prune(START + timedelta(minutes=29)) == 0
        assert tx.agent_sessions.prune(START + timedelta(minutes=30)) == 1
