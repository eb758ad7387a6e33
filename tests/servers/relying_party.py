"""What a relying party of our provider knows: itself, a good request, and how to read an answer."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
from joserfc import jws

from bridge.domain.portal import Scope

ORG = "https://ville.my.salesforce.test"
RETURN = f"{ORG}/services/authcallback/Bridge"
SITE_RETURN = "https://ville.my.site.test/demarches/services/authcallback/Bridge"
AFTER_LOGOUT = f"{ORG}/au-revoir"
EVERY_SCOPE = tuple(Scope)
VERIFIER = "verifier-of-this-test-" + "0" * 30


def challenge_of(verifier: str) -> str:
    """Give the S256 challenge of a verifier, by our own reckoning."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Client:
    """A relying party, as it knows itself."""

    id: str
    secret: str | None
    redirect_uri: str = RETURN

    @property
    def basic(self) -> tuple[str, str]:
        """Give its credentials for the header."""
        return self.id, self.secret or ""

    @property
    def posted(self) -> dict[str, str]:
        """Give its credentials for the body."""
        return {"client_id": self.id} | ({"client_secret": self.secret} if self.secret else {})


def asked(client: Client, **changes: str | None) -> dict[str, str]:
    """Give a good request's parameters, changed as told."""
    given: dict[str, str | None] = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.redirect_uri,
        "scope": " ".join(EVERY_SCOPE),
        "state": "state-1",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def answer_of(response: requests.Response, redirect_uri: str = RETURN) -> dict[str, str]:
    """Give what a redirect brings the client, once each."""
    assert response.status_code == 303, (response.status_code, response.text)
    address = response.headers["Location"]
    assert address.startswith(f"{redirect_uri}?"), address
    pairs = parse_qsl(urlsplit(address).query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def bearer(token: str) -> dict[str, str]:
    """Give the header that brings a token."""
    return {"Authorization": f"Bearer {token}"}


def said(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give header and claims of a token, unchecked."""
    found = jws.extract_compact(token.encode())
    return dict(found.headers()), json.loads(found.payload)


def next_of(response: requests.Response) -> str:
    """Give where the sign-in that this answer starts will lead."""
    address = urlsplit(response.headers["Location"])
    assert (response.status_code, address.path) == (303, "/login/franceconnect"), response.text
    return parse_qs(address.query)["next"][0]
