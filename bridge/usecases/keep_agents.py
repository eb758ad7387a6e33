"""Keeps the list of agents: who is on it, with which role, for which sectors."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from bridge.domain.agent import Agent, ListedAgent, Role
from bridge.errors import RequestError
from bridge.usecases.ports import AuditEntry, Clock, Pseudonyms, Store, Transaction


@dataclass(frozen=True, slots=True)
class KeepAgents:
    """The allow-list; each change names who made it. `sectors` are the sources there are."""

    store: Store
    pseudonyms: Pseudonyms
    clock: Clock
    sectors: Collection[str]

    def listed(self) -> tuple[ListedAgent, ...]:
        """Give every line, oldest first."""
        with self.store.read() as tx:
            return tx.agents.listed()

    def add(self, email: str, role: Role, sectors: Collection[str], by: str) -> Agent:
        """Invite an agent; the first sign-in under this e-mail binds the line to that person.

        Raises: RequestError `agent.email`, `agent.sector`, `agent.listed`.
        """
        login = _address(email)
        agent = Agent(f"a_{secrets.token_hex(10)}", role, self._known(sectors))
        with self.store.begin() as tx:
            added = tx.agents.add(agent, login, self.pseudonyms.logins(login), self.clock.now())
            self._note(tx, by, "agent.added", added)
        return added

    def change(self, email: str, role: Role | None, sectors: Collection[str] | None, by: str) -> Agent:
        """Give another role or other sectors; None keeps them, an empty collection means all.

        Raises: RequestError `agent.sector`, `agent.not_listed`.
        """
        with self.store.begin() as tx:
            held = self._line(tx, email).agent
            rights = held.sectors if sectors is None else self._known(sectors)
            changed = Agent(held.id, role or held.role, rights)
            tx.agents.change(changed)
            self._note(tx, by, "agent.changed", changed)
        return changed

    def remove(self, email: str, by: str) -> None:
        """Take an agent off the list: they are out at their next request. Raises: RequestError."""
        with self.store.begin() as tx:
            agent = self._line(tx, email).agent
            tx.agents.remove(agent.id, self.clock.now())
            self._note(tx, by, "agent.removed", agent)

    def _line(self, tx: Transaction, email: str) -> ListedAgent:
        line = tx.agents.by_login(self.pseudonyms.logins(email))
        if line is None:
            raise RequestError("this e-mail is not on the list of agents", code="agent.not_listed")
        return line

    def _known(self, sectors: Collection[str]) -> frozenset[str]:
        if unknown := set(sectors) - set(self.sectors):
            known = ", ".join(sorted(self.sectors))
            raise RequestError(
                f"no such sector: {', '.join(sorted(unknown))}; there are {known}", code="agent.sector"
            )
        return frozenset(sectors)

    def _note(self, tx: Transaction, by: str, action: str, agent: Agent) -> None:
        detail = " ".join((agent.role, *sorted(agent.sectors)))
        tx.audit.add(AuditEntry(by, action, agent.id, detail), self.clock.now())


def _address(email: str) -> str:
    login = email.strip()
    local, at, domain = login.partition("@")
    if not (local and at and "." in domain) or not login.isprintable() or " " in login:
        raise RequestError("expected an e-mail address", code="agent.email")
    return login
