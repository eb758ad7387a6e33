"""The ID token: who signed in, when and how; never their name."""

from __future__ import annotations

from typing import Any

from sandbox.franceconnect.faults import OTHER_CLIENT, OTHER_ISSUER, OTHER_NONCE
from sandbox.franceconnect.jose import signed
from sandbox.proconnect.state import ID_TOKEN_LIFE, Grant, Sandbox

AMR = ["pwd"]
_HOUR_S = 3_600
_TEN_YEARS_S = 315_360_000
_SIGNING_FAULTS = ("alg_none", "hs256_secret", "other_alg", "unknown_kid", "forged")


def id_token_for(grant: Grant, sandbox: Sandbox) -> str:
    """The signed ID token of this grant, spoiled if a fault was ordered for it."""
    claims = _claims(grant, sandbox)
    claims |= _spoiled(grant, claims["iat"])
    payload = {name: value for name, value in claims.items() if value is not None}
    fault = next((name for name in _SIGNING_FAULTS if f"id_token_{name}" in grant.faults), "")
    return signed(payload, client=grant.client, keys=sandbox.keys, fault=fault)


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


def _spoiled(grant: Grant, now_s: int) -> dict[str, Any]:
    ours = grant.client.client_id
    changes: dict[str, dict[str, Any]] = {
        "wrong_iss": {"iss": OTHER_ISSUER},
        "wrong_aud": {"aud": OTHER_CLIENT},
        "aud_list": {"aud": [ours, OTHER_CLIENT]},
        "azp_other_aud": {"aud": OTHER_CLIENT, "azp": ours},
        "nonce_absent": {"nonce": None},
        "nonce_other": {"nonce": OTHER_NONCE},
        "expired": {"exp": now_s - _HOUR_S},
        "far_exp": {"exp": now_s + _TEN_YEARS_S},
        "iat_future": {"iat": now_s + 600},
        "iat_old": {"iat": now_s - 24 * _HOUR_S},
        "acr_other": {"acr": "eidas0"},
        "acr_absent": {"acr": None},
        "sub_empty": {"sub": ""},
    }
    return {name: value for fault in grant.faults & changes.keys() for name, value in changes[fault].items()}
