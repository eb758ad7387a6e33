"""Angela, who certifies her, and how her sign-in goes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bridge.adapters.store.tables import audit_entries
from bridge.domain.contact import CertifiedPerson
from bridge.domain.identity import BirthDate, Gender, PivotIdentity
from bridge.errors import BridgeError, SignInError, TransientError
from bridge.usecases.ports import Identified
from bridge.usecases.provider_answers import ProviderAnswer
from bridge.usecases.sign_in import FinishedSignIn, SignIn, StartedSignIn
from tests.fakes.clock import FakeClock

ISSUER = "https://fc.example/api/v2"
PERSON = CertifiedPerson(
    subject="a1" * 32 + "v1",
    issuer=ISSUER,
    identity=PivotIdentity("DUBOIS", ("Angela",), BirthDate("1962-08-24"), Gender.FEMALE, "75107", "99100"),
    usage_name=None,
    email=None,
    acr="eidas1",
    authenticated_at=FakeClock().now(),
)


@dataclass
class FakeProvider:
    """Certifies Angela for the code `good` under the nonce it was given; notes what it was asked."""

    nonces: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    is_down: bool = False

    def authorization_url(self, state: str, nonce: str) -> str:
        """Give an address that shows the state."""
        self._answer()
        self.nonces[state] = nonce
        return f"https://fc.example/authorize?state={state}"

    def identify(self, code: str, nonce: str) -> Identified:
        """Give Angela."""
        self.asked.append((code, nonce))
        self._answer()
        if code != "good":
            raise SignInError("no", code="login.token")
        return Identified(PERSON, "Angela DUBOIS", "header.claims.signature")

    def logout_url(self, id_token: str, state: str) -> str:
        """Give an address that shows hint and state."""
        self._answer()
        return f"https://fc.example/session/end?hint={id_token}&state={state}"

    def _answer(self) -> None:
        if self.is_down:
            raise TransientError("down", system="franceconnect", code="login.unavailable")


def state_of(started: StartedSignIn) -> str:
    """Give the state sent to the provider."""
    return started.url.partition("state=")[2]


def finish(sign_in: SignIn, started: StartedSignIn, **changes: Any) -> FinishedSignIn:
    """Finish as FranceConnect and the right browser do, with changes."""
    browser, old = changes.pop("browser_token", started.browser_token), changes.pop("old_session_token", None)
    answer = ProviderAnswer(state_of(started), code="good", iss=ISSUER)
    return sign_in.finish(replace(answer, **changes), browser, old)


def refusal(sign_in: SignIn, started: StartedSignIn, **changes: Any) -> BridgeError:
    """Give the error the answer ends with."""
    with pytest.raises(BridgeError) as caught:
        finish(sign_in, started, **changes)
    return caught.value


def actions(engine: Engine) -> list[tuple[str, str, str]]:
    """Give the audit entries of the citizen."""
    with engine.connect() as connection:
        columns = (audit_entries.c.actor, audit_entries.c.action, audit_entries.c.subject)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(audit_entries.c.id))]
