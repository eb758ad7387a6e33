"""Authenticates a service on the back channel: `client_secret_post` and nothing else."""

from __future__ import annotations

import hmac

from flask import request

from sandbox.franceconnect.errors import WireError
from sandbox.proconnect.clients import AgentService
from sandbox.proconnect.state import current

_FORM = "application/x-www-form-urlencoded"


def authenticated_client() -> AgentService:
    """The service that posts this form.

    Raises: WireError invalid_request or invalid_client.
    """
    form = request.form
    if request.mimetype != _FORM or any(len(form.getlist(name)) > 1 for name in form):
        raise WireError(400, "invalid_request", "the request is malformed")
    client = current().client(form.get("client_id", ""))
    secret = form.get("client_secret", "").encode()
    elsewhere = request.authorization is not None or "client_assertion" in form
    if client is None or elsewhere or not hmac.compare_digest(secret, client.client_secret.encode()):
        raise WireError(401, "invalid_client", "client authentication failed")
    return client
