"""The token endpoint: JWT bearer and client credentials, with the org's own refusals."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from urllib.parse import unquote

from flask import Blueprint, Response, request

from sandbox.salesforce.assertions import check_assertion
from sandbox.salesforce.oauth_errors import OAuthError
from sandbox.salesforce.org import Org, current_org
from sandbox.salesforce.replies import empty_reply, json_reply

login = Blueprint("login", __name__)
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "api id"


@login.post("/services/oauth2/token")
def token() -> Response:
    """`{access_token, instance_url, id, token_type, scope, issued_at, signature}`."""
    org = current_org()
    try:
        _check_grant(org)
    except OAuthError as error:
        return json_reply({"error": error.code, "error_description": error.description}, 400)
    return json_reply(_session(org))


@login.post("/services/oauth2/revoke")
def revoke() -> Response:
    """200 for a token that was good."""
    if current_org().tokens.revoke(request.form.get("token", "")):
        return empty_reply(200)
    return json_reply(
        {"error": "unsupported_token_type", "error_description": "this token is unsupported or invalid"}, 400
    )


def _check_grant(org: Org) -> None:
    if org.faults.switches.login_error:
        raise OAuthError("invalid_grant", org.faults.switches.login_error)
    grant = request.form.get("grant_type", "")
    if grant == _JWT_BEARER:
        check_assertion(request.form.get("assertion", ""), org.credentials, org.base_url, org.clock())
    elif grant == "client_credentials":
        _check_client(org)
    else:
        raise OAuthError("unsupported_grant_type", "grant type not supported")


def _check_client(org: Org) -> None:
    key, secret = _basic() or (request.form.get("client_id", ""), request.form.get("client_secret", ""))
    if not hmac.compare_digest(key.encode(), org.credentials.consumer_key.encode()):
        raise OAuthError("invalid_client_id", "client identifier invalid")
    if not hmac.compare_digest(secret.encode(), org.credentials.consumer_secret.encode()):
        raise OAuthError("invalid_client", "invalid client credentials")


def _basic() -> tuple[str, str] | None:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        key, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise OAuthError("invalid_client", "invalid client credentials") from None
    return unquote(key), unquote(secret)


def _session(org: Org) -> dict[str, str]:
    issued_at = str(int(org.clock().timestamp() * 1000))
    signed = (org.identity_url + issued_at).encode()
    digest = hmac.new(org.credentials.consumer_secret.encode(), signed, hashlib.sha256).digest()
    return {
        "access_token": org.tokens.issue(),
        "signature": base64.b64encode(digest).decode(),
        "scope": SCOPE,
        "instance_url": org.base_url,
        "id": org.identity_url,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }
