"""The token a request carries, and the refusal of one that is no longer good."""

from __future__ import annotations

from flask import request

from sandbox.salesforce.acting import act_as
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.org import Org


def bearer_token() -> str:
    """The token of `Authorization: Bearer …` or `OAuth …`, or nothing."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() in {"bearer", "oauth"} else ""


def check_session(org: Org) -> None:
    """Refuse a call without a living session; its user acts from here on.

    Raises: SalesforceError `INVALID_SESSION_ID`.
    """
    mode = org.faults.switches.expire_tokens
    if mode == "once":
        org.tokens.revoke_all()
        org.faults.change(expire_tokens="")
    if mode == "always" or not org.tokens.is_valid(bearer_token()):
        raise SalesforceError("INVALID_SESSION_ID", "Session expired or invalid", status=401)
    act_as(org.tokens.owner(bearer_token()))
