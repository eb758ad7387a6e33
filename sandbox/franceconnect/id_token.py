"""The ID token: who signed in, when and how; never who they are."""

from __future__ import annotations

from typing import Any

from sandbox.franceconnect.encryption import encrypted
from sandbox.franceconnect.faults import OTHER_CLIENT, OTHER_ISSUER, OTHER_NONCE
from sandbox.franceconnect.jose import signed
from sandbox.franceconnect.state import TOKEN_LIFE, Grant, Sandbox

_HOUR_S = 3_600
_TEN_YEARS_S = 315_360_000
_SIGNING_FAULTS = ("alg_none", "hs256_secret", "other_alg", "unknown_kid", "forged")


def id_token_for(grant: Grant, sandbox: Sandbox) -> str:
    """The ID token of this grant, signed, on FranceConnect+ encrypted, spoiled if a fault was ordered."""
    payload = _spoiled(_claims(grant, sandbox), grant)
    fault = next((name for name in _SIGNING_FAULTS if f"id_token_{name}" in grant.faults), "")
    token = signed(payload, client=grant.client, keys=sandbox.keys, fault=fault)
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


def _spoiled(claims: dict[str, Any], grant: Grant) -> dict[str, Any]:
    ours, now_s = grant.client.client_id, claims["iat"]
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
    for fault in grant.faults & changes.keys():
        claims |= changes[fault]
    return {name: value for name, value in claims.items() if value is not None}
