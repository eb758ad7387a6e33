"""Who may enter the console: an allow-list, looked up by hash, whose e-mails are sealed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from bridge.adapters.store.tables import agent_sessions, agents
from bridge.domain.agent import Agent, ListedAgent, Role
from bridge.errors import RequestError
from bridge.usecases.ports import Vault

PURPOSE = "agent-login"


class SqlAgents:
    """The `Agents` port."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def by_login(self, login_hashes: Collection[str]) -> ListedAgent | None:
        """Give the line of an e-mail, locked against other writers."""
        row = self._line(login_hashes)
        return None if row is None or row["removed_at"] is not None else self._listed(row)

    def listed(self) -> tuple[ListedAgent, ...]:
        """Give every line, oldest first."""
        query = select(agents).where(agents.c.removed_at.is_(None)).order_by(agents.c.added_at, agents.c.id)
        return tuple(map(self._listed, self._connection.execute(query).mappings()))

    def add(self, agent: Agent, login: str, login_hashes: Sequence[str], now: datetime) -> Agent:
        """Put an e-mail on the list; one that was removed comes back under its old id, bound to nobody yet.

        Raises: RequestError `agent.listed` when it is on the list already.
        """
        row = {
            "login_hash": login_hashes[0],
            "sealed_login": self._vault.seal(PURPOSE, login),
            "subject_hash": None,
            "added_at": now,
            "removed_at": None,
            **_rights(agent),
        }
        known = self._line(login_hashes)
        if known is None:
            self._connection.execute(insert(agents).values(row | {"id": agent.id}))
            return agent
        if known["removed_at"] is None:
            raise RequestError("this e-mail is on the list already", code="agent.listed")
        self._connection.execute(update(agents).where(agents.c.id == known["id"]).values(row))
        return Agent(known["id"], agent.role, agent.sectors)

    def change(self, agent: Agent) -> None:
        """Write role and sectors; they hold from the next request on."""
        self._connection.execute(update(agents).where(agents.c.id == agent.id).values(_rights(agent)))

    def remove(self, agent_id: str, now: datetime) -> None:
        """Take an agent off the list: the e-mail and every session they have are gone.

        Ended, not only shut: an agent who is invited again must not find an old session open. The keyed hash
        stays, so that whoever comes back is the same agent of the audit.
        """
        gone = {"removed_at": now, "subject_hash": None, "sealed_login": self._vault.seal(PURPOSE, "")}
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(gone))
        self._connection.execute(delete(agent_sessions).where(agent_sessions.c.agent_id == agent_id))

    def signed_in(self, agent_id: str, login_hash: str, subject_hash: str, now: datetime) -> None:
        """Bind a line to who signed in, and store both hashes anew, for keys rotate."""
        seen = {"login_hash": login_hash, "subject_hash": subject_hash, "last_seen_at": now}
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(seen))

    def _line(self, login_hashes: Collection[str]) -> RowMapping | None:
        this = agents.c.login_hash.in_(sorted(login_hashes))
        return self._connection.execute(select(agents).where(this).with_for_update()).mappings().first()

    def _listed(self, row: RowMapping) -> ListedAgent:
        return ListedAgent(
            agent=Agent(row["id"], Role(row["role"]), frozenset(row["sectors"])),
            login=self._vault.open(PURPOSE, row["sealed_login"]),
            subject_hash=row["subject_hash"],
            added_at=row["added_at"],
            last_seen_at=row["last_seen_at"],
        )


def _rights(agent: Agent) -> dict[str, object]:
    return {"role": agent.role, "sectors": sorted(agent.sectors)}
