"""The userinfo endpoint: the agent, as a signed JWT, by granted scope."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.franceconnect.errors import WireError
from sandbox.franceconnect.faults import OTHER_CLIENT, OTHER_ISSUER
from sandbox.franceconnect.jose import signed
from sandbox.proconnect.clients import CLAIMS_OF_SCOPE
from sandbox.proconnect.state import TOKEN_LIFE, Grant, current

blueprint = Blueprint("userinfo", __name__)
# An identity provider of an organisation has this shape of name; this one is nobody's.
IDP_ID = "00000000-0000-4000-8000-000000000002"


@blueprint.route("/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """`application/jwt`, never JSON, except when a fault asks for it."""
    grant = _grant()
    payload = _payload(grant)
    if "userinfo_json" in grant.faults:
        return jsonify(payload)
    fault = next((name for name in ("alg_none", "forged") if f"userinfo_{name}" in grant.faults), "")
    token = signed(payload, client=grant.client, keys=current().keys, fault=fault)
    return Response(
        token, content_type="application/jwt; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def agent_claims(grant: Grant) -> dict[str, Any]:
    """The claims this grant's scopes open; the name in use is `usual_name`, and there is no family name."""
    agent = grant.agent
    everything = {
        "given_name": agent.given_name,
        "usual_name": agent.usual_name,
        "email": agent.email,
        "uid": agent.uid,
        "siret": agent.siret,
        "siren": agent.siret[:9],
        "idp_id": IDP_ID,
        "idp_acr": agent.acr,
    }
    granted = {claim for scope in grant.asked.scopes for claim in CLAIMS_OF_SCOPE.get(scope, ())}
    return {name: value for name, value in everything.items() if name in granted and value}


def _payload(grant: Grant) -> dict[str, Any]:
    now_s = int(current().clock.now().timestamp())
    expired = "userinfo_expired" in grant.faults
    return {
        "sub": "0" * 64 if "userinfo_other_sub" in grant.faults else grant.agent.sub,
        **agent_claims(grant),
        "aud": OTHER_CLIENT if "userinfo_wrong_aud" in grant.faults else grant.client.client_id,
        "exp": now_s + (-3_600 if expired else int(TOKEN_LIFE.total_seconds())),
        "iat": now_s,
        "iss": OTHER_ISSUER if "userinfo_wrong_iss" in grant.faults else current().issuer,
    }


def _grant() -> Grant:
    authorization = request.authorization
    token = authorization.token if authorization is not None and authorization.type == "bearer" else None
    grant = current().grant_for_access(token or request.args.get("access_token", ""))
    if grant is None:
        challenge = f'Bearer realm="{current().issuer}", error="invalid_token"'
        raise WireError(
            401, "invalid_token", "invalid token provided", headers={"WWW-Authenticate": challenge}
        )
    return grant
