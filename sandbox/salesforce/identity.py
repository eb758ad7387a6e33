"""Who the running user is, in the three forms clients ask for."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.salesforce.login import SCOPE
from sandbox.salesforce.org import Org, current_org
from sandbox.salesforce.replies import json_reply
from sandbox.salesforce.sessions import bearer_token

identity = Blueprint("identity", __name__)


@identity.get("/services/oauth2/userinfo")
@identity.post("/services/oauth2/userinfo")
def userinfo() -> Response:
    """OpenID's view of the user."""
    org = current_org()
    if not org.tokens.is_valid(bearer_token()):
        return Response("Bad_OAuth_Token", 403, content_type="text/html;charset=UTF-8")
    return json_reply({"sub": org.identity_url, **_user(org), "zoneinfo": "Europe/Paris", "locale": "fr_FR"})


@identity.get("/id/<organization_id>/<user_id>")
def user(organization_id: str, user_id: str) -> Response:
    """The identity URL that token answers name; the token may come in the query."""
    org = current_org()
    known = (org.organization_id, org.user_id) == (organization_id, user_id)
    if not known or not org.tokens.is_valid(bearer_token() or request.args.get("oauth_token", "")):
        return Response("Bad_OAuth_Token", 403, content_type="text/html;charset=UTF-8")
    data = f"{org.base_url}/services/data/v{{version}}/"
    return json_reply(
        {
            "id": org.identity_url,
            "asserted_user": True,
            **_user(org),
            "username": org.credentials.username,
            "active": True,
            "timezone": "Europe/Paris",
            "urls": {"rest": data, "sobjects": f"{data}sobjects/", "query": f"{data}query/"},
        }
    )


@identity.get("/.well-known/openid-configuration")
def discovery() -> Response:
    """Where the sign-in endpoints are."""
    base = current_org().base_url
    return json_reply(
        {
            "issuer": base,
            "authorization_endpoint": f"{base}/services/oauth2/authorize",
            "token_endpoint": f"{base}/services/oauth2/token",
            "revocation_endpoint": f"{base}/services/oauth2/revoke",
            "userinfo_endpoint": f"{base}/services/oauth2/userinfo",
            "scopes_supported": SCOPE.split(),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        }
    )


def _user(org: Org) -> dict[str, object]:
    return {
        "user_id": org.user_id,
        "organization_id": org.organization_id,
        "preferred_username": org.credentials.username,
        "nickname": "integration",
        "name": "Integration User",
        "given_name": "Integration",
        "family_name": "User",
        "email": "integration@example.org",
        "email_verified": True,
        "user_type": "STANDARD",
        "active": True,
    }
