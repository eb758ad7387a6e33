"""Authenticates a service on the back channel: `client_secret_post` and nothing else."""

from __future__ import annotations

import hmac

from flask import request

from sandbox.franceconnect.clients import Client
from sandbox.franceconnect.errors import WireError
from sandbox.franceconnect.state import current

_FORM = "application/x-www-form-urlencoded"
_MISMATCH = "the provided authentication mechanism does not match the registered client authentication method"


def authenticated_client() -> Client:
    """The service that posts this form.

    Raises: WireError invalid_request or invalid_client.
    """
    if request.mimetype != _FORM:
        raise WireError(400, "invalid_request", f"only {_FORM} content-type bodies are supported")
    form = request.form
    for name in form:
        if len(form.getlist(name)) > 1:
            raise WireError(400, "invalid_request", f"'{name}' parameter must not be provided twice")
    if request.authorization is not None or "client_assertion" in form:
        raise _failed(_MISMATCH, "Y044D82C")
    if not form.get("client_id"):
        raise WireError(400, "invalid_request", "no client authentication mechanism provided")
    client = current().client(form["client_id"])
    if client is None:
        raise _failed("client not found", "Y040001")
    if "client_secret" not in form:
        raise _failed(_MISMATCH, "Y044D82C")
    if not hmac.compare_digest(form["client_secret"].encode(), client.client_secret.encode()):
        raise _failed("invalid secret provided", "Y0434A7B")
    return client


def _failed(detail: str, code: str) -> WireError:
    return WireError(401, "invalid_client", f"client authentication failed ({detail})", code=code)
