"""The journal, for an administrator; that it was read is written in it too."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.agent import Agent
from bridge.usecases.ports import AuditEntry, AuditFilter, AuditLine, Clock, Store


@dataclass(frozen=True, slots=True)
class ReadAudit:
    """Reads pages of the journal; nothing in the product changes a line of it."""

    store: Store
    clock: Clock

    def __call__(self, agent: Agent, wanted: AuditFilter) -> tuple[AuditLine, ...]:
        """Give a page, the latest first."""
        with self.store.read() as tx:
            lines = tx.audit.page(wanted)
        self.store.note(AuditEntry(agent.id, "audit.read", wanted.subject or ""), self.clock.now())
        return lines
