"""How we say who we are without a shared secret: an assertion signed with our own key."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from bridge.errors import ConfigurationError
from bridge.usecases.ports import Clock

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE = timedelta(seconds=60)
_MIN_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class ClientKey:
    """Our private key, and the one algorithm it signs with. Source: OpenID Connect Core 1.0, section 9."""

    key: ECKey | RSAKey = field(repr=False)
    algorithm: str

    def assertion(self, client_id: str, audience: str, clock: Clock) -> str:
        """Give an assertion good for one request within a minute; `audience` is the provider's issuer."""
        now = int(clock.now().timestamp())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "jti": secrets.token_urlsafe(24),
            "iat": now,
            "exp": now + int(LIFE.total_seconds()),
        }
        header = {"alg": self.algorithm, "kid": self.key.thumbprint()}
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])

    def published(self) -> Mapping[str, Any]:
        """Give the public half, to verify our assertions with."""
        named = {"kid": self.key.thumbprint(), "use": "sig", "alg": self.algorithm}
        return {**self.key.as_dict(private=False), **named}


def client_key(pem: str) -> ClientKey:
    """Give the key in a PEM text. Raises: ConfigurationError for one FranceConnect does not take."""
    try:
        found = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _unusable("no private key without password in PEM") from None
    if isinstance(found, ec.EllipticCurvePrivateKey) and isinstance(found.curve, ec.SECP256R1):
        return ClientKey(ECKey.import_key(pem), "ES256")
    if isinstance(found, rsa.RSAPrivateKey) and found.key_size >= _MIN_RSA_BITS:
        return ClientKey(RSAKey.import_key(pem), "RS256")
    raise _unusable("needs a P-256 key, or an RSA key of 2048 bits or more")


def _unusable(why: str) -> ConfigurationError:
    return ConfigurationError(f"BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE: {why}")
