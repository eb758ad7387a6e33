"""The provider metadata and the public keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox.franceconnect.encryption import ALGORITHMS, ENCRYPTION
from sandbox.franceconnect.platforms import Platform
from sandbox.franceconnect.state import current

blueprint = Blueprint("discovery", __name__)

# HS256 is a leftover of version 1 that the real document still lists.
_SIGNING_ALGS = ["ES256", "RS256", "HS256"]
_AUTH_METHODS = ["client_secret_post", "private_key_jwt"]
_PROTOCOL_CLAIMS = ("acr", "sid", "auth_time", "iss")


@blueprint.get("/.well-known/openid-configuration")
def configuration() -> Response:
    """Encryption entries on FranceConnect+ alone, as in reality; S256 is listed although PKCE is refused."""
    return jsonify(metadata(current().issuer, current().platform))


@blueprint.get("/jwks")
def jwks() -> Response:
    """ES256 and RS256 keys together."""
    response = jsonify(current().keys.jwks())
    response.content_type = "application/jwk-set+json; charset=utf-8"
    return response


def metadata(issuer: str, platform: Platform) -> dict[str, Any]:
    """The discovery document."""
    claims = {claim for opened in platform.claims_of_scope.values() for claim in opened}
    signing = ["ES256"] if platform.is_plus else _SIGNING_ALGS
    return (_encryption() if platform.is_plus else {}) | {
        "acr_values_supported": list(platform.levels),
        "authorization_endpoint": f"{issuer}/authorize",
        "claims_parameter_supported": True,
        "claims_supported": [*sorted(claims), *_PROTOCOL_CLAIMS],
        "code_challenge_methods_supported": ["S256"],
        "end_session_endpoint": f"{issuer}/session/end",
        "grant_types_supported": ["authorization_code"],
        "issuer": issuer,
        "jwks_uri": f"{issuer}/jwks",
        "authorization_response_iss_parameter_supported": True,
        "response_modes_supported": ["form_post", "fragment", "query"],
        "response_types_supported": ["code"],
        "scopes_supported": list(platform.claims_of_scope),
        "subject_types_supported": ["pairwise"],
        "token_endpoint_auth_methods_supported": _AUTH_METHODS,
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256"],
        "token_endpoint": f"{issuer}/token",
        "id_token_signing_alg_values_supported": signing,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": f"{issuer}/userinfo",
        "userinfo_signing_alg_values_supported": signing,
        "revocation_endpoint": f"{issuer}/token/revocation",
        "revocation_endpoint_auth_methods_supported": _AUTH_METHODS,
        "claim_types_supported": ["normal"],
    }


def _encryption() -> dict[str, Any]:
    answers = ("id_token", "userinfo")
    algorithms = {f"{answer}_encryption_alg_values_supported": list(ALGORITHMS) for answer in answers}
    return algorithms | {f"{answer}_encryption_enc_values_supported": [ENCRYPTION] for answer in answers}
