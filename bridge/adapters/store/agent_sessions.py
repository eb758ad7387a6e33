"""Who is signed in to the console; what a browser holds is stored as a hash only."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, select, update

from bridge.adapters.store.tables import agent_sessions, agents
from bridge.domain.agent import Agent, AgentSession, Role
from bridge.usecases.ports import Vault

SESSION_IDLE = timedelta(minutes=30)
SESSION_LIFE = timedelta(hours=8)
PURPOSE = "agent-session"


class SqlAgentSessions:
    """The `AgentSessions` port."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def session(self, token: str, now: datetime) -> AgentSession | None:
        """Give a live session of an agent still on the allow-list: 30 minutes idle and 8 hours at most."""
        this = agent_sessions.c.token_hash == _hash(token)
        query = select(agent_sessions, agents.c.role, agents.c.sectors).join_from(agent_sessions, agents)
        live = (
            agent_sessions.c.last_seen_at > now - SESSION_IDLE,
            agent_sessions.c.signed_in_at > now - SESSION_LIFE,
            agents.c.removed_at.is_(None),
        )
        row = self._connection.execute(query.where(this, *live)).mappings().first()
        if row is None:
            return None
        self._connection.execute(update(agent_sessions).where(this).values(last_seen_at=now))
        return self._session_of(row)

    def _session_of(self, row: RowMapping) -> AgentSession:
        agent = Agent(row["agent_id"], Role(row["role"]), frozenset(row["sectors"]))
        name = self._vault.open(PURPOSE, row["sealed_display_name"])
        return AgentSession(row["id"], agent, name, row["signed_in_at"])


def _hash(secret: str) -> str:
    """Give the stored form of a random secret; it is long enough to need no key."""
    return hashlib.sha256(secret.encode()).hexdigest()
