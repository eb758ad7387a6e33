"""Drives the stand-in as a browser and as a service do, over HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from joserfc import jws
from joserfc.jwk import KeySet

from sandbox.proconnect.clients import default_client
from tests.servers.proconnect import READER, TIMEOUT_S, AgentStandIn

CALLBACK = "http://localhost:8000/agents/login/callback"
AFTER_LOGOUT = "http://localhost:8000/agents/logout/callback"
NONCE = "n" * 64
STATE = "s" * 64
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
_CLIENT = default_client()


@dataclass(frozen=True)
class Driver:
    """The served stand-in and one browser in front of it."""

    stand_in: AgentStandIn
    browser: requests.Session = field(default_factory=requests.Session)

    def authorize(self, **changes: str | None) -> requests.Response:
        """Ask with a right authorization request, with changes; None takes a parameter out."""
        right: dict[str, str | None] = {
            "client_id": _CLIENT.client_id,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid given_name usual_name email uid siret",
            "state": STATE,
            "nonce": NONCE,
            "acr_values": "eidas1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        asked = {name: value for name, value in (right | changes).items() if value is not None}
        return self.get("/authorize", params=asked)

    def get(self, path: str, **options: Any) -> requests.Response:
        """Ask for a path of the provider."""
        address = self.stand_in.issuer + path
        return self.browser.get(address, timeout=TIMEOUT_S, allow_redirects=False, **options)

    def post(self, address: str, **fields: str) -> requests.Response:
        """Submit a form."""
        return self.browser.post(address, data=fields, timeout=TIMEOUT_S, allow_redirects=False)

    def choose(self, email: str = READER, **changes: str | None) -> requests.Response:
        """Ask, and choose an account on the page, unless this browser is signed in already."""
        page = self.authorize(**changes)
        assert page.status_code == 303, page.text
        if not page.headers["Location"].startswith(self.stand_in.url):
            return page
        return self.post(f"{page.headers['Location']}/login", login=email)

    def sign_in(self, email: str = READER, **changes: str | None) -> dict[str, str]:
        """Go all the way; give what the callback receives."""
        return callback(self.choose(email, **changes))

    def exchange(self, code: str | None, **changes: str | None) -> requests.Response:
        """Post a right exchange, with changes."""
        right: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": _CLIENT.client_id,
            "client_secret": _CLIENT.client_secret,
            "code_verifier": VERIFIER,
        }
        fields = {name: value for name, value in (right | changes).items() if value is not None}
        return requests.post(f"{self.stand_in.issuer}/token", data=fields, timeout=TIMEOUT_S)

    def tokens(self, email: str = READER, **changes: str | None) -> dict[str, Any]:
        """Give the tokens of a whole sign-in."""
        answer = self.exchange(self.sign_in(email, **changes)["code"])
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def refresh(self, token: str) -> requests.Response:
        """Ask for new tokens."""
        return self.exchange(None, grant_type="refresh_token", refresh_token=token)

    def userinfo(self, access_token: str) -> requests.Response:
        """Ask who it is."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return requests.get(f"{self.stand_in.issuer}/userinfo", headers=headers, timeout=TIMEOUT_S)

    def verified(self, token: str, alg: str = "ES256") -> dict[str, Any]:
        """Give the claims of a token whose signature holds."""
        keys = KeySet.import_key_set(requests.get(f"{self.stand_in.issuer}/jwks", timeout=TIMEOUT_S).json())
        claims: dict[str, Any] = json.loads(jws.deserialize_compact(token, keys, algorithms=[alg]).payload)
        return claims


def callback(answer: requests.Response) -> dict[str, str]:
    """Give the parameters of a redirect to the service."""
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].startswith(CALLBACK)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def shown_code(page: requests.Response) -> str:
    """Give the code of an error page."""
    assert page.headers["Content-Type"].startswith("text/html")
    found = re.search(r'id="error-code">([^<]+)<', page.text)
    assert found, page.text
    return found[1]
