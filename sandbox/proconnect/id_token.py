"""The ID token: who signed in, when and how; never their name."""

from __future__ import annotations

from typing import Any

from sandbox.franceconnect.jose import signed
from sandbox.franceconnect.spoiled import signing_fault, spoiled_claims
from sandbox.proconnect.state import ID_TOKEN_LIFE, Grant, Sandbox

AMR = ["pwd"]


def id_token_for(grant: Grant, sandbox: Sandbox) -> str:
    """The signed ID token of this grant, spoiled if a fault was ordered for it."""
    payload = spoiled_claims(_claims(grant, sandbox), grant.faults)
    return signed(payload, client=grant.client, keys=sandbox.keys, fault=signing_fault(grant.faults))


def _claims(grant: Grant, sandbox: Sandbox) -> dict[str, Any]:
    now_s = int(sandbox.clock.now().timestamp())
    return {
        "sub": grant.agent.sub,
        # Level and means are told only to a service that asked for them.
        "acr": grant.agent.acr if grant.asked.acr_values or "acr" in grant.wanted else None,
        "amr": AMR if "amr" in grant.wanted else None,
        "auth_time": int(grant.signed_in_at.timestamp()),
        "nonce": grant.asked.nonce,
        "aud": grant.client.client_id,
        "exp": now_s + int(ID_TOKEN_LIFE.total_seconds()),
        "iat": now_s,
        "iss": sandbox.issuer,
    }
