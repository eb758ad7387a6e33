"""An ID token with one thing wrong, as a test orders it; FranceConnect's and ProConnect's alike."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sandbox.franceconnect.faults import OTHER_CLIENT, OTHER_ISSUER, OTHER_NONCE

_HOUR_S = 3_600
_TEN_YEARS_S = 315_360_000
_SIGNING_FAULTS = ("alg_none", "hs256_secret", "other_alg", "unknown_kid", "forged")


def spoiled_claims(claims: dict[str, Any], faults: Collection[str]) -> dict[str, Any]:
    """The claims with the faults ordered; one that is None is left out."""
    ours, now_s = claims["aud"], claims["iat"]
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
    for fault in changes.keys() & set(faults):
        claims = claims | changes[fault]
    return {name: value for name, value in claims.items() if value is not None}


def signing_fault(faults: Collection[str]) -> str:
    """The fault ordered for the signature, or nothing."""
    return next((name for name in _SIGNING_FAULTS if f"id_token_{name}" in faults), "")
