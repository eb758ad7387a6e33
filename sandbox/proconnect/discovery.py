"""The provider metadata and the public keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox.proconnect.clients import CLAIMS_OF_SCOPE
from sandbox.proconnect.state import current

blueprint = Blueprint("discovery", __name__)
_ASSURANCE = "https://proconnect.gouv.fr/assurance"
LEVELS = (
    "eidas1",
    "eidas2",
    "eidas3",
    f"{_ASSURANCE}/self-asserted",
    f"{_ASSURANCE}/self-asserted-2fa",
    f"{_ASSURANCE}/consistency-checked",
    f"{_ASSURANCE}/consistency-checked-2fa",
    f"{_ASSURANCE}/certification-dirigeant",
)
# HS256 is a registration some services chose; ours does not.
_SIGNING_ALGS = ["HS256", "ES256", "RS256"]


@blueprint.get("/.well-known/openid-configuration")
def configuration() -> Response:
    """The discovery document."""
    return jsonify(metadata(current().issuer))


@blueprint.get("/jwks")
def jwks() -> Response:
    """ES256 and RS256 keys together."""
    response = jsonify(current().keys.jwks())
    response.content_type = "application/jwk-set+json; charset=utf-8"
    return response


def metadata(issuer: str) -> dict[str, Any]:
    """What the document says."""
    claims = sorted({claim for opened in CLAIMS_OF_SCOPE.values() for claim in opened})
    return {
        "acr_values_supported": list(LEVELS),
        "authorization_endpoint": f"{issuer}/authorize",
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": True,
        "claims_supported": [*claims, "acr", "amr", "sid", "auth_time", "iss"],
        "code_challenge_methods_supported": ["S256"],
        "end_session_endpoint": f"{issuer}/session/end",
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "id_token_signing_alg_values_supported": _SIGNING_ALGS,
        "issuer": issuer,
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "revocation_endpoint": f"{issuer}/token/revocation",
        "scopes_supported": list(CLAIMS_OF_SCOPE),
        "subject_types_supported": ["public"],
        "token_endpoint": f"{issuer}/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "userinfo_endpoint": f"{issuer}/userinfo",
        "userinfo_signing_alg_values_supported": _SIGNING_ALGS,
    }
