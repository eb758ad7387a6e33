"""The token endpoint: one code, once, within thirty seconds."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from sandbox.franceconnect.client_auth import authenticated_client
from sandbox.franceconnect.clients import Client
from sandbox.franceconnect.errors import WireError
from sandbox.franceconnect.id_token import id_token_for
from sandbox.franceconnect.state import CODE_LIFE, TOKEN_LIFE, Grant, current

blueprint = Blueprint("token", __name__)


@blueprint.post("/token")
def token() -> Response:
    """Exactly five members: access_token, expires_in, id_token, scope, token_type."""
    client = authenticated_client()
    if _required("grant_type") != "authorization_code":
        raise WireError(400, "unsupported_grant_type", "unsupported grant_type requested")
    grant = _grant(client, _required("code"), _required("redirect_uri"))
    answer = {
        "access_token": grant.access_token,
        "expires_in": int(TOKEN_LIFE.total_seconds()),
        "id_token": id_token_for(grant, current()),
        "scope": " ".join(grant.asked.scopes),
        "token_type": "Bearer",
    }
    if "id_token_absent" in grant.faults:
        del answer["id_token"]
    response = jsonify(answer)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/token/revocation")
def revocation() -> Response:
    """Ends an access token; an unknown one is no error (RFC 7009)."""
    client = authenticated_client()
    access_token = _required("token")
    grant = current().grant_for_token(access_token)
    if grant is not None and grant.client.client_id == client.client_id:
        current().revoke(access_token)
    return Response(status=200)


def _required(name: str) -> str:
    value = request.form.get(name)
    if not value:
        raise WireError(
            400, "invalid_request", f"missing required parameter '{name}' (undefined)", code="Y048017B"
        )
    return value


def _grant(client: Client, code: str, redirect_uri: str) -> Grant:
    """The grant behind this code, now consumed.

    Raises: WireError invalid_grant.
    """
    grant = current().grant(code)
    # The real store drops a code when it expires, so an expired one and an unknown one look the same.
    if grant is None or current().clock.now() - grant.signed_in_at >= CODE_LIFE:
        raise _invalid_grant("authorization code not found", "Y049E20B")
    if grant.client.client_id != client.client_id:
        raise _invalid_grant("client mismatch")
    if grant.asked.redirect_uri != redirect_uri:
        raise _invalid_grant("authorization code redirect_uri mismatch")
    if not current().consume(grant):
        raise _invalid_grant("authorization code already consumed")
    return grant


def _invalid_grant(detail: str, code: str = "Y040001") -> WireError:
    return WireError(400, "invalid_grant", f"grant request is invalid ({detail})", code=code)
