"""A service that proves itself with its own key, by an assertion that works once."""

from __future__ import annotations

import hmac
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from werkzeug.datastructures import MultiDict

from sandbox.franceconnect.clients import Client
from sandbox.franceconnect.remote_documents import UnreadableDocumentError
from sandbox.franceconnect.seen_assertions import LEEWAY_S
from sandbox.franceconnect.state import Sandbox

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def problem(form: MultiDict[str, str], client: Client, sandbox: Sandbox) -> str:
    """What is wrong with the assertion in this form; "" when it proves the client."""
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        return "client_assertion_type must have value " + ASSERTION_TYPE
    try:
        keys = sandbox.documents.keys(client.jwks_uri, "sig")
    except UnreadableDocumentError as error:
        return f"client JSON Web Key Set failed to be refreshed: {error}"
    claims = next((found for key in keys if (found := _claims(form["client_assertion"], key))), None)
    if claims is None:
        return "invalid assertion signature"
    return _claim_problem(claims, client, sandbox)


def _claims(assertion: str, key: Any) -> dict[str, Any] | None:
    try:
        return dict(jwt.decode(assertion, key, algorithms=["ES256", "RS256"]).claims)
    except (JoseError, ValueError):
        return None


def _claim_problem(claims: dict[str, Any], client: Client, sandbox: Sandbox) -> str:
    now_s = sandbox.clock.now().timestamp()
    audiences = claims.get("aud")
    ours = {sandbox.issuer, f"{sandbox.issuer}/token"}
    expires_at_s, jti = claims.get("exp"), claims.get("jti")
    if not all(_same(claims.get(name), client.client_id) for name in ("iss", "sub")):
        return "iss and sub must be the client_id"
    if ours.isdisjoint(audiences if isinstance(audiences, list) else [audiences]):
        return "list of audience must include the endpoint url, issuer identifier or token endpoint url"
    if not isinstance(expires_at_s, int) or expires_at_s <= now_s - LEEWAY_S:
        return "expiration must be specified, and in the future"
    if not isinstance(jti, str) or not jti:
        return "unique jti must be provided"
    if not sandbox.assertions.is_first(client.client_id, jti, expires_at_s, now_s):
        return "client assertion tokens must only be used once"
    return ""


def _same(value: object, expected: str) -> bool:
    return isinstance(value, str) and hmac.compare_digest(value.encode(), expected.encode())
