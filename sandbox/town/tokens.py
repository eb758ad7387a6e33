"""OAuth2 client credentials as the State's gateways give them: a token for an hour.

Source: RFC 6749; the refusals of a call are those of WSO2, which stands in front of HubEE and PISTE.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Request, Response, jsonify

LASTS_S = 3_600


@dataclass(slots=True)
class TokenDesk:
    """Gives tokens to one client and knows those it gave; `in_body` is where the secret is looked for too."""

    client_id: str
    secret: str = field(repr=False)
    scope: str
    in_body: bool = False
    now_s: Callable[[], float] = time.monotonic
    _until: dict[str, float] = field(default_factory=dict)

    def give(self, request: Request) -> Response:
        """Answer the address of tokens."""
        if request.form.get("grant_type") != "client_credentials":
            return _refused(400, "unsupported_grant_type")
        if not self._knows(request):
            return _refused(401, "invalid_client")
        asked = request.form.get("scope", "").split()
        token = secrets.token_urlsafe(24)
        if self.scope in asked:
            self._until[token] = self.now_s() + LASTS_S
        # A scope that is not granted is left out without a word; the call is then refused.
        granted = self.scope if self.scope in asked else "default"
        return jsonify(access_token=token, token_type="Bearer", expires_in=LASTS_S, scope=granted)  # noqa: S106 - a kind of token

    def refusal(self, request: Request) -> Response | None:
        """The answer to a call without a token that lasts; None when it has one."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer" and self._until.get(token, 0.0) > self.now_s():
            return None
        known = scheme == "Bearer" and bool(token)
        code, text = (900901, "Invalid Credentials") if known else (900902, "Missing Credentials")
        response = jsonify(fault={"code": code, "message": text, "description": "Access failure for API"})
        response.status_code = 401
        return response

    def expire(self) -> None:
        """End every token given so far."""
        self._until.clear()

    def _knows(self, request: Request) -> bool:
        given = request.authorization
        pairs = [(given.username, given.password)] if given is not None and given.type == "basic" else []
        if self.in_body:
            pairs.append((request.form.get("client_id"), request.form.get("client_secret")))
        return any(_same(name, self.client_id) and _same(word, self.secret) for name, word in pairs)


def _same(given: str | None, expected: str) -> bool:
    return hmac.compare_digest((given or "").encode(), expected.encode())


def _refused(status: int, error: str) -> Response:
    response = jsonify(error=error, error_description="Client Authentication failed.")
    response.status_code = status
    return response
