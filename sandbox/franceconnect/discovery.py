"""The provider metadata and the public keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox.franceconnect import acr
from sandbox.franceconnect.scopes import CLAIMS_OF_SCOPE
from sandbox.franceconnect.state import current

blueprint = Blueprint("discovery", __name__)

# HS256 is a leftover of version 1 that the real document still lists.
_SIGNING_ALGS = ["ES256", "RS256", "HS256"]
_AUTH_METHODS = ["client_secret_post", "private_key_jwt"]
_PROTOCOL_CLAIMS = ("acr", "sid", "auth_time", "iss")


@blueprint.get("/.well-known/openid-configuration")
def configuration() -> Response:
    """No encryption entry, as on the real one; S256 is listed although PKCE is refused."""
    return jsonify(metadata(current().issuer))


@blueprint.get("/jwks")
def jwks() -> Response:
    """ES256 and RS256 keys together."""
    response = jsonify(current().keys.jwks())
    response.content_type = "application/jwk-set+json; charset=utf-8"
    return response


def metadata(issuer: str) -> dict[str, Any]:
    """The discovery document."""
    claims = {claim for opened in CLAIMS_OF_SCOPE.values() for claim in opened}
    return {
        "acr_values_supported": list(acr.SUPPORTED),
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
        "scopes_supported": list(CLAIMS_OF_SCOPE),
        "subject_types_supported": ["pairwise"],
        "token_endpoint_auth_methods_supported": _AUTH_METHODS,
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256"],
        "token_endpoint": f"{issuer}/token",
        "id_token_signing_alg_values_supported": _SIGNING_ALGS,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": f"{issuer}/userinfo",
        "userinfo_signing_alg_values_supported": _SIGNING_ALGS,
        "revocation_endpoint": f"{issuer}/token/revocation",
        "revocation_endpoint_auth_methods_supported": _AUTH_METHODS,
        "claim_types_supported": ["normal"],
    }
