"""What our tokens say, and how long they hold."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.domain.portal import ACCESS_LIFE, LiveGrant, Scope

ACCESS_KIND = "at+jwt"
"""Source: RFC 9068, section 2.1."""
ID_KIND = "JWT"
API_PATH = "/api/v1"


@dataclass(frozen=True, slots=True)
class TokenRules:
    """Who issues, and which API the access tokens open."""

    issuer: str

    @property
    def audience(self) -> str:
        """Give the one API our access tokens are for."""
        return self.issuer + API_PATH

    def access_claims(self, live: LiveGrant, scopes: Collection[str], now: datetime) -> dict[str, Any]:
        """Give what an access token says. Source: RFC 9068, section 2.2."""
        return self._claims(live, now) | {
            "aud": self.audience,
            "client_id": live.grant.client_id,
            "scope": " ".join(scopes),
            "jti": secrets.token_hex(16),
            "grant_id": live.grant.id,
        }

    def id_claims(
        self, live: LiveGrant, nonce: str | None, access_token: str, now: datetime
    ) -> dict[str, Any]:
        """Give what an ID token says: who signed in, how, when, and for whom; no name."""
        claims = self._claims(live, now) | {
            "aud": live.grant.client_id,
            "sid": live.grant.session_id,
            "at_hash": _half_hash(access_token),
        }
        return claims if nonce is None else {**claims, "nonce": nonce}

    def is_current(self, claims: Mapping[str, Any], audience: str, now: datetime) -> bool:
        """Tell whether a token of ours is for this audience and not over."""
        ends = claims.get("exp")
        in_time = isinstance(ends, int) and ends > now.timestamp()
        return in_time and claims.get("iss") == self.issuer and claims.get("aud") == audience

    def _claims(self, live: LiveGrant, now: datetime) -> dict[str, Any]:
        return {
            "iss": self.issuer,
            "sub": live.person.subject,
            "iat": int(now.timestamp()),
            "exp": int((now + ACCESS_LIFE).timestamp()),
            "auth_time": int(live.grant.authenticated_at.timestamp()),
            "acr": live.grant.acr,
        }


def told_about(live: LiveGrant, scopes: Collection[str]) -> dict[str, Any]:
    """Give the claims these scopes open, and no other."""
    claims: dict[str, Any] = {}
    if Scope.OPENID in scopes:
        claims |= {
            "sub": live.person.subject,
            "acr": live.grant.acr,
            "auth_time": int(live.grant.authenticated_at.timestamp()),
        }
    if Scope.PROFILE in scopes:
        claims |= live.grant.profile
    if Scope.CONTACT in scopes:
        claims["contact_id"] = live.person.contact_id
    return claims


def _half_hash(token: str) -> str:
    """Source: OpenID Connect Core, 3.1.3.6, for a token signed with SHA-256."""
    half = hashlib.sha256(token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()
