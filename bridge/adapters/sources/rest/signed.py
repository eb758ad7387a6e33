"""Publik's signed query string.

Source: w.c.s., wcs/api_utils.py and https://doc-publik.entrouvert.com, "Authentification": HMAC over the
query string with algo, timestamp and nonce; valid for thirty seconds, and once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from urllib.parse import quote, urlencode

from bridge.adapters.sources.options import Options
from bridge.usecases.ports import Clock


@dataclass(frozen=True, slots=True)
class SignedQuery:
    """Signs each query anew, as this caller."""

    caller: str
    secret: str = field(repr=False)
    clock: Clock

    def headers(self) -> Mapping[str, str]:
        """Nothing: all is in the query."""
        return {}

    def signed(self, query: str) -> str:
        """Give the query with caller, time, nonce and signature."""
        now = self.clock.now().astimezone(UTC)
        added = urlencode(
            {
                "orig": self.caller,
                "algo": "sha256",
                "timestamp": f"{now:%Y-%m-%dT%H:%M:%SZ}",
                "nonce": secrets.token_hex(16),
            }
        )
        whole = f"{query}&{added}" if query else added
        signature = hmac.new(self.secret.encode(), whole.encode(), hashlib.sha256).digest()
        return f"{whole}&signature={quote(b64encode(signature).decode(), safe='')}"

    def renew(self) -> bool:
        """Each call is signed anew already."""
        return False


def signed_query(options: Options, clock: Clock) -> SignedQuery:
    """Give Publik's signature. Raises: ConfigurationError."""
    return SignedQuery(options.text("caller"), options.text("secret"), clock)
