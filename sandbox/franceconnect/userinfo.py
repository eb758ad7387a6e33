"""The userinfo endpoint: the certified identity, as a signed JWT, by granted scope."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.franceconnect.errors import WireError
from sandbox.franceconnect.faults import OTHER_CLIENT, OTHER_ISSUER
from sandbox.franceconnect.id_token import wrapped
from sandbox.franceconnect.jose import signed
from sandbox.franceconnect.scopes import claims_for
from sandbox.franceconnect.state import TOKEN_LIFE, Grant, current

blueprint = Blueprint("userinfo", __name__)


@blueprint.route("/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """`application/jwt`, never JSON, except when a fault asks for it."""
    grant = _grant()
    payload = _payload(grant)
    if "userinfo_json" in grant.faults:
        return jsonify(payload)
    fault = next((name for name in ("alg_none", "forged") if f"userinfo_{name}" in grant.faults), "")
    token = signed(payload, client=grant.client, keys=current().keys, fault=fault)
    token = wrapped(token, grant, current(), "userinfo")
    return Response(
        token, content_type="application/jwt; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def identity_claims(grant: Grant) -> dict[str, Any]:
    """The identity claims this grant's scopes open."""
    granted = claims_for(grant.asked.scopes, current().platform.claims_of_scope)
    return {name: value for name, value in grant.certified.claims.items() if name in granted}


def _payload(grant: Grant) -> dict[str, Any]:
    now_s = int(current().clock.now().timestamp())
    expired = "userinfo_expired" in grant.faults
    return {
        "sub": "0" * 64 + "v1" if "userinfo_other_sub" in grant.faults else grant.certified.sub,
        **identity_claims(grant),
        "aud": OTHER_CLIENT if "userinfo_wrong_aud" in grant.faults else grant.client.client_id,
        "exp": now_s + (-3_600 if expired else int(TOKEN_LIFE.total_seconds())),
        "iat": now_s,
        "iss": OTHER_ISSUER if "userinfo_wrong_iss" in grant.faults else current().issuer,
    }


def _grant() -> Grant:
    access_token = _access_token()
    if not access_token:
        raise _refused("no access token provided (no access token provided)", "Y04146A2")
    grant = current().grant_for_token(access_token)
    if grant is None:
        raise _refused("invalid token provided (access token not found)", "Y040001")
    return grant


def _access_token() -> str:
    """From the header, else from the query: the real one takes both."""
    authorization = request.authorization
    if authorization is not None and authorization.type == "bearer":
        return authorization.token or ""
    return request.args.get("access_token", "")


def _refused(description: str, code: str) -> WireError:
    challenge = f'Bearer realm="{current().issuer}", error="invalid_token"'
    return WireError(401, "invalid_token", description, code=code, headers={"WWW-Authenticate": challenge})
