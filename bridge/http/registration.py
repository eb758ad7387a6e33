"""What FranceConnect reads of us: our return addresses as one service, and our public keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from bridge.http.access import Access, open_to

PublicKeys = Callable[[], Iterable[Mapping[str, Any]]]
# As short as a sign-in may take: a key taken back is soon gone from copies.
_KEPT_FOR_S = 300


def registration_blueprint(
    redirect_uris: Iterable[str], keys: PublicKeys, plus_keys: PublicKeys | None = None
) -> Blueprint:
    """Give the sector identifier document and one set of keys for each registration.

    Source: OpenID Connect Core 1.0, section 8.1; RFC 7517.
    """
    routes, addresses = Blueprint("registration", __name__, url_prefix="/login"), list(redirect_uris)

    @routes.get("/franceconnect/sector_identifier")
    @open_to(Access.EVERYONE)
    def sector_identifier() -> Response:
        return jsonify(addresses)

    @routes.get("/franceconnect/jwks")
    @open_to(Access.EVERYONE)
    def jwks() -> Response:
        return _key_set(keys)

    if plus_keys is not None:
        # One name more, for the type checker does not look into the function.
        of_plus = plus_keys

        @routes.get("/franceconnect-plus/jwks")
        @open_to(Access.EVERYONE)
        def plus_jwks() -> Response:
            return _key_set(of_plus)

    return routes


def _key_set(keys: PublicKeys) -> Response:
    response = jsonify(keys=[dict(key) for key in keys()])
    response.content_type = "application/jwk-set+json"
    response.headers["Cache-Control"] = f"public, max-age={_KEPT_FOR_S}"
    return response
