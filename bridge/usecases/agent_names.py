"""What colleagues call an agent: the e-mail they were invited under."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.usecases.ports import Store


@dataclass(frozen=True, slots=True)
class AgentNames:
    """Those on the list; who left is known by their id alone, for their e-mail is gone."""

    store: Store

    def __call__(self) -> dict[str, str]:
        """Give the e-mail of each agent by id."""
        with self.store.read() as tx:
            return {line.agent.id: line.login for line in tx.agents.listed()}
