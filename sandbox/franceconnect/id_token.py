"""The ID token: who signed in, when and how; never who they are."""

from __future__ import annotations

from typing import Any

from sandbox.franceconnect.encryption import encrypted
from sandbox.franceconnect.jose import signed
from sandbox.franceconnect.spoiled import signing_fault, spoiled_claims
from sandbox.franceconnect.state import TOKEN_LIFE, Grant, Sandbox


def id_token_for(grant: Grant, sandbox: Sandbox) -> str:
    """The ID token of this grant, signed, on FranceConnect+ encrypted, spoiled if a fault was ordered."""
    payload = spoiled_claims(_claims(grant, sandbox), grant.faults)
    token = signed(payload, client=grant.client, keys=sandbox.keys, fault=signing_fault(grant.faults))
    return wrapped(token, grant, sandbox, "id_token")


def wrapped(token: str, grant: Grant, sandbox: Sandbox, answer: str) -> str:
    """The token as it travels: as it is, or on FranceConnect+ encrypted for the service."""
    if not sandbox.platform.is_plus:
        return token
    ordered = (name.removeprefix(f"{answer}_") for name in grant.faults if name.startswith(f"{answer}_jwe"))
    return encrypted(token, grant.client, sandbox, next(ordered, ""))


def _claims(grant: Grant, sandbox: Sandbox) -> dict[str, Any]:
    now_s = int(sandbox.clock.now().timestamp())
    claims: dict[str, Any] = {
        "sub": grant.certified.sub,
        "acr": grant.certified.acr,
        "auth_time": int(grant.signed_in_at.timestamp()),
        "nonce": grant.asked.nonce,
        "aud": grant.client.client_id,
        "exp": now_s + int(TOKEN_LIFE.total_seconds()),
        "iat": now_s,
        "iss": sandbox.issuer,
    }
    if grant.wants_amr:
        claims["amr"] = list(grant.certified.amr)
    return claims
