"""Who is signed in to the console; what a browser holds is stored as a hash only."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, or_, select, update

from bridge.adapters.store.ids import hash_of
from bridge.adapters.store.tables import agent_sessions, agents
from bridge.domain.agent import Agent, AgentSession, Role
from bridge.usecases.ports import Vault

SESSION_IDLE = timedelta(minutes=30)
SESSION_LIFE = timedelta(hours=8)
# A write for each request would cost more than the precision is worth.
SEEN_EVERY = timedelta(minutes=1)
PURPOSE = "agent-session"


class SqlAgentSessions:
    """The `AgentSessions` port."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def open(self, session: AgentSession, token: str, sealed_id_token: str, now: datetime) -> None:
        """Store a session under the hash of its token."""
        row = {
            "token_hash": hash_of(token),
            "id": session.id,
            "agent_id": session.agent.id,
            "sealed_display_name": self._vault.seal(PURPOSE, session.display_name),
            "sealed_id_token": sealed_id_token,
            "signed_in_at": session.signed_in_at,
            "last_seen_at": now,
        }
        self._connection.execute(insert(agent_sessions).values(row))

    def session(self, token: str, now: datetime) -> AgentSession | None:
        """Give a live session of an agent still on the allow-list, and note its use.

        30 minutes idle and 8 hours at most; role and sectors are those of this moment.
        """
        row = self._live(token, now)
        if row is None:
            return None
        if now - row["last_seen_at"] >= SEEN_EVERY:
            this = agent_sessions.c.token_hash == hash_of(token)
            self._connection.execute(update(agent_sessions).where(this).values(last_seen_at=now))
            seen = update(agents).where(agents.c.id == row["agent_id"])
            self._connection.execute(seen.values(last_seen_at=now))
        return self._session_of(row)

    def recent(self, token: str, now: datetime) -> AgentSession | None:
        """Give a live session whose use was noted within the last minute, so that nothing is written."""
        row = self._live(token, now)
        if row is None or now - row["last_seen_at"] >= SEEN_EVERY:
            return None
        return self._session_of(row)

    def end(self, token: str, now: datetime) -> str | None:
        """End a session; give its sealed id token, once, and only while the session was live."""
        live = self._live(token, now)
        this = agent_sessions.c.token_hash == hash_of(token)
        ended = self._connection.execute(delete(agent_sessions).where(this)).rowcount
        return str(live["sealed_id_token"]) if live is not None and ended else None

    def prune(self, now: datetime) -> int:
        """Delete sessions that are over; give how many."""
        return self._connection.execute(delete(agent_sessions).where(_over(now))).rowcount

    def _live(self, token: str, now: datetime) -> RowMapping | None:
        query = select(agent_sessions, agents.c.role, agents.c.sectors).join_from(agent_sessions, agents)
        this = agent_sessions.c.token_hash == hash_of(token)
        live = query.where(this, ~_over(now), agents.c.removed_at.is_(None))
        return self._connection.execute(live).mappings().first()

    def _session_of(self, row: RowMapping) -> AgentSession:
        agent = Agent(row["agent_id"], Role(row["role"]), frozenset(row["sectors"]))
        name = self._vault.open(PURPOSE, row["sealed_display_name"])
        return AgentSession(row["id"], agent, name, row["signed_in_at"])


def _over(now: datetime) -> ColumnElement[bool]:
    idle = agent_sessions.c.last_seen_at <= now - SESSION_IDLE
    return or_(idle, agent_sessions.c.signed_in_at <= now - SESSION_LIFE)
