"""What the provider publishes about itself: addresses, abilities, public keys."""

from __future__ import annotations

from typing import Any

from authlib.oidc.discovery import OpenIDProviderMetadata
from flask import Blueprint, Response, jsonify

from bridge.domain.portal import Scope
from bridge.http.access import Access, open_to
from bridge.usecases.provider import Provider

_KEPT_S = 300
_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]


def discovery_blueprint(provider: Provider) -> Blueprint:
    """Give /.well-known/openid-configuration and /oauth2/jwks; both are public, so any origin may read."""
    routes = Blueprint("provider-discovery", __name__)
    document = metadata(provider.issuer)
    # Refuses at start what would mislead every client afterwards.
    OpenIDProviderMetadata(document).validate()

    @routes.get("/.well-known/openid-configuration")
    @open_to(Access.EVERYONE)
    def discovery() -> Response:
        return _public(jsonify(document))

    @routes.get("/oauth2/jwks")
    @open_to(Access.EVERYONE)
    def keys() -> Response:
        return _public(jsonify(keys=list(provider.signer.published())))

    return routes


def metadata(issuer: str) -> dict[str, Any]:
    """Give the discovery document; it depends on the configuration alone, never on a request.

    Source: OpenID Connect Discovery 1.0, section 3; RFC 8414; RFC 9207.
    """
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth2/authorize",
        "token_endpoint": f"{issuer}/oauth2/token",
        "userinfo_endpoint": f"{issuer}/oauth2/userinfo",
        "jwks_uri": f"{issuer}/oauth2/jwks",
        "revocation_endpoint": f"{issuer}/oauth2/revoke",
        "end_session_endpoint": f"{issuer}/oauth2/logout",
        "scopes_supported": [str(scope) for scope in Scope],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": _AUTH_METHODS,
        "revocation_endpoint_auth_methods_supported": _AUTH_METHODS,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claim_types_supported": ["normal"],
        "claims_supported": [
            *("sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "nonce", "sid", "at_hash"),
            *("name", "given_name", "family_name", "contact_id"),
        ],
        "ui_locales_supported": ["fr", "en"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
    }


def _public(response: Response) -> Response:
    response.headers["Cache-Control"] = f"public, max-age={_KEPT_S}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
