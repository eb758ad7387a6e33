"""Léa, who vouches for her, and how her sign-in goes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bridge.adapters.store.tables import audit_entries
from bridge.domain.agent import IdentifiedAgent
from bridge.errors import BridgeError, SignInError, TransientError
from bridge.usecases.agent_sign_in import AgentSignIn, FinishedAgentSignIn
from bridge.usecases.provider_answers import ProviderAnswer
from bridge.usecases.sign_in import StartedSignIn

ISSUER = "https://pc.example/api/v2"
SIRET = "21920040900015"
LEA = IdentifiedAgent("sub-lea", ISSUER, "lea.martin@issy.example", SIRET, "Léa Martin")


@dataclass
class FakeAgentProvider:
    """Vouches for one agent for the code `good`, under the nonce and verifier it was started with."""

    agent: IdentifiedAgent = LEA
    started: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    is_down: bool = False

    def authorization_url(
        self, state: str, nonce: str, verifier: str, *, another_account: bool = False
    ) -> str:
        """Give an address that shows the state."""
        self._answer()
        self.started[state] = (nonce, verifier)
        return f"https://pc.example/authorize?another={another_account}&state={state}"

    def identify(self, code: str, nonce: str, verifier: str) -> tuple[IdentifiedAgent, str]:
        """Give the agent."""
        self.asked.append((code, nonce, verifier))
        self._answer()
        if code != "good":
            raise SignInError("no", code="login.token")
        return self.agent, "header.claims.signature"

    def logout_url(self, id_token: str, state: str) -> str:
        """Give an address that shows hint and state."""
        self._answer()
        return f"https://pc.example/session/end?hint={id_token}&state={state}"

    def becomes(self, **changes: str) -> None:
        """Vouch for somebody else from now on."""
        self.agent = replace(LEA, **changes)

    def _answer(self) -> None:
        if self.is_down:
            raise TransientError("down", system="proconnect", code="login.unavailable")


def state_of(started: StartedSignIn) -> str:
    """Give the state sent to the provider."""
    return started.url.partition("state=")[2]


def finish(
    sign_in: AgentSignIn, started: StartedSignIn | None = None, old: str | None = None, **changes: Any
) -> FinishedAgentSignIn:
    """Finish as ProConnect and the right browser do, with changes to the answer."""
    under_way = started or sign_in.start("/agents/")
    answer = ProviderAnswer(state_of(under_way), "good", None, ISSUER)
    return sign_in.finish(replace(answer, **changes), under_way.browser_token, old)


def refusal(sign_in: AgentSignIn, **changes: Any) -> BridgeError:
    """Give the error an answer ends with."""
    with pytest.raises(BridgeError) as caught:
        finish(sign_in, **changes)
    return caught.value


def audited(engine: Engine) -> list[tuple[str, str, str, str]]:
    """Give the audit: actor, action, subject, detail."""
    columns = (
        audit_entries.c.actor,
        audit_entries.c.action,
        audit_entries.c.subject,
        audit_entries.c.detail,
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(audit_entries.c.id))]
