"""Sign-in by OAuth: JWT bearer, client credentials, codes and their refresh, with the org's own refusals."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from urllib.parse import quote, unquote, urlencode, urlsplit

from flask import Blueprint, Response, request

from sandbox.salesforce.assertions import check_assertion
from sandbox.salesforce.oauth_errors import OAuthError
from sandbox.salesforce.org import Org, current_org
from sandbox.salesforce.replies import empty_reply, json_reply

login = Blueprint("login", __name__)
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "api id"
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@login.post("/services/oauth2/token")
def token() -> Response:
    """`{access_token, instance_url, id, token_type, scope, issued_at, signature}`."""
    org = current_org()
    try:
        more = _check_grant(org)
    except OAuthError as error:
        return json_reply({"error": error.code, "error_description": error.description}, 400)
    return json_reply({**_session(org), **more})


@login.get("/services/oauth2/authorize")
def authorize() -> Response:
    """Back to the client with a code: the user is signed in, and has approved the app."""
    org, back = current_org(), request.args.get("redirect_uri", "")
    refused = _refused_request(org, back)
    if refused:
        return Response(f"error={refused[0]}&error_description={quote(refused[1])}", 400)
    code = org.approvals.approve(back, request.args.get("code_challenge", ""))
    answer = {"code": code, **({"state": request.args["state"]} if "state" in request.args else {})}
    reply = empty_reply(302)
    reply.headers["Location"] = f"{back}{'&' if '?' in back else '?'}{urlencode(answer)}"
    return reply


@login.post("/services/oauth2/revoke")
def revoke() -> Response:
    """200 for a token that was good."""
    org, token = current_org(), request.form.get("token", "")
    if org.tokens.revoke(token) or org.approvals.revoke(token):
        return empty_reply(200)
    return json_reply(
        {"error": "unsupported_token_type", "error_description": "this token is unsupported or invalid"}, 400
    )


def _refused_request(org: Org, back: str) -> tuple[str, str] | None:
    if request.args.get("client_id") != org.credentials.consumer_key:
        return "invalid_client_id", "client identifier invalid"
    # The app of a developer: any port of this machine is registered.
    if urlsplit(back).hostname not in _LOCAL:
        return "redirect_uri_mismatch", "redirect_uri must match configuration"
    if request.args.get("response_type") != "code":
        return "unsupported_response_type", "response type not supported"
    return None


def _check_grant(org: Org) -> dict[str, str]:
    """What a grant adds to the answer.

    Raises: OAuthError.
    """
    if org.faults.switches.login_error:
        raise OAuthError("invalid_grant", org.faults.switches.login_error)
    grant = request.form.get("grant_type", "")
    if grant == _JWT_BEARER:
        check_assertion(request.form.get("assertion", ""), org.credentials, org.base_url, org.clock())
    elif grant == "client_credentials":
        _check_client(org)
    elif grant == "authorization_code":
        return {"refresh_token": _redeemed(org)}
    elif grant == "refresh_token":
        _check_client(org)
        org.approvals.check_refresh(request.form.get("refresh_token", ""))
    else:
        raise OAuthError("unsupported_grant_type", "grant type not supported")
    return {}


def _redeemed(org: Org) -> str:
    verifier = request.form.get("code_verifier", "")
    _check_client(org)
    return org.approvals.redeem(request.form.get("code", ""), request.form.get("redirect_uri", ""), verifier)


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
