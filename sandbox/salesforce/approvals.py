"""What a user has approved: codes that are redeemed once, and refresh tokens that last until revoked."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.salesforce.oauth_errors import OAuthError

_CODE_LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Code:
    redirect_uri: str
    challenge: str
    ends: datetime


class Approvals:
    """Codes and refresh tokens of the one app and the one user."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._codes: dict[str, _Code] = {}
        self._refresh: set[str] = set()

    def approve(self, redirect_uri: str, challenge: str) -> str:
        """A code for that return address, bound to a PKCE challenge when there is one."""
        code = f"aPrx{secrets.token_urlsafe(32)}"
        with self._lock:
            self._codes[code] = _Code(redirect_uri, challenge, self._clock() + _CODE_LIFE)
        return code

    def redeem(self, code: str, redirect_uri: str, verifier: str) -> str:
        """A refresh token for a code.

        Raises: OAuthError `invalid_grant` or `redirect_uri_mismatch`; the code is spent all the same.
        """
        with self._lock:
            found = self._codes.pop(code, None)
        if found is None or found.ends < self._clock():
            raise OAuthError("invalid_grant", "expired authorization code")
        if found.redirect_uri != redirect_uri:
            raise OAuthError("redirect_uri_mismatch", "redirect_uri must match configuration")
        if found.challenge and not secrets.compare_digest(found.challenge, _challenge_of(verifier)):
            raise OAuthError("invalid_grant", "invalid code verifier")
        token = f"5Aep{secrets.token_urlsafe(48)}"
        with self._lock:
            self._refresh.add(token)
        return token

    def check_refresh(self, token: str) -> None:
        """Raises: OAuthError `invalid_grant` for a refresh token that is none, or none any more."""
        with self._lock:
            if token not in self._refresh:
                raise OAuthError("invalid_grant", "expired access/refresh token")

    def revoke(self, token: str) -> bool:
        """End a refresh token; False when there was none."""
        with self._lock:
            found = token in self._refresh
            self._refresh.discard(token)
            return found

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._codes.clear()
            self._refresh.clear()


def _challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
