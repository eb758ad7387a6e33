"""The token endpoint: one code, once, within thirty seconds; and refresh tokens, which are always given."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from sandbox.franceconnect.errors import WireError
from sandbox.proconnect.client_auth import authenticated_client
from sandbox.proconnect.clients import AgentService
from sandbox.proconnect.id_token import id_token_for
from sandbox.proconnect.pkce import proves
from sandbox.proconnect.state import CODE_LIFE, TOKEN_LIFE, Grant, current

blueprint = Blueprint("token", __name__)


@blueprint.post("/token")
def token() -> Response:
    """Six members: access_token, expires_in, id_token, refresh_token, scope, token_type."""
    client = authenticated_client()
    kind = _required("grant_type")
    if kind == "authorization_code":
        grant = _from_code(client, _required("code"), _required("redirect_uri"))
    elif kind == "refresh_token":
        grant = _from_refresh(client, _required("refresh_token"))
    else:
        raise WireError(400, "unsupported_grant_type", "unsupported grant_type requested")
    answer = {
        "access_token": grant.access_token,
        "expires_in": int(TOKEN_LIFE.total_seconds()),
        "id_token": id_token_for(grant, current()),
        "refresh_token": grant.refresh_token,
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
    """Ends a token of either kind; an unknown one is no error (RFC 7009)."""
    client = authenticated_client()
    ended = _required("token")
    grant = current().grant_for_access(ended) or current().grant_for_refresh(ended)
    if grant is not None and grant.client.client_id == client.client_id:
        current().revoke(ended)
    return Response(status=200)


def _required(name: str) -> str:
    value = request.form.get(name)
    if not value:
        raise WireError(400, "invalid_request", f"missing required parameter '{name}'")
    return value


def _from_code(client: AgentService, code: str, redirect_uri: str) -> Grant:
    """The grant behind this code, now consumed.

    Raises: WireError invalid_grant.
    """
    grant = current().grant(code)
    if grant is None or grant.client.client_id != client.client_id:
        raise _invalid_grant()
    in_time = current().clock.now() - grant.issued_at < CODE_LIFE
    proven = proves(request.form.get("code_verifier"), grant.asked.code_challenge)
    if not in_time or grant.asked.redirect_uri != redirect_uri or not proven:
        raise _invalid_grant()
    if not current().consume(grant):
        raise _invalid_grant()
    return grant


def _from_refresh(client: AgentService, refresh_token: str) -> Grant:
    grant = current().grant_for_refresh(refresh_token)
    if grant is None or grant.client.client_id != client.client_id:
        raise _invalid_grant()
    current().renew(grant)
    return grant


def _invalid_grant() -> WireError:
    return WireError(400, "invalid_grant", "grant request is invalid")
