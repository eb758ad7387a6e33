"""One sign-in at the running service, with whatever a hostile provider sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from joserfc.jwk import Key

from tests.fakes.clock import FakeClock
from tests.servers.bridge import RunningBridge, problem
from tests.servers.forged_franceconnect import ForgedFranceConnect, forged

Header = Mapping[str, Any]
SIGNED_IN = (303, "/")


@dataclass
class Attempt:
    """The service, the provider and a browser; each attempt is a whole way there and back over HTTP."""

    bridge: RunningBridge
    hostile: ForgedFranceConnect
    clock: FakeClock
    browser: requests.Session

    def with_claims(self, *, key: Key | None = None, header: Header | None = None, **changes: Any) -> Any:
        """Sign in with an ID token of these claims; give the refusal, or where it led."""
        nonce = self._start()
        claims = self.hostile.claims(**({"nonce": nonce} | changes))
        self.hostile.send(forged(claims, key or self.hostile.key, header))
        return self._back()

    def with_identity(self, *, key: Key | None = None, header: Header | None = None, **changes: Any) -> Any:
        """Sign in with a userinfo answer of these claims."""
        claims = self.hostile.identity(**changes)
        return self.with_userinfo(forged(claims, key or self.hostile.key, header))

    def with_userinfo(self, body: str) -> Any:
        """Sign in with this userinfo answer."""
        self._send_right(self._start(), body)
        return self._back()

    def with_token(self, token: str) -> Any:
        """Sign in with this very text as ID token."""
        self._start()
        self.hostile.send(token)
        return self._back()

    def rightly(self) -> Any:
        """Sign in with nothing spoiled: without it a refusal could have another reason."""
        self._send_right(self._start())
        return self._back()

    def answer(self, **query: str) -> requests.Response:
        """Start, then come back with these parameters beside the right state."""
        started = self.bridge.start(self.browser)
        return self.bridge.come_back(self.browser, **({"state": started.state} | query))

    def _start(self) -> str:
        self.hostile.now = self.clock.now()
        started = self.bridge.start(self.browser)
        self._state = started.state
        return started.nonce

    def _send_right(self, nonce: str, userinfo: str | None = None) -> None:
        self.hostile.send(forged(self.hostile.claims(nonce=nonce), self.hostile.key), userinfo)

    def _back(self) -> Any:
        answer = self.bridge.come_back(self.browser, code="c0de", state=self._state, iss=self.hostile.issuer)
        if answer.status_code == 303:
            return answer.status_code, answer.headers["Location"]
        assert not self.bridge.is_signed_in(self.browser)
        return problem(answer)
