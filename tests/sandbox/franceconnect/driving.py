"""Drives the stand-in as a browser and as a service do, over HTTP."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from joserfc import jws
from joserfc.jwk import KeySet

TIMEOUT_S = 10
CALLBACK = "http://localhost:8000/login/franceconnect/callback"
AFTER_LOGOUT = "http://localhost:8000/logout/callback"
NONCE = "n" * 64
STATE = "s" * 64


@dataclass(frozen=True)
class Jwt:
    """A decoded token whose signature was checked."""

    header: dict[str, Any]
    claims: dict[str, Any]


@dataclass(frozen=True)
class StandIn:
    """The served stand-in and one browser in front of it."""

    session: requests.Session
    url: str
    issuer: str
    client_id: str
    client_secret: str

    def order(self, what: str, **members: Any) -> Any:
        answer = requests.post(f"{self.url}/sandbox/{what}", json=members, timeout=TIMEOUT_S)
        assert answer.ok, answer.text
        return answer.json()

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """A right authorization request, with changes; None takes a parameter out."""
        right: dict[str, str | None] = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid identite_pivot preferred_username email idp_birthdate",
            "acr_values": "eidas1",
            "state": STATE,
            "nonce": NONCE,
        }
        return {name: value for name, value in (right | changes).items() if value is not None}

    def authorize(self, **changes: str | None) -> requests.Response:
        return self.get("/authorize", params=self.parameters(**changes))

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.issuer + path, timeout=TIMEOUT_S, allow_redirects=False, **options)

    def post(self, address: str, **fields: str) -> requests.Response:
        address = address if address.startswith("http") else self.issuer + address
        return self.session.post(address, data=fields, timeout=TIMEOUT_S, allow_redirects=False)

    def open(self, **changes: str | None) -> str:
        """The address of the interaction that a right request opens."""
        answer = self.authorize(**changes)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def choose(self, login: str, **changes: str | None) -> requests.Response:
        return self.post(self.open(**changes) + "/login", login=login, password="123")

    def sign_in(self, login: str = "test", **changes: str | None) -> dict[str, str]:
        """Both pages, clicked through; what the callback receives."""
        interaction = self.open(**changes)
        page = self.post(interaction + "/login", login=login, password="123")
        assert page.status_code == 200, page.text
        return callback(self.post(interaction + "/consent", decision="continue"))

    def exchange(self, code: str, **changes: str) -> requests.Response:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        return requests.post(f"{self.issuer}/token", data=fields | changes, timeout=TIMEOUT_S)

    def tokens(self, login: str = "test", **changes: str | None) -> dict[str, Any]:
        answer = self.exchange(self.sign_in(login, **changes)["code"])
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def userinfo(self, access_token: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {access_token}"}
        return requests.get(f"{self.issuer}/userinfo", headers=headers, timeout=TIMEOUT_S)

    def identity(self, login: str = "test", **changes: str | None) -> dict[str, Any]:
        """The verified userinfo claims of a whole sign-in."""
        answer = self.userinfo(self.tokens(login, **changes)["access_token"])
        assert answer.status_code == 200, answer.text
        return self.verified(answer.text).claims

    def jwks(self) -> KeySet:
        return KeySet.import_key_set(requests.get(f"{self.issuer}/jwks", timeout=TIMEOUT_S).json())

    def verified(self, token: str, alg: str = "ES256") -> Jwt:
        found = jws.deserialize_compact(token, self.jwks(), algorithms=[alg])
        return Jwt(header=dict(found.protected), claims=json.loads(found.payload))


def callback(answer: requests.Response) -> dict[str, str]:
    """The parameters of a redirect to the service."""
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].startswith(CALLBACK)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def shown_code(page: requests.Response) -> str:
    """The Y code of an error page."""
    assert page.headers["Content-Type"].startswith("text/html")
    found = re.search(r'id="error-code">([^<]+)<', page.text)
    assert found, page.text
    return found[1]


def back_link(page: requests.Response) -> dict[str, str] | None:
    """What the "back to the service" button of an error page sends, or None without a button."""
    found = re.search(r'id="back-to-service" href="([^"]+)"', page.text)
    return dict(parse_qsl(urlsplit(unescape(found[1])).query)) if found else None
