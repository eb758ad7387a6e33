"""Signs a payload the way FranceConnect does, or the way an ordered fault wants."""

from __future__ import annotations

import base64
import json
from typing import Any, Protocol

from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from sandbox.franceconnect.keys import KeyRing


class Signatory(Protocol):
    """The service a token is for, as far as its signature goes."""

    @property
    def signing_alg(self) -> str: ...
    @property
    def client_secret(self) -> str: ...


def signed(payload: dict[str, Any], *, client: Signatory, keys: KeyRing, fault: str = "") -> str:
    """A compact JWS whose header holds `alg` and `kid` only.

    `fault`: "", alg_none, hs256_secret, other_alg, unknown_kid or forged.
    """
    if fault == "alg_none":
        return _unsigned(payload)
    alg = client.signing_alg
    if fault == "other_alg":
        alg = "RS256" if alg == "ES256" else "ES256"
    key: ECKey | RSAKey | OctKey = keys.signing_key(alg)
    kid = "pkcs11:unknown:hsm" if fault == "unknown_kid" else key.kid
    if fault == "hs256_secret":
        alg, key = "HS256", OctKey.import_key(client.client_secret)
    elif fault == "forged":
        key = ECKey.generate_key("P-256") if alg == "ES256" else RSAKey.generate_key(2048)
    return jws.serialize_compact({"alg": alg, "kid": kid}, json.dumps(payload), key, algorithms=[alg])


def _unsigned(payload: dict[str, Any]) -> str:
    header = {"alg": "none"}
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, payload))
    return b".".join(parts).decode() + "."
