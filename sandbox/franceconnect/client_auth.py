"""Authenticates a service on the back channel: by its secret in the form, or by an assertion it signed."""

from __future__ import annotations

import hmac

from flask import request
from werkzeug.datastructures import MultiDict

from sandbox.franceconnect import private_key_jwt
from sandbox.franceconnect.clients import Client
from sandbox.franceconnect.errors import WireError
from sandbox.franceconnect.state import current

_FORM = "application/x-www-form-urlencoded"
_MISMATCH = "the provided authentication mechanism does not match the registered client authentication method"

_CREDENTIALS = {"client_secret_post": "client_secret", "private_key_jwt": "client_assertion"}


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
    if request.authorization is not None:
        raise _failed(_MISMATCH, "Y044D82C")
    if not form.get("client_id"):
        raise WireError(400, "invalid_request", "no client authentication mechanism provided")
    client = current().client(form["client_id"])
    if client is None:
        raise _failed("client not found", "Y040001")
    given = {"client_secret", "client_assertion"} & set(form)
    if given != {_CREDENTIALS[client.token_auth_method]}:
        raise _failed(_MISMATCH, "Y044D82C")
    if detail := _problem(form, client):
        raise _failed(detail, "Y0434A7B")
    return client


def _problem(form: MultiDict[str, str], client: Client) -> str:
    """What is wrong with the proof this client registered; "" when it proves the client."""
    if "client_assertion" in form:
        return private_key_jwt.problem(form, client, current())
    right = hmac.compare_digest(form["client_secret"].encode(), client.client_secret.encode())
    return "" if right else "invalid secret provided"


def _failed(detail: str, code: str) -> WireError:
    return WireError(401, "invalid_client", f"client authentication failed ({detail})", code=code)
